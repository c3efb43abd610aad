"""Which of the commits' dates are believed, and what is told of the others."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from pirgen.config import Config
from pirgen.ledger import read_ledger
from pirgen.ledger.clocks import settle
from tests.reader import longest_run
from tests.support import Repo, item, review
from tests.test_checkpoint import check

PIR = "pir/INC-001.yaml"
OTHER = "pir/INC-002.yaml"
NOW = 9
DATES = st.lists(st.integers(0, 12), max_size=8)


def one(incident: str = "INC-001", **changes: object) -> str:
    return review(incident, action_items=[item("AI-001", "Add metrics") | changes])


@given(DATES)
def test_the_longest_run_of_dates_is_believed(dates: list[int]) -> None:
    times, run = settle(dates, NOW), longest_run(dates, NOW)
    assert times == sorted(times)
    kept = [dates[index] for index in run]
    assert [times[index] for index in run] == kept
    clock = kept[0] if kept else NOW
    for index, date in enumerate(dates):
        clock = date if index in run else clock
        assert times[index] == clock


@given(DATES, st.integers(0, 12))
def test_a_good_date_at_the_end_changes_no_earlier_time(dates: list[int], date: int) -> None:
    times = settle(dates, NOW)
    if times and times[-1] <= date <= NOW and min(dates) <= NOW:
        assert settle([*dates, date], NOW) == [*times, date]


def test_fifty_thousand_dates_out_of_order_are_settled() -> None:
    dates = [*range(50_000)]
    dates[100::7] = [0] * len(dates[100::7])
    times = settle(dates, 60_000)
    assert times == sorted(times)
    assert sum(date != time for date, time in zip(dates, times, strict=True)) == len(dates[100::7])


def clock_ahead(folder: Path) -> Repo:
    """A history in which one commit is of 2099 and one of 1970."""
    repo = Repo(folder)
    repo.commit("2025-10-06", {PIR: one(), OTHER: one("INC-002")})
    repo.commit("2099-01-01", {PIR: one(owner="@qa")})
    repo.commit("1970-01-02", {PIR: one(owner="@ops")})
    repo.commit("2025-10-08", {OTHER: one("INC-002", status="done")})
    return repo


def test_one_clock_ahead_moves_nothing_that_comes_after_it(tmp_path: Path) -> None:
    repo = clock_ahead(tmp_path)
    facts = {fact.event: f"{fact.at:%Y-%m-%d}" for fact in read_ledger(tmp_path, Config(), now=datetime.now(UTC)).facts}
    assert (facts["action_owner_changed"], facts["action_closed"]) == ("2025-10-06", "2025-10-08")
    told = repo.run("report", "--all", "--as-of", "2025-10-30").stdout
    assert " 50% " in next(line for line in told.splitlines() if line.startswith("Action items done  "))


def test_commits_that_are_not_believed_are_named_and_what_rests_on_them_is_marked(tmp_path: Path) -> None:
    repo = clock_ahead(tmp_path)
    ahead, behind = repo.git("rev-parse", "HEAD~2", "HEAD~1").split()
    caveat = (
        "2 commit times were moved (marked ~), because clocks ran backwards or ahead: "
        f"{ahead[:10]} of 2099-01-01 counts as of 2025-10-06, {behind[:10]} of 1970-01-02 counts as of 2025-10-06"
    )
    assert f"  {caveat}\n" in repo.run("report", "--all").stdout
    history = repo.run("history").stdout
    assert caveat in history
    assert [line[:17] for line in history.splitlines() if "owner changed" in line] == ["2025-10-06 12:00~"] * 2
    assert [line[:17] for line in history.splitlines() if " closed " in line] == ["2025-10-08 12:00 "]
    assert "~" not in repo.run("history", "INC-002").stdout
    adjusted = json.loads(repo.run("report", "--export", "json").stdout)["clock_adjusted"]
    assert adjusted[0] == {
        "commit": ahead, "committer_date": "2099-01-01T12:00:00Z", "taken_as": "2025-10-06T12:00:00Z"
    }  # fmt: skip
    repo.commit("2099-01-01", {OTHER: one("INC-002", status="open")})
    moved = repo.commit("2099-01-01", {OTHER: one("INC-002", status="done")})
    assert f"  {moved[:10]}~  " in repo.run("report", "--all").stdout


def test_what_was_kept_is_not_used_where_a_later_commit_or_now_changes_it(tmp_path: Path) -> None:
    repo = Repo(tmp_path)
    repo.commit("2025-10-06", {PIR: one()})
    repo.commit("2025-12-06", {PIR: one(owner="@qa")})
    check(tmp_path)
    repo.commit("2025-10-07", {PIR: one(owner="@ops")})
    repo.commit("2025-10-08", {PIR: one(owner="@web")})
    assert [f"{fact.at:%m-%d}" for fact in check(tmp_path).facts][-3:] == ["10-06", "10-07", "10-08"]
    repo.commit("2026-02-01", {PIR: one(owner="@db")})
    assert f"{check(tmp_path).facts[-1].at:%m-%d}" == "10-08"
    assert f"{check(tmp_path, now=datetime(2026, 3, 1, tzinfo=UTC)).facts[-1].at:%m-%d}" == "02-01"


def test_dates_that_are_all_ahead_are_now_each_time(tmp_path: Path) -> None:
    repo = Repo(tmp_path)
    repo.commit("2099-01-01", {PIR: one()})
    for now in (datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 2, tzinfo=UTC)):
        assert check(tmp_path, now=now).facts[0].at == now


@given(st.lists(st.tuples(st.sampled_from(["2025-10-05", "2025-10-06", "2025-12-07", "2026-02-01", "1970-01-02"]),
                          st.sampled_from(["@a", "@b", "@c"])), min_size=1, max_size=5))  # fmt: skip
@settings(max_examples=30)
def test_kept_and_fresh_agree_whatever_the_clocks_say(tmp_path_factory: object, steps: list[tuple[str, str]]) -> None:
    folder = tmp_path_factory.mktemp("clocks")  # type: ignore[attr-defined]
    repo, days = Repo(folder), 0
    for when, owner in steps:
        repo.commit(when, {PIR: one(owner=owner)})
        days += 20
        check(folder, now=datetime.fromtimestamp(1_767_225_600 + days * 86_400, UTC))


def test_a_report_of_the_past_names_the_commit_of_that_day_and_where_it_was_read(tmp_path: Path) -> None:
    repo = Repo(tmp_path)
    repo.commit("2025-10-06", {PIR: one()})
    last = repo.commit("2025-10-08", {"README.md": "of the mainline, not of the reviews"})
    repo.commit("2025-10-10", {"README.md": "later"})
    head = repo.commit("2025-10-12", {PIR: one(status="done")})
    first = repo.run("report", "--as-of", "2025-10-09").stdout.splitlines()[0]
    assert first == f"As of 2025-10-09 23:59 UTC at {last[:10]} (read from {head[:10]})"
    told = json.loads(repo.run("report", "--as-of", "2025-10-09", "--export", "json").stdout)
    assert (told["revision"], told["head"], told["forecast"]) == (last, head, False)
    assert repo.run("report").stdout.splitlines()[0].endswith(f" UTC at {head[:10]}")
    ahead = repo.run("report", "--as-of", "2099-01-01").stdout.splitlines()
    assert ahead[0].endswith(f"at {head[:10]}")
    assert ahead[1] == "  that day has not come yet: this is a forecast, in case nothing is done until then"


def test_old_unreadable_revisions_are_one_line_and_a_list_on_request(tmp_path: Path) -> None:
    repo = Repo(tmp_path)
    for day in (6, 7):
        repo.commit(f"2025-10-0{day}", {PIR: one(), OTHER: one("INC-002")})
        repo.commit(f"2025-10-0{day}T13:00:00Z", {PIR: "a: b: c\n"})
    repo.commit("2025-10-08", {PIR: one(), "pir/other.yaml": one("INC-002", owner="@qa")})
    history = repo.run("history").stdout
    assert history.count("cannot be read") == 1
    assert "2 revisions cannot be read; the last good state of their files counts" in history
    assert "pir/other.yaml is left out: another file has its incident's id, INC-002" in history
    assert "cannot be read" not in repo.run("history", "INC-002").stdout
    assert "left out" not in repo.run("history", "INC-001").stdout
    listed = repo.run("history", "--unreadable").stdout.splitlines()
    bad = repo.git("log", "--reverse", "--format=%h", "--abbrev=10", "--grep=.", "--", PIR).split()[1::2][:2]
    assert [line.split()[:2] for line in listed] == [["Commit", "File"], *([commit, PIR] for commit in bad)]
    assert listed[0].endswith("  Why")
    assert repo.run("history", "INC-002", "--unreadable").stdout == "every revision can be read\n"


def test_the_last_commit_of_a_day_is_told_by_dates_that_are_believed(tmp_path: Path) -> None:
    repo = Repo(tmp_path)
    repo.commit("2025-10-01", {"pir/INC-001.yaml": review("INC-001")})
    ninth = repo.commit("2025-10-09", {"x": "1"})
    repo.commit("2025-10-12", {"x": "2"})
    repo.commit("2001-01-01", {"x": "3"})
    repo.commit("2099-01-01", {"x": "4"})
    last = repo.commit("2025-10-14", {"x": "5"})
    told = {day: check(tmp_path, day).revision for day in ("2025-10-10", "2025-12-31")}
    assert told == {"2025-10-10": ninth, "2025-12-31": last}


def test_of_many_moved_commits_a_caveat_names_some(tmp_path: Path) -> None:
    repo = Repo(tmp_path)
    repo.commit("2025-10-06", {PIR: one()})
    for number, count in enumerate((1, 3, 4)):
        while len(found := read_ledger(tmp_path, Config(), now=datetime.now(UTC)).clock_adjusted) < count:
            repo.commit(f"2099-01-0{len(found) + 1}", {PIR: one(owner=f"@o{number}{len(found)}")})
        [caveat] = repo.run("history").stdout.splitlines()[-1:]
        named = re.findall(r"[0-9a-f]{10} of 2099-01-0[0-9] counts as of 2025-10-06", caveat)
        many = "1 commit time was moved" if count == 1 else f"{count} commit times were moved"
        assert caveat.startswith(f"{many} (marked ~), because clocks ran backwards or ahead: {named[0]}")
        assert len(named) == min(count, 3)
        assert caveat.endswith(", and 1 more" if count == 4 else named[-1])


def test_only_the_commits_that_are_not_believed_are_marked(tmp_path: Path) -> None:
    repo = Repo(tmp_path)
    repo.commit("2025-10-06", {PIR: one()})
    honest = repo.commit("2025-10-07", {PIR: one(status="done")})
    repo.commit("2025-10-08", {OTHER: one("INC-002")})
    moved = repo.commit("2025-10-01", {OTHER: one("INC-002", status="done")})
    for words in (("--all",), ("--since", "2025-10-06", "--export", "table")):
        told = repo.run("report", *words).stdout
        assert [f"{commit[:10]}~" in told for commit in (honest, moved)] == [False, True]
        assert honest[:10] in told
