"""Figures at their edges: the last day, the first month of a quarter, the last minute of a target.

A change of the code that moves such an edge by one goes unnoticed by figures from the middle.
"""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from pirgen.config import Config
from pirgen.config.policy import SeverityLevel
from pirgen.ledger import read_ledger
from pirgen.report import Report, incidents, report, report_of
from pirgen.report.metrics.recurrences import began
from pirgen.review.timeline import Clock
from tests.support import Repo, item, review
from tests.test_report import metric, rows, timeline

NOW = datetime(2025, 12, 31, 9, tzinfo=UTC)


def told(repo: Repo, *by: str, as_of: str | None = None, **settings: Any) -> Report:
    return report(repo.folder, Config(**settings), now=NOW, as_of=as_of, by=by)


def test_each_month_is_in_its_quarter_and_unknown_comes_last(repo: Repo) -> None:
    files = {
        f"pir/INC-0{month:02}.yaml": review(f"INC-0{month:02}", date=f"2025-{month:02}-01") for month in range(1, 13)
    }
    nameless = review("INC-099", date=None, timeline=None, status="draft", action_items=None)
    repo.commit("2025-12-31T08:00:00Z", {**files, "pir/INC-099.yaml": nameless})
    groups = told(repo, "quarter", "month").groups
    assert {name: group.incidents for name, group in groups["quarter"].items()} == {
        "2025-Q1": 3, "2025-Q2": 3, "2025-Q3": 3, "2025-Q4": 3, "": 1
    }  # fmt: skip
    assert [*groups["month"]][-1] == ""


@pytest.mark.parametrize(("closed", "done"), [("2025-10-12", 1), ("2025-10-13", 0)])
def test_the_due_date_itself_is_on_time(repo: Repo, closed: str, done: int) -> None:
    repo.commit("2025-10-06", {"pir/INC-001.yaml": review()})
    repo.commit(
        f"{closed}T23:00:00Z",
        {"pir/INC-001.yaml": review(action_items=[item("AI-001", "Add pool metrics", status="done")])},
    )
    row = metric(told(repo), "action_on_time")
    assert (row["done"], row["of"]) == (done, 1)


@pytest.mark.parametrize(("status", "reason"), [
    ("in_review", "the review is in review"),
    ("draft", "the review is draft"),
    ("complete", "the review is not valid or holds placeholders"),
])  # fmt: skip
def test_a_severity_has_its_own_deadline_and_the_reason_is_told(repo: Repo, status: str, reason: str) -> None:
    levels = (SeverityLevel("P1", review_due=2 * 86_400), SeverityLevel("P2"))
    changes: dict[str, Any] = {"status": status, "root_cause": "TODO" if status == "complete" else "x"}
    repo.commit(
        "2025-10-06",
        {"pir/INC-001.yaml": review(**changes), "pir/INC-002.yaml": review("INC-002", severity="P2", **changes)},
    )
    found = rows(told(repo, severities=levels), "overdue_reviews", "incident_id", "deadline", "reason")
    assert found == [("INC-001", "2025-10-07", reason), ("INC-002", "2025-10-12", reason)]


@pytest.mark.parametrize(
    ("opened", "ended", "status", "listed"),
    [
        ("2025-10-10", "", "", True),
        ("2025-10-11", "", "", False),
        ("2025-10-06", "2025-10-10", "done", False),
        ("2025-10-06", "2025-10-10", "declined", False),
        ("2025-10-06", "2025-10-11", "done", True),
        ("2025-10-06", "2025-10-11", "declined", True),
    ],
)
def test_what_was_open_on_the_day_it_happened_again(
    repo: Repo, opened: str, ended: str, status: str, listed: bool
) -> None:
    """INC-002 begins on 10 October, and INC-001's item is opened or ended about that day."""
    later = review(
        "INC-002", date="2025-10-10", related=["INC-001"], action_items=[], no_action_items_reason="as before"
    )
    repo.commit(
        "2025-10-05T13:00:00Z", {"pir/INC-001.yaml": review(action_items=[], no_action_items_reason="none yet")}
    )
    one = item("AI-001", "Add metrics", due="2025-12-01")
    repo.commit(f"{opened}T13:00:00Z", {"pir/INC-001.yaml": review(action_items=[one])})
    if ended:
        last = one | {"status": status, "reason": "costs"}
        repo.commit(f"{ended}T14:00:00Z", {"pir/INC-001.yaml": review(action_items=[last])})
    repo.commit("2025-10-12", {"pir/INC-002.yaml": later})
    assert rows(told(repo), "recurrences", "action_id", "again_on") == ([("AI-001", "2025-10-10")] if listed else [])


def test_an_incident_begins_on_the_projects_day_not_on_its_reviews(repo: Repo) -> None:
    times = timeline(started="23:30", detected="23:31", acknowledged="23:32", resolved="23:59")
    repo.commit(
        "2025-10-06", {"pir/INC-001.yaml": review(date="2025-10-31", timeline=times, duration="29m", timezone="UTC")}
    )
    found = told(repo, "month", clock=Clock("Europe/Berlin"))
    assert [*found.groups["month"]] == ["2025-11"]
    assert found.as_of.utcoffset() == timedelta(hours=1)


def test_targets_count_the_last_minute_and_leave_out_severities_without_one(repo: Repo) -> None:
    levels = (SeverityLevel("P1"), SeverityLevel("P2", response=120), SeverityLevel("P3", response=119))
    for number, name in enumerate(("P1", "P2", "P3"), 1):
        repo.write(f"pir/INC-00{number}.yaml", review(f"INC-00{number}", severity=name))
    backwards = timeline(detected="14:30", acknowledged="14:29", resolved="15:00")
    repo.write("pir/INC-004.yaml", review("INC-004", severity="P2", timeline=backwards))
    repo.commit("2025-10-06", {})
    row = metric(told(repo, severities=levels), "response_target")
    assert (row["done"], row["of"], row["missing"]) == (1, 2, 1)


def test_what_is_acknowledged_at_once_is_acknowledged_in_time(repo: Repo) -> None:
    times = timeline(detected="14:30", acknowledged="14:30", resolved="15:00")
    repo.commit("2025-10-06", {"pir/INC-001.yaml": review(timeline=times)})
    row = metric(told(repo), "response_target")
    assert (row["done"], row["of"]) == (1, 1)


def test_a_log_says_when_it_began_and_that_it_was_withdrawn(repo: Repo) -> None:
    head = "- {at: 2025-11-01T10:00:00Z, kind: declared, incident_id: INC-00%d, title: x, severity: P1}\n"
    said = {
        f"operational_audit/incidents/INC-00{number}.yaml": head % number + more
        for number, more in ((1, ""), (2, "- {at: 2025-11-01T11:00:00Z, kind: withdrawn, text: a false alarm}\n"))
    }
    repo.commit("2025-11-02", said)
    found = told(repo, "month")
    assert {name: group.incidents for name, group in found.groups["month"].items()} == {"2025-11": 1}
    assert rows(found, "open_incidents", "incident_id", "opened_at") == [("INC-001", "2025-11-01T10:00:00Z")]


@pytest.mark.parametrize(("day", "late"), [("2025-10-12", None), ("2025-10-13", 1)])
def test_a_review_is_not_late_on_the_day_by_which_it_is_due(repo: Repo, day: str, late: int | None) -> None:
    repo.commit("2025-10-06", {"pir/INC-001.yaml": review(status="in_review")})
    ledger = read_ledger(repo.folder, Config(), now=NOW, as_of=day)
    assert [(row["review_due"], row["review_days_late"]) for row in incidents.rows(ledger)] == [("2025-10-12", late)]


def test_lead_times_go_on_after_what_has_none(repo: Repo) -> None:
    """INC-001 needs no review, INC-002's is INC-003's; those of INC-003 and INC-004 are complete."""
    levels = (SeverityLevel("P1"), SeverityLevel("P4", review=False))
    said: list[dict[str, Any]] = [{"severity": "P4"}, {"status": "draft"}, {"covers": ["INC-002"]}, {}]
    files = {f"pir/INC-00{number}.yaml": review(f"INC-00{number}", **more) for number, more in enumerate(said, 1)}
    repo.commit("2025-10-07", {**files})
    row = metric(told(repo, severities=levels), "review_lead_time")
    assert (row["n"], row.get("missing", 0), row.get("censored", 0)) == (2, 0, 0)


def test_an_item_tells_of_its_last_end_alone(repo: Repo) -> None:
    told_of: list[tuple[Any, ...]] = []
    commits: list[str] = []
    for day, status in enumerate(("open", "declined", "done", "declined", "open", "done"), 6):
        more = {"reason": "costs"} if status == "declined" else {}
        one = item("AI-001", "Add pool metrics", status=status, **more)
        commits.append(repo.commit(f"2025-10-{day:02}", {"pir/INC-001.yaml": review(action_items=[one])}))
        (found,) = read_ledger(repo.folder, Config(), now=NOW).items
        ends = (found.closed_at, found.closed_commit, found.declined_at, found.declined_commit)
        told_of.append(tuple(f"{end:%d}" if isinstance(end, datetime) else end for end in ends))
    assert told_of == [
        (None, None, None, None),
        (None, None, "07", commits[1]),
        ("08", commits[2], None, None),
        (None, None, "09", commits[3]),
        (None, None, None, None),
        ("11", commits[5], None, None),
    ]


def test_a_review_that_is_not_complete_yet_settles_no_due_date(repo: Repo) -> None:
    def said(due: str, status: str) -> str:
        return review(status=status, action_items=[item("AI-001", "Add pool metrics", due=due)])

    repo.commit("2025-10-06", {"pir/INC-001.yaml": said("2025-10-12", "in_review")})
    repo.commit("2025-10-07", {"pir/INC-001.yaml": said("2025-10-20", "in_review")})
    assert [one.first_due for one in read_ledger(repo.folder, Config(), now=NOW).items] == [date(2025, 10, 12)]
    commit = repo.commit("2025-10-08", {"pir/INC-001.yaml": said("2025-10-20", "complete")})
    ledger = read_ledger(repo.folder, Config(), now=NOW)
    assert [one.first_due for one in ledger.items] == [date(2025, 10, 20)]
    assert ledger.incidents["INC-001"].completed_commit == commit


def test_an_item_that_came_back_was_gone_in_between(repo: Repo) -> None:
    one, other = item("AI-001", "Add pool metrics"), item("AI-002", "Add an alarm")
    for day, items in ((6, [one, other]), (8, [other]), (10, [one, other])):
        repo.commit(f"2025-10-{day:02}", {"pir/INC-001.yaml": review(action_items=items)})
    found = read_ledger(repo.folder, Config(), now=NOW).items[0]
    states = [found.state(datetime(2025, 10, day, 13, tzinfo=UTC)) for day in (5, 6, 8, 10)]
    assert [state and state[0] for state in states] == [None, "open", "removed", "open"]


@pytest.mark.parametrize(("end", "event"), [("resolved", "incident_resolved"), ("withdrawn", "incident_withdrawn")])
def test_a_log_tells_how_its_incident_ended_and_how_bad_it_was(repo: Repo, end: str, event: str) -> None:
    head = "- {at: 2025-11-01T10:00:00Z, kind: declared, incident_id: INC-001, title: x, severity: P1}\n"
    for day, more in ((2, ""), (3, f"- {{at: 2025-11-01T11:00:00Z, kind: {end}, text: x}}\n")):
        repo.commit(f"2025-11-0{day}", {"operational_audit/incidents/INC-001.yaml": head + more})
    facts = read_ledger(repo.folder, Config(), now=NOW).facts
    assert [(fact.event, fact.after) for fact in facts if fact.event.startswith("incident_")] == [
        ("incident_opened", {"severity": "P1"}),
        (event, {"severity": "P1"}),
    ]


def test_a_log_tells_each_time_that_its_incident_ends_and_goes_on(repo: Repo) -> None:
    path = "operational_audit/incidents/INC-001.yaml"
    head = "- {at: 2025-11-01T10:00:00Z, kind: declared, incident_id: INC-001, title: x, severity: P1}\n"
    over = "- {at: 2025-11-01T11:00:00Z, kind: resolved, text: x}\n"
    note = "- {at: 2025-11-01T10:30:00Z, kind: note, text: x}\n"
    for day, text in enumerate((head, head + note, head + over, head + over + note, head, head + note + over), 2):
        repo.commit(f"2025-11-0{day}", {path: text})
    facts = read_ledger(repo.folder, Config(), now=NOW).facts
    assert [(fact.at.day, fact.event, fact.path) for fact in facts] == [
        (2, "incident_opened", path),
        (4, "incident_resolved", path),
        (6, "incident_reopened", path),
        (7, "incident_resolved", path),
    ]
    repo.commit("2025-11-09", {"pir/INC-001.yaml": review(status="draft", action_items=[])})
    repo.commit("2025-11-10", {path: head})
    facts = read_ledger(repo.folder, Config(), now=NOW).facts
    assert [(fact.at.day, fact.event, fact.path) for fact in facts[4:]] == [(9, "review_opened", "pir/INC-001.yaml")]


def test_a_text_that_is_a_log_and_a_review_is_read_as_each(repo: Repo) -> None:
    text = review() + 'events:\n- {at: "2025-10-05T14:30:00Z", kind: detected}\n'
    repo.commit("2025-10-06", {"pir/INC-001.yaml": text, "operational_audit/incidents/INC-001.yaml": text})
    incident = read_ledger(repo.folder, Config(), now=NOW).incidents["INC-001"]
    assert [said and said.is_log for said in (incident.snapshot, incident.log)] == [False, True]


def test_an_item_that_is_taken_up_again_is_reopened_and_not_begun(repo: Repo) -> None:
    for day, status in enumerate(("open", "in_progress", "open", "done", "in_progress", "done", "open"), 6):
        said = item("AI-001", "Add metrics", status=status)
        repo.commit(f"2025-10-{day:02}", {"pir/INC-001.yaml": review(action_items=[said])})
    ledger = read_ledger(repo.folder, Config(), now=NOW)
    assert [(fact.at.day, fact.event) for fact in ledger.facts if fact.action_id and fact.at.day > 6] == [
        (7, "action_started"),
        (9, "action_closed"),
        (10, "action_reopened"),
        (11, "action_closed"),
        (12, "action_reopened"),
    ]


def test_an_incident_without_a_time_began_on_the_day_of_its_review(repo: Repo) -> None:
    text = review(timeline=[], status="draft", action_items=[])
    log = '- {at: "2025-11-01T10:00:00Z", kind: declared, incident_id: INC-002, title: x, severity: P1}\n'
    repo.commit("2025-11-02", {"pir/INC-001.yaml": text, "operational_audit/incidents/INC-002.yaml": log})
    ledger = read_ledger(repo.folder, Config(), now=NOW)
    assert {name: began(ledger, one) for name, one in ledger.incidents.items()} == {
        "INC-001": date(2025, 10, 5), "INC-002": date(2025, 11, 1)
    }  # fmt: skip


def test_a_renumbered_item_is_still_its_owners(repo: Repo) -> None:
    for day, name, status in ((6, "AI-001", "open"), (7, "AI-009", "open"), (8, "AI-009", "done")):
        said = item(name, "Add metrics", status=status)
        repo.commit(f"2025-10-{day:02}", {"pir/INC-001.yaml": review(action_items=[said])})
    told = json.loads(repo.run("history", "--owner", "@platform", "--export", "json").stdout)["facts"]
    assert [(fact["action_id"], fact["event"]) for fact in told] == [
        ("AI-001", "action_opened"), ("AI-009", "action_closed")
    ]  # fmt: skip


def test_a_group_of_an_owner_counts_no_incidents(repo: Repo) -> None:
    repo.commit("2025-10-06", {"pir/INC-001.yaml": review()})
    groups = report_of(read_ledger(repo.folder, Config(), now=NOW), by=["owner", "severity"]).groups
    assert [(one.incidents, one.overdue_reviews) for one in groups["owner"].values()] == [(None, None)]
    assert [(one.incidents, one.overdue_reviews) for one in groups["severity"].values()] == [(1, 0)]


def test_an_open_incident_past_its_target_says_that_its_start_was_inferred(repo: Repo) -> None:
    moments = [{"time": "14:00", "event": "Alert triggered for API errors"}]
    repo.commit("2025-10-06", {
        "pir/INC-001.yaml": review(status="draft", timeline=moments, action_items=[]),
        "operational_audit/incidents/INC-001.yaml":
            "- {at: 2025-10-05T14:00:00Z, kind: note, incident_id: INC-001, title: x, severity: P1, text: x}\n",
    })  # fmt: skip
    row = metric(told(repo), "response_target")
    assert (row["done"], row["of"], row["inferred"]) == (0, 1, 1)


def test_a_share_that_falls_short_by_one_misses_its_target(repo: Repo) -> None:
    late = {f"pir/INC-{number:03}.yaml": review(f"INC-{number:03}") for number in range(1, 102)}
    repo.commit("2025-10-06", late | {"pir/INC-100.yaml": review("INC-100", status="draft", action_items=[])})
    row = metric(told(repo), "review_completion")
    assert (row["done"], row["of"], row["met"]) == (100, 101, "no")
