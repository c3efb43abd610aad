"""What happened in a period: as a slow teller tells it, each thing once, and in every export."""

from __future__ import annotations

import json
import re
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pirgen.config import Config
from pirgen.ledger import Ledger, read_ledger
from pirgen.report import exports, report_of, telling
from pirgen.report.exports import markdown, slack
from pirgen.report.period import Range, read_period
from pirgen.report.remind import reminders
from pirgen.report.selection import Selection
from pirgen.report.story import Event, before_day, story
from pirgen.review.timeline import Clock
from pirgen.schema import Schema, read
from tests.support import DATA, Cli, Repo, item, review
from tests.test_exports import HOSTILE
from tests.watcher import BEGIN, Watcher, half_year

NOW = datetime(2026, 1, 1, tzinfo=UTC)
PIR = "pir/INC-001.yaml"
LOG = "operational_audit/incidents/INC-002.yaml"


@pytest.fixture(scope="module")
def generated() -> Iterator[tuple[Ledger, Watcher]]:
    """The ledger of a generated half year, and the slow teller's view of it."""
    with tempfile.TemporaryDirectory() as place:
        repo = Repo(Path(place) / "repo")
        half_year(repo)
        ledger = read_ledger(repo.folder, Config(), now=NOW)
        yield ledger, Watcher(repo.folder, Path(place) / "clone", int(NOW.timestamp()))


def test_each_week_of_half_a_year_is_as_a_slow_teller_tells_it(generated: tuple[Ledger, Watcher]) -> None:
    ledger, slow = generated
    weeks = [before_day(ledger, (BEGIN + timedelta(weeks=number)).date()) for number in range(-1, 28)]
    kinds = Counter[str]()
    for since, until in [*pairwise(weeks), (weeks[0], weeks[-1]), (weeks[3], weeks[11])]:
        told = set()
        for one in story(ledger, since, until).events:
            change: Any = one.days
            if one.kind in ("action_reassigned", "action_dated", "action_undated") or "_moved_" in one.kind:
                change = one.before, one.after
            change = None if one.action_id is None else change
            told.add((one.kind, one.incident_id, one.action_id, one.commit, change, one.past))
        assert told == slow.story(since, until)
        kinds.update(one[0] for one in told)
    assert {"action_overdue", "action_reopened", "action_moved_later", "action_moved_earlier", "action_removed",
            "action_restored", "action_reassigned", "action_declined", "review_deleted"} <= {*kinds}  # fmt: skip


MOMENTS = st.lists(st.datetimes(datetime(2025, 1, 1), datetime(2025, 8, 1)), max_size=6)  # noqa: DTZ001


@given(MOMENTS, st.lists(st.integers(0, 300), max_size=4))
@settings(max_examples=50, deadline=None)
def test_periods_that_touch_say_everything_once(
    generated: tuple[Ledger, Watcher], times: list[datetime], picked: list[int]
) -> None:
    """Also where a period ends with a commit: the cuts are any moments, and those of commits."""
    ledger, _ = generated
    facts = [fact.at for fact in ledger.facts]
    cuts = [time.replace(tzinfo=UTC) for time in times] + [facts[number % len(facts)] for number in picked]
    ends = sorted({facts[0] - timedelta(days=1), *cuts, NOW})
    said: Counter[tuple[str, str]] = Counter()
    reminded: list[str] = []
    for since, until in pairwise(ends):
        for one in story(ledger, since, until).events:
            scope = one.kind.split("_")[0]
            if one.kind in STATES:
                said.update((one.incident_id, f"{scope}_{word}") for word in (one.kind.split("_", 1)[1], *one.past))
        reminded += [one.key for one in reminders(ledger, since, until)]
    assert said == Counter(
        (fact.incident_id, "incident_opened" if fact.event == "review_opened" else fact.event)
        for fact in ledger.facts
        if fact.event in STATES
    )
    assert sorted(reminded) == sorted(one.key for one in reminders(ledger, ends[0], NOW))
    assert len({*reminded}) == len(reminded)


STATES = {
    *("incident_opened", "review_opened", "review_completed", "review_reopened", "review_deleted", "review_restored"),
    *(f"action_{word}" for word in ("opened", "closed", "declined", "reopened", "removed", "restored")),
}  # fmt: skip


def test_the_steps_of_half_a_year_are_those_of_the_slow_teller(generated: tuple[Ledger, Watcher]) -> None:
    ledger, slow = generated
    since, until = before_day(ledger, date(2025, 1, 6)), before_day(ledger, date(2025, 7, 20))
    found = {f"{one.key}/{one.owner or None}" for one in reminders(ledger, since, until) if one.action_id}
    assert found == slow.reminders(since, until, (0, 3, 7))
    assert len(found) > 20


def test_an_item_that_is_late_when_git_first_sees_it_is_told_of_once(repo: Repo) -> None:
    repo.commit("2025-10-20", {"pir/INC-001.yaml": review(action_items=[item("AI-001", "Old", due="2025-10-12")])})
    ledger = read_ledger(repo.folder, Config(), now=NOW)
    found = reminders(ledger, datetime(2025, 10, 1, tzinfo=UTC), NOW)
    seen = [(one.action_id, f"{one.at:%Y-%m-%d %H:%M}", one.step, one.when) for one in found]
    assert seen == [("AI-001", "2025-10-20 12:00", 7, "8 days late")]


def told(repo: Repo, since: str, until: str | None = None) -> list[str]:
    """The story, one line an event."""
    ledger = read_ledger(repo.folder, Config(), now=NOW)
    period = read_period(ledger, repo.folder, Range(since, until))
    return [
        " ".join(filter(None, (one.kind, one.incident_id, one.action_id, *one.past, str(one.days or ""))))
        for one in story(ledger, period.since, period.until).events
    ]


def one(**changes: object) -> str:
    return review(action_items=[item("AI-001", "Add metrics") | changes])


def test_what_was_taken_back_is_nothing_and_what_went_on_is_told_as_it_ends(repo: Repo) -> None:
    repo.commit("2025-10-06", {PIR: one()})
    repo.commit("2025-10-07", {PIR: one(due="2025-10-20")})
    repo.commit("2025-10-08", {PIR: one(status="done", owner="@web")})
    repo.commit("2025-10-09", {PIR: one(owner="@web")})
    repo.commit("2025-10-10", {PIR: one(status="in_progress")})
    assert told(repo, "2025-10-07", "2025-10-11") == ["action_reopened INC-001 AI-001 closed"]
    assert told(repo, "2025-10-07", "2025-10-08") == ["action_moved_later INC-001 AI-001 8"]
    assert told(repo, "2025-10-08", "2025-10-09") == [
        "action_closed INC-001 AI-001", "action_moved_earlier INC-001 AI-001 -8", "action_reassigned INC-001 AI-001"
    ]  # fmt: skip
    assert told(repo, "2025-10-10", "2025-10-11") == ["action_reassigned INC-001 AI-001"]
    assert told(repo, "2025-10-11", "2025-10-13") == []
    assert told(repo, "2025-10-13", "2025-10-14") == ["action_overdue INC-001 AI-001 1"]


def test_what_is_closed_late_in_the_period_is_not_newly_overdue(repo: Repo) -> None:
    repo.commit("2025-10-06", {PIR: one()})
    repo.commit("2025-10-15", {PIR: one(status="done")})
    assert told(repo, "2025-10-10", "2025-10-20") == ["action_closed INC-001 AI-001 3"]
    assert told(repo, "2025-10-10", "2025-10-15") == ["action_overdue INC-001 AI-001 2"]


def test_items_that_exchange_their_ids_keep_their_stories(repo: Repo) -> None:
    first, second = item("AI-001", "Add metrics"), item("AI-002", "Add tests")
    repo.commit("2025-10-06", {PIR: review(action_items=[first | {"status": "done"}, second])})
    swapped = [second | {"id": "AI-001"}, first | {"id": "AI-002"}]
    repo.commit("2025-10-07", {PIR: review(action_items=swapped)})
    assert told(repo, "2025-10-07", "2025-10-08") == ["action_reopened INC-001 AI-002"]


def test_a_log_tells_when_its_incident_began_and_ended_and_a_related_one_happened_again(repo: Repo) -> None:
    opened = "- {at: '2025-10-20T10:00:00Z', kind: declared, incident_id: INC-002, severity: P1, title: Down}\n"
    ended = opened + "- {at: '2025-10-20T11:00:00Z', kind: resolved}\n"
    repo.commit("2025-10-06", {PIR: one(status="done")})
    repo.commit("2025-10-20", {LOG: opened})
    repo.commit("2025-10-21", {LOG: ended})
    assert told(repo, "2025-10-20", "2025-10-21") == ["incident_opened INC-002"]
    assert told(repo, "2025-10-21", "2025-10-22") == ["incident_resolved INC-002"]
    assert told(repo, "2025-10-27", "2025-10-29") == ["review_overdue INC-002 1"]
    repo.commit("2025-10-30", {PIR: review(related=["INC-002"])})
    assert told(repo, "2025-10-20", "2025-10-21") == ["incident_opened INC-002", "incident_recurred INC-002"]


def test_what_happened_the_same_day_has_not_happened_again(repo: Repo) -> None:
    days: list[tuple[str, list[int], str]] = [
        ("2025-10-04", [], "incident"),
        ("2025-10-05", [], "incident"),
        ("2025-10-05", [1, 2], "incident"),
        ("2025-10-06", [1], "near_miss"),
    ]
    for number, (day, related, kind) in enumerate(days, 1):
        names = [f"INC-00{one}" for one in related]
        said = review(f"INC-00{number}", date=day, related=names, type=kind, action_items=[])
        repo.commit("2025-10-06", {f"pir/INC-00{number}.yaml": said})
    ledger = read_ledger(repo.folder, Config(), now=NOW)
    again = [one for one in story(ledger, NOW - timedelta(100), NOW).events if one.kind == "incident_recurred"]
    assert [(one.incident_id, one.related) for one in again] == [("INC-003", ("INC-001",))]


def test_what_is_due_in_a_week_is_due_next_and_only_a_review_that_is_required(repo: Repo) -> None:
    for number, more in enumerate(({}, {"type": "near_miss"}, {"type": "drill"}), 1):
        name = f"INC-00{number}"
        repo.write(f"pir/{name}.yaml", review(name, status="in_review", action_items=[], **more))
    days = [item(f"AI-00{number}", "Add metrics", due=f"2025-10-{day}") for number, day in enumerate((11, 12, 13), 1)]
    repo.commit("2025-10-05T20:00:00Z", {"pir/INC-004.yaml": review("INC-004", status="in_review", action_items=days)})
    ledger = read_ledger(repo.folder, Config(), now=NOW)
    due = ["INC-004 AI-001", "INC-001 None", "INC-004 None", "INC-004 AI-002", "INC-004 AI-003"]
    for day, count in ((5, 1), (6, 4), (7, 5)):
        until = datetime(2025, 10, day, 23, tzinfo=UTC)
        found = [f"{one.incident_id} {one.action_id}" for one in story(ledger, until - timedelta(1), until).pending]
        assert found == due[:count]


@pytest.mark.parametrize(("due", "late"), [(None, None), ("2025-10-08", None), ("2025-10-07", None), ("2025-10-06", 1)])
def test_only_what_is_closed_after_its_due_date_is_late(repo: Repo, due: str | None, late: int | None) -> None:
    for day, status in ((6, "open"), (7, "done")):
        repo.commit(f"2025-10-{day:02}", {PIR: one(due=due, status=status)})
    ledger = read_ledger(repo.folder, Config(), now=NOW)
    [event] = [one for one in story(ledger, datetime(2025, 10, 7, tzinfo=UTC), NOW).events if one.action_id]
    assert (event.kind, event.days) == ("action_closed", late)


def test_an_incident_that_was_over_before_tells_of_it(repo: Repo) -> None:
    opened = "- {at: '2025-10-20T10:00:00Z', kind: declared, incident_id: INC-002, severity: P1, title: Down}\n"
    for hour, ended in enumerate(("", "11", "", "13"), 10):
        more = f"- {{at: '2025-10-20T{ended}:00:00Z', kind: resolved}}\n" if ended else ""
        repo.commit(f"2025-10-20T{hour}:30:00Z", {LOG: opened + more})
    expected = ["incident_opened INC-002", "incident_resolved INC-002 resolved reopened"]
    assert told(repo, "2025-10-20", "2025-10-21") == expected


def test_an_overdue_review_is_the_incident_commanders(repo: Repo) -> None:
    roles = {"incident_commander": "@ann"}
    repo.commit("2025-10-06", {PIR: review(status="in_review", action_items=[], roles=roles)})
    ledger = read_ledger(repo.folder, Config(), now=NOW)
    [event] = [one for one in story(ledger, NOW - timedelta(100), NOW).events if one.kind == "review_overdue"]
    assert event.owner == "@ann"


def test_a_period_ends_at_a_day_a_time_a_tag_or_a_commit(repo: Repo) -> None:
    repo.commit("2025-10-05T23:59:59Z", {PIR: review(status="draft", action_items=[])})
    monday = repo.commit("2025-10-06T00:00:00Z", {PIR: one(status="open")})
    repo.git("tag", "v1")
    repo.commit("2025-10-06T00:00:00Z", {"README.md": "x"})
    repo.commit("2025-10-07", {PIR: one(status="done")})
    opened, closed = "action_opened INC-001 AI-001", "action_closed INC-001 AI-001"
    for since, until, expected in (
        ("2025-10-06", "2025-10-07", [opened]),
        ("2025-10-05", "2025-10-06", []),
        ("2025-10-06T00:00:00Z", "2025-10-07T12:00:00Z", [opened]),
        ("2025-10-06T00:00:01Z", "2025-10-07T12:00:01Z", [closed]),
        ("v1", None, [closed]),
        (monday, "HEAD", [closed]),
        (f"{monday}^", "v1", [opened]),
        ("v1", "HEAD~1", None),
    ):
        found = None if expected is None else [line for line in told(repo, since, until) if line in (opened, closed)]
        assert found == expected, (since, until)
    repo.git("checkout", "--quiet", "-b", "other", "v1")
    repo.commit("2025-10-08", {PIR: one(action="x")})
    repo.git("checkout", "--quiet", "main")
    for words, said in (
        (("--since", "v9"), "--since: `v9` is neither a day nor a revision that git knows"),
        (("--since", "+2d"), "has not come yet; name today"),
        (("--since", "v1", "--until", "2999-01-01"), "--until: 2999-01-01 has not come yet"),
        (("--since", "2999-01-01T00:00:00Z"), "has not come yet"),
        (("--since", "2025-10-07", "--until", "2025-10-06"), "--until: 2025-10-06 is not after 2025-10-07"),
        (("--since", "HEAD", "--until", "v1"), "is not after HEAD"),
        (("--since", "other"), "--since: `other` is not in the history of HEAD"),
        (("--until", "v1"), "--until ends what --since begins"),
        (("--since", "v1", "--as-of", "HEAD"), "leave out --as-of"),
        (("--since", "v1", "--export", "csv"), "csv writes no story"),
        (("--export", "slack"), "add one, such as --since 1w"),
    ):
        done = repo.run("report", *words)
        assert (done.returncode, said in done.stderr, done.stdout) == (2, True, ""), done.stderr
        assert len(done.stderr.splitlines()) == 1 or "Usage" in done.stderr


def test_history_takes_periods_and_still_compares_branches(repo: Repo) -> None:
    repo.commit("2025-10-06", {PIR: one()})
    repo.git("tag", "v1")
    repo.commit("2025-10-07", {PIR: one(status="done")})
    repo.commit("2025-10-08", {PIR: one(status="done", owner="@web")})

    def events(*words: str) -> list[str]:
        found = json.loads(repo.run("history", "--export", "json", *words).stdout)
        return [f"{fact['event']} {bool(fact['commit'])}" for fact in found["facts"]]

    closed, owner = "action_closed True", "action_owner_changed True"
    assert events("--since", "v1") == events("--since", "v1..") == events("--since", "2025-10-07") == [closed, owner]
    assert events("--since", "v1..HEAD~1") == events("--since", "HEAD~2", "--until", "HEAD~1") == [closed]
    assert events("--since", "2025-10-08", "INC-001") == [owner]
    assert events("--since", "HEAD~2") == ["action_closed False", "action_owner_changed False"]
    assert repo.run("history", "--since", "2025-10-10").stdout == "nothing happened from 2025-10-10 to now\n"
    done = repo.run("history", "--since", "v1..HEAD", "--until", "HEAD")
    assert (done.returncode, "says where it ends" in done.stderr) == (2, True)


def test_what_from_leaves_out_is_said(repo: Repo) -> None:
    repo.commit("2025-10-06", {PIR: one(), "pir/INC-002.yaml": review("INC-002", date="2025-11-05")})
    done = repo.run("report", "--from", "2025-11-01", "--export", "table")
    assert "without what began before 2025-11-01: 1 incident with 1 action item\n" in done.stdout
    found = json.loads(repo.run("report", "--from", "2025-11-01", "--export", "json").stdout)
    assert found["older"] == {"incidents": 1, "actions": 1}


def tell(repo: Cli, name: str, since: str = "2025-10-01") -> str:
    ledger = read_ledger(repo.folder, Config(), now=NOW)
    return exports.render(name, report_of(ledger, period=read_period(ledger, repo.folder, Range(since, None))))


def test_an_incident_that_is_over_is_proven_by_a_commit_of_the_period(repo: Repo) -> None:
    head = '- {at: "2025-10-05T14:30:00Z", kind: declared, incident_id: INC-002, text: Down, severity: P1}\n'
    repo.commit("2025-10-06", {LOG: head})
    over = repo.commit("2025-10-07", {LOG: f'{head}- {{at: "2025-10-05T15:15:00Z", kind: resolved, text: Up}}\n'})
    ledger = read_ledger(repo.folder, Config(), now=NOW)
    events = story(ledger, datetime(2025, 10, 7, tzinfo=UTC), datetime(2025, 10, 8, tzinfo=UTC)).events
    assert [(one.kind, one.commit, one.at.day) for one in events] == [("incident_resolved", over, 7)]


def test_a_report_on_a_period_ends_where_it_does(repo: Repo) -> None:
    repo.commit("2025-10-06", {PIR: one()})
    repo.commit("2025-10-09", {PIR: one(status="done")})
    ledger = read_ledger(repo.folder, Config(), now=NOW)
    for until, kinds in (("2025-10-09", []), ("2025-10-10", ["action_closed"])):
        found = report_of(ledger, period=read_period(ledger, repo.folder, Range("2025-10-07", until))).told
        assert found and [one.kind for one in found.story.events] == kinds


def test_a_review_is_overdue_from_the_day_after_its_deadline(repo: Repo) -> None:
    repo.commit("2025-10-06", {PIR: review(status="draft", action_items=[])})
    ledger = read_ledger(repo.folder, Config(), now=NOW)
    [late] = [one for one in story(ledger, datetime(2025, 10, 7, tzinfo=UTC)).events if one.kind == "review_overdue"]
    assert late.due
    assert late.at == datetime.combine(late.due + timedelta(days=1), time.min, UTC)


def test_a_week_in_which_nothing_happened_says_so(repo: Repo) -> None:
    repo.commit("2025-10-06", {PIR: one(status="done")})
    for name in ("table", "markdown", "slack", "html"):
        text = tell(repo, name, "2025-12-20")
        assert "Nothing happened: no incident, review or action item" in text
        assert "by owner: nothing" in text.replace("&#58;", ":")


@pytest.mark.parametrize("name", ["table", "markdown", "slack", "html"])
def test_a_digest_reads_as_it_should(
    repo: Repo, name: str, golden: Callable[[Path, str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "78")
    items = [item("AI-001", "Add metrics"), item("AI-002", "Write " + "many " * 60 + "words", due="2025-12-29"),
             item("AI-003", "Ask *all* about `x`", owner=None, due="2026-01-03")]  # fmt: skip
    repo.commit("2025-10-06", {PIR: review(action_items=items)})
    moved = [items[0] | {"status": "done"}, items[1] | {"due": "2025-12-31", "owner": "@db"}, items[2]]
    repo.commit("2025-12-20", {PIR: review(action_items=moved)}, "--author", "Bea <b@example.org>")
    repo.commit("2025-12-21", {PIR: review(action_items=[items[0], *moved[1:]])})
    repo.commit(
        "2025-12-22", {"pir/INC-002.yaml": review("INC-002", status="draft", date="2025-12-21", related=["INC-001"])}
    )
    log = "title: It is slow\nseverity: P1\nevents:\n  - {at: '2025-12-30T08:00:00Z', kind: detected}\n"
    repo.commit("2025-12-30", {"operational_audit/incidents/INC-003.yaml": f"incident_id: INC-003\n{log}"})
    golden(DATA / f"digest-{name}.txt", tell(repo, name, "2025-12-20"))
    monkeypatch.delenv("COLUMNS")
    assert tell(repo, "pretty", "2025-12-20") == tell(repo, "table", "2025-12-20")


@pytest.fixture
def hostile(repo: Repo) -> Repo:
    items = [item(f"AI-{n:03d}", text, owner=text or None) for n, text in enumerate(HOSTILE)]
    more = ["<!channel> *x* <http://a|b> & @here", "`code` _x_ ~y~"]
    items += [item(f"AI-9{n:02d}", text, owner=text) for n, text in enumerate(more)]
    repo.commit("2025-10-06", {PIR: review(action_items=items)})
    return repo


def test_slack_gets_no_markup_of_a_review(hostile: Repo) -> None:
    blocks = json.loads(tell(hostile, "slack"))["blocks"]
    text = "\n".join(block["text"]["text"] for block in blocks[1:])
    assert not re.search(r"<|>|&(?!amp;|lt;|gt;)", text)
    assert "&lt;!channel&gt;" in text
    plain = re.sub(r"\*[^*\n]*\*", "", text)
    assert all(found[0] == "\u200b" for found in re.findall(r".[*_~`]", plain)), "no mark begins or ends anything"


def test_html_gets_no_markup_of_a_review(hostile: Repo) -> None:
    text = tell(hostile, "html")
    assert {*re.findall(r"<(\w+)", text)} <= {"html", "head", "meta", "title", "body", "h1", "h2", "h3", "p", "ul",
                                              "li", "strong"}  # fmt: skip
    assert "&lt;!channel&gt;" in text


def test_the_story_fits_the_schema_and_the_terminal(hostile: Repo) -> None:
    assert Schema(read("report")).problems(json.loads(tell(hostile, "json"))) == []
    hostile.commit("2025-10-07", {PIR: one(action="word " * 100)})
    done = hostile.run("report", "--since", "2025-10-07", COLUMNS="60")
    assert max(map(len, done.stdout.splitlines())) <= 60 or not done.stdout.isascii()


@pytest.mark.parametrize(("count", "owners"), [(300, 1), (400, 400), (3, 3)])
def test_hosts_take_a_long_digest(repo: Repo, count: int, owners: int) -> None:
    items = [
        item(f"AI-{n:04d}", "<a & b> " * 60, owner=f"@o{n % owners}-{'x' * 100}", due="2025-10-12")
        for n in range(count)
    ]
    repo.commit("2025-10-06", {PIR: review(action_items=items)})
    message = json.loads(tell(repo, "slack"))
    texts = [block["text"]["text"] for block in message["blocks"]]
    assert len(texts) <= 50
    assert len(texts[0]) <= 150
    assert max(map(len, texts)) <= 3_000
    assert sum(map(len, texts)) <= 9_000
    assert min(map(len, texts)) > 0
    assert len(tell(repo, "markdown")) <= 65_536
    assert len(tell(repo, "html")) <= 100_000
    told = re.findall(r"^• and [0-9]+ more; pirgen report --since tells all$", "\n".join(texts), re.MULTILINE)
    assert (count > 3) == (told != [])
    page = tell(repo, "html")
    assert ("more; pirgen report --since tells all</li>" in page) == (count > 3)
    assert "`" not in page
    for said in ("\n".join(texts), tell(repo, "markdown"), page):
        assert len(re.findall("and [0-9]+ more;", said)) == (3 if count > 3 else 0), "each part says how many more"
        assert "is left out" not in said


@pytest.mark.parametrize(
    ("count", "length", "is_cut"), [(3, 300, False), (90, 600, True), (60, 10, False), (400, 10, True)]
)
def test_a_message_that_no_host_would_take_says_what_is_left_out(count: int, length: int, is_cut: bool) -> None:
    line = telling.Line("INC-001", "x" * length, "y")
    parts = [telling.Part(f"Part {number}", [line], 1) for number in range(count)]
    message = json.loads(slack.digest(["Opening"], lambda most: parts, "`pirgen report --all` tells all"))
    texts = [block["text"]["text"] for block in message["blocks"]]
    assert len(texts) <= 50
    assert sum(map(len, texts[1:])) <= slack.TEXT
    assert (texts[-1] == "The rest is left out; pirgen report --all tells all.") == is_cut
    assert texts[1].startswith("Opening\n\n*Part 0: 1*\n• *INC-001* xxx")
    if is_cut:
        assert sum(map(len, texts[1:])) > slack.TEXT - 100 - slack.SECTION, "as much as there is room for"


def test_the_story_of_some_owners_is_of_their_items_alone(generated: tuple[Ledger, Watcher]) -> None:
    ledger, _ = generated
    whole = story(ledger, before_day(ledger, date(2025, 1, 6)), before_day(ledger, date(2025, 7, 20)))
    some = next(event.owner for event in whole.events if event.owner)
    theirs = whole.of(Selection(frozenset([some.lower()])))
    assert theirs.events == tuple(event for event in whole.events if event.action_id and event.owner == some)
    assert theirs.pending == tuple(one for one in whole.pending if one.action_id and one.owner == some)
    assert 0 < len(theirs.events) < len(whole.events)
    assert (theirs.since, theirs.until) == (whole.since, whole.until)


def test_an_item_stands_as_it_stood_at_any_moment(repo: Repo) -> None:
    repo.commit("2025-10-06", {PIR: one()})
    repo.commit("2025-10-08", {PIR: one(status="done", due="2025-10-20")})
    repo.commit("2025-10-10", {PIR: review(action_items=[])})
    [only] = read_ledger(repo.folder, Config(), now=NOW).incidents["INC-001"].removed
    noons = {day: datetime(2025, 10, day, 12, tzinfo=UTC) for day in (6, 8, 10)}
    first, second = date(2025, 10, 12), date(2025, 10, 20)
    just = timedelta(microseconds=1)
    assert only.state(noons[6] - just) is None
    assert [only.state(noons[6]), only.state(noons[8] - just)] == [("open", first)] * 2
    assert [only.state(noons[8]), only.state(noons[10] - just)] == [("done", second)] * 2
    assert only.state(noons[10]) == ("removed", second)


DUE = date(2025, 12, 30)


@pytest.mark.parametrize(
    ("kind", "more", "said"),
    [
        ("action_opened", {"due": DUE, "status": "open"}, "due 2025-12-30, @ann"),
        ("action_opened", {"status": "open", "owner": ""}, "no date, nobody"),
        ("action_opened", {"due": DUE, "status": "done"}, "done already, @ann"),
        ("action_reopened", {"past": ("closed", "reopened")}, "no date, @ann, before that closed, reopened"),
        ("action_restored", {"due": DUE}, "due 2025-12-30, @ann"),
        ("action_moved_later", {"before": "2025-12-29", "after": "2025-12-30", "days": 1},
         "2025-12-29 → 2025-12-30, 1 day later, @ann"),
        ("action_moved_earlier", {"before": "2026-01-02", "after": "2025-12-30", "days": -3},
         "2026-01-02 → 2025-12-30, 3 days earlier, @ann"),
        ("action_dated", {"after": "2025-12-30"}, "none → 2025-12-30, @ann"),
        ("action_undated", {"before": "2025-12-30"}, "2025-12-30 → none, @ann"),
        ("action_reassigned", {"before": "@bo", "after": "@ann"}, "@bo → @ann"),
        ("action_closed", {"days": 2}, "@ann, 2 days late"),
        ("action_overdue", {"due": DUE, "days": 1}, "due 2025-12-30, @ann, 1 day late"),
        ("review_overdue", {"action_id": None, "owner": "", "due": DUE, "days": 1}, "due 2025-12-30, 1 day late"),
        ("review_completed", {"action_id": None, "owner": ""}, ""),
        ("incident_recurred", {"action_id": None, "owner": "", "related": ("INC-007", "INC-008")},
         "related to INC-007, INC-008"),
    ],
)  # fmt: skip
def test_what_is_said_of_each_kind_of_event(kind: str, more: dict[str, Any], said: str) -> None:
    about = {"action_id": "AI-001", "owner": "@ann", **more}
    assert telling.change(Event(kind, NOW, None, None, "INC-001", **about)) == said


def test_what_is_not_committed_says_so(repo: Repo) -> None:
    repo.commit("2025-12-20", {PIR: one()})
    repo.write(PIR, one(status="done"))
    assert "**INC-001 AI-001** Add metrics: @platform, 81 days late; not committed yet" in tell(
        repo, "markdown", "2025-12-21"
    )


def test_nobody_has_to_write_a_review_that_another_one_covers(repo: Repo) -> None:
    half = review("INC-002", status="draft", action_items=[])
    repo.commit("2025-10-06", {PIR: review(covers=["INC-002"], action_items=[]), "pir/INC-002.yaml": half})
    repo.commit("2025-10-20", {PIR: review(status="draft", covers=["INC-002"], action_items=[])})
    ledger = read_ledger(repo.folder, Config(), now=NOW)
    waiting = {
        day: [
            one.incident_id
            for one in story(ledger, NOW - timedelta(days=100), datetime(2025, 10, day, tzinfo=UTC)).pending
        ]
        for day in (15, 25)
    }
    assert waiting == {15: [], 25: ["INC-001", "INC-002"]}


def test_a_day_begins_in_the_projects_zone(repo: Repo) -> None:
    repo.commit("2025-10-06", {PIR: one()})
    ledger = read_ledger(repo.folder, Config(clock=Clock("Asia/Tokyo")), now=NOW)
    moment = before_day(ledger, date(2025, 10, 7))
    assert datetime(2025, 10, 6, 15, tzinfo=UTC) - moment == timedelta(microseconds=1)
    assert moment.tzinfo is UTC


@pytest.mark.parametrize(("kind", "late"), [("incident", 1), ("drill", None), ("near_miss", None)])
def test_only_the_review_of_an_incident_can_be_late(repo: Repo, kind: str, late: int | None) -> None:
    repo.commit("2025-10-06", {PIR: review(status="draft", type=kind, action_items=[])})
    repo.commit("2025-10-13", {PIR: review(type=kind, action_items=[])})
    ledger = read_ledger(repo.folder, Config(), now=NOW)
    found = story(ledger, datetime(2025, 10, 7, tzinfo=UTC), NOW).events
    assert [(one.kind, one.days) for one in found] == [("review_completed", late)]


def test_a_review_that_is_reopened_late_is_overdue_from_then_on(repo: Repo) -> None:
    repo.commit("2025-10-06", {PIR: review(action_items=[])})
    repo.commit("2025-10-20", {PIR: review(status="in_review", action_items=[])})
    ledger = read_ledger(repo.folder, Config(), now=NOW)
    then = datetime(2025, 10, 20, 12, tzinfo=UTC)
    for since, until, told in ((then - timedelta(1), then, True), (then, then + timedelta(1), False)):
        found = [one for one in story(ledger, since, until).events if one.kind == "review_overdue"]
        assert [(one.at, one.days) for one in found] == ([(then, 8)] if told else [])


def test_a_period_is_called_by_what_was_asked_for_and_its_commit(repo: Repo) -> None:
    commit = repo.commit("2025-10-06", {PIR: one()})
    repo.git("tag", "v1")
    repo.commit("2025-10-07", {PIR: one(status="done")})
    ledger = read_ledger(repo.folder, Config(), now=NOW)
    names = [
        read_period(ledger, repo.folder, Range(text, None)).since_name for text in ("v1", commit[:9], "2025-10-07")
    ]
    assert names == [f"v1 ({commit[:10]})", commit[:9], "2025-10-07"]


def test_a_commit_is_dated_in_the_projects_zone(repo: Repo) -> None:
    repo.commit("2025-10-06T20:00:00Z", {PIR: one(), "pirgen.yaml": "timezone: Asia/Tokyo\n"})
    told = repo.run("report", "--since", "2025-10-01", "--export", "table").stdout
    assert "Tue 07 Oct by Ann in " in told
    assert "Mon 06 Oct" not in told


@pytest.mark.parametrize(
    ("part", "folds"), [("a line\n", False), ("<details>\n" + "a line\n" * 9 + "</details>\n", True)]
)
def test_markdown_that_never_fits_is_cut_between_lines_and_folds_are_closed(part: str, folds: bool) -> None:
    text = markdown._fitting(lambda most: part * 10_000, "`pirgen report` tells all")
    assert markdown.LONGEST - 100 < len(text) <= markdown.LONGEST
    assert text.endswith("\n\nThe rest is left out; `pirgen report` tells all.\n")
    assert text.count("<details>") == text.count("</details>")
    assert (text.count("<details>") > 500) == folds
    exact = "x" * markdown.LONGEST
    assert markdown._fitting(lambda most: exact, "") == exact


def test_a_review_says_how_it_stands_and_when_it_was_due(repo: Repo) -> None:
    repo.commit("2025-10-06", {PIR: review(status="draft", action_items=[])})
    repo.commit("2025-10-08", {PIR: one()})
    ledger = read_ledger(repo.folder, Config(), now=NOW)
    [done] = [found for found in story(ledger, datetime(2025, 10, 7, tzinfo=UTC)).events if not found.action_id]
    assert (done.kind, done.status, done.due, done.days) == ("review_completed", "complete", date(2025, 10, 12), None)


@pytest.mark.parametrize(("due", "kind", "days"), [
    ("2025-10-13", "action_moved_later", 1), ("2025-10-11", "action_moved_earlier", -1),
    (None, "action_undated", None),
])  # fmt: skip
def test_a_due_date_may_move_by_a_day(repo: Repo, due: str | None, kind: str, days: int | None) -> None:
    repo.commit("2025-10-06", {PIR: one()})
    repo.commit("2025-10-08", {PIR: review(action_items=[item("AI-001", "Add metrics", due=due)])})
    ledger = read_ledger(repo.folder, Config(), now=NOW)
    events = story(ledger, datetime(2025, 10, 7, tzinfo=UTC), datetime(2025, 10, 9, tzinfo=UTC)).events
    assert [(found.kind, found.days) for found in events if found.action_id] == [(kind, days)]
