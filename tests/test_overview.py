"""The overview that `pirgen report` prints: what burns first, and no line wider than the terminal."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import click
import pytest

from pirgen.config import Config
from pirgen.ledger import Ledger, read_ledger
from pirgen.report import overview, report_of
from pirgen.report.exports.table import cut
from pirgen.report.overview import MOST
from pirgen.report.story import story
from pirgen.text.terminal import width
from tests.support import DATA, Repo, item, review
from tests.test_exports import hostile
from tests.test_report import history

assert history  # the fixture: five incidents and their action items
assert hostile  # the fixture: a review whose every text is hostile

NOW = datetime(2025, 11, 1, 9, tzinfo=UTC)


def ledger_of(repo: Repo, now: datetime = NOW) -> Ledger:
    return read_ledger(repo.folder, Config(), now=now)


def told(repo: Repo, wide: int | None = None, *, now: datetime = NOW, brief: bool = False, colour: bool = False) -> str:
    ledger = ledger_of(repo, now)
    recent = story(ledger, now - timedelta(weeks=1))
    return overview.render(report_of(ledger), recent, wide, brief=brief, colour=colour)


def test_the_overview(history: Repo, golden: Callable[[Path, str], None]) -> None:
    golden(DATA / "overview.txt", told(history))


def test_the_overview_in_a_narrow_terminal(history: Repo, golden: Callable[[Path, str], None]) -> None:
    golden(DATA / "overview-narrow.txt", told(history, 48))


@pytest.mark.parametrize("wide", [20, 33, 60])
def test_no_word_is_lost_in_a_narrow_terminal(history: Repo, wide: int) -> None:
    def first(text: str) -> str:
        return "".join(text.partition("Since")[0].split())

    assert first(told(history, wide, brief=True)) == first(told(history, brief=True))


@pytest.mark.parametrize("wide", [20, 33, 60, 80, 100, 140])
def test_no_line_is_wider_than_the_terminal(history: Repo, hostile: Repo, wide: int) -> None:
    for repo in (history, hostile):
        for line in told(repo, wide).splitlines():
            assert width(line) <= wide, line


@pytest.mark.parametrize(("count", "times"), [(1, 1), (3, 1), (4, 2)])
def test_a_listing_that_is_told_whole_on_top_is_not_told_again(repo: Repo, count: int, times: int) -> None:
    names = [f"INC-{number:03}" for number in range(1, count + 1)]
    late = {f"pir/{name}.yaml": review(name, status="draft", action_items=[]) for name in names}
    repo.commit("2025-10-06", late)
    text = told(repo)
    assert text.count("INC-001 ") == times
    assert ("and 1 more" in text) == (count > 3)
    assert "and 0 more" not in text
    assert "Not shown" not in text


def test_open_incidents_are_listed_where_a_drill_is_open_too(repo: Repo) -> None:
    log = '- {at: "2025-10-20T14:30:00Z", kind: declared, incident_id: INC-00%d, title: x, severity: P1, type: %s}\n'
    logs = {1: "incident"}
    for more in ({}, {2: "drill"}):
        logs |= more
        repo.commit("2025-10-20", {
            f"operational_audit/incidents/INC-00{number}.yaml": log % (number, kind) for number, kind in logs.items()
        })  # fmt: skip
        assert told(repo).count("INC-001 ") == len(logs)


def test_owners_beyond_the_first_three_are_counted(repo: Repo) -> None:
    items = [item(f"AI-00{number}", f"Do {number}", owner=f"@team-{number}") for number in range(1, 6)]
    repo.commit("2025-10-06", {"pir/INC-001.yaml": review(action_items=items)})
    assert "@team-1 1, @team-2 1, @team-3 1, others 2" in " ".join(told(repo).split())


@pytest.mark.parametrize("colour", [True, False])
def test_titles_and_what_is_missed_stand_out(history: Repo, colour: bool) -> None:
    text = told(history, colour=colour)
    for words in ("\x1b[1mNow", "\x1b[31;1mNO"):
        assert (words in text) == colour


def test_brief_is_the_first_part(history: Repo) -> None:
    brief = told(history, brief=True)
    assert told(history).startswith(brief)
    assert "Are we inside" not in brief
    assert "Since " in brief


def test_colours_change_no_word(history: Repo) -> None:
    painted = told(history, colour=True)
    assert "\x1b[31;1m" in painted
    assert "\x1b" not in told(history)
    assert told(history).split() == click.unstyle(painted).split()


def test_a_quiet_week_says_so(repo: Repo) -> None:
    done = item("AI-001", "Add metrics", status="done")
    repo.commit("2025-10-05", {"pir/INC-001.yaml": review(action_items=[done])})
    lines = told(repo).splitlines()
    assert "  no reviews overdue" in lines
    assert "  no action items overdue" in lines
    assert lines[lines.index("Since Saturday 2025-10-25, 09:00") + 1] == "  nothing happened"


def test_owners_and_dates_that_are_missing_are_counted(repo: Repo) -> None:
    items = [
        item("AI-001", "Late", due="2025-10-20", owner="@b"),
        item("AI-002", "Later", due="2025-10-30", owner="@a"),
        item("AI-003", "Soon", due="2025-11-02", owner="@a"),
        item("AI-004", "No date", due=None),
        item("AI-005", "Far", due="2025-12-24"),
    ]
    repo.commit("2025-10-06", {"pir/INC-001.yaml": review(action_items=items)})
    text = " ".join(told(repo, brief=True).split())
    assert "2 action items overdue oldest 12 days late, INC-001 AI-001; @b 1, @a 1" in text
    assert "1 item due within two weeks the next tomorrow; @a 1" in text
    assert "1 item without owner or date 1 without a due date" in text


@pytest.mark.parametrize("words", [("--brief", "--all"), ("--all", "--export", "json"), ("--brief", "--export", "csv")])
def test_ways_to_write_it_exclude_each_other(history: Repo, words: tuple[str, ...]) -> None:
    done = history.run("report", *words)
    assert (done.returncode, done.stdout) == (2, "")
    assert "exclude each other" in done.stderr


@pytest.mark.parametrize("char", ["x", "é", "宽", "e\u0301"])
def test_a_text_of_any_length_is_cut_in_linear_time(char: str) -> None:
    assert cut(char * 3, 8) == char * 3
    assert width(cut(char * 1_000, 8)) in (7, 8)

    class Counted(str):
        copies = 0

        def __getitem__(self, place: Any) -> Counted:
            Counted.copies += 1
            return Counted(super().__getitem__(place))

    assert cut(Counted(char * 10_000), 60).endswith("…")
    assert Counted.copies <= 1


def test_a_long_list_is_cut_and_says_so(repo: Repo) -> None:
    items = [item(f"AI-{n:03d}", "x", due="2025-10-12") for n in range(MOST + 2)]
    repo.commit("2025-10-06", {"pir/INC-001.yaml": review(action_items=items)})
    lines = told(repo, colour=True).splitlines()
    start = next(at for at, line in enumerate(lines) if "Overdue action items" in line)
    assert lines[start + MOST + 2] == "  and 2 more"
    cut = [item(f"AI-{n:03d}", "x", due="2025-10-12") for n in range(MOST)]
    repo.commit("2025-10-07", {"pir/INC-001.yaml": review(action_items=cut)})
    assert " more\n" not in told(repo).partition("Overdue action items")[2].partition("\n\n")[0]


def test_what_moved_says_by_how_many_days_and_only_what_is_late_is_red(repo: Repo) -> None:
    items = [item("AI-001", "Add metrics", due="2025-10-27"), item("AI-002", "Add tests", due="2025-12-01")]
    repo.commit("2025-10-06", {"pir/INC-001.yaml": review(action_items=items)})
    items[1]["due"] = "2025-12-04"
    repo.commit("2025-10-30", {"pir/INC-001.yaml": review(action_items=items)})
    assert "INC-001 AI-002 by 3 days" in told(repo)
    text = told(repo, colour=True)
    for line in (
        "\x1b[32m  no reviews overdue\x1b[0m\n",
        "\n\x1b[31;1m   1 action item overdue\x1b[0m  ",
        "\n\x1b[31;1m  1 action item newly overdue\x1b[0m  ",
        "\n  1 action item moved later  ",
    ):
        assert line in text
