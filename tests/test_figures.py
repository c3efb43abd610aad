"""What became of action items and reviews, and the figures by group, worked out by hand."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from typing import Any

import pytest

from pirgen.config import Config
from pirgen.project import Project
from pirgen.report import Report, exports, report
from tests.support import Repo, item, review
from tests.test_report import metric, rows, timeline

NOW = datetime(2025, 12, 1, 9, tzinfo=UTC)


def told(repo: Repo, *by: str, as_of: str | None = None) -> Report:
    return report(repo.folder, Config(), now=NOW, as_of=as_of, by=by)


@pytest.fixture
def followed(repo: Repo) -> Repo:
    """INC-001 of 5 October and INC-002 of 10 November, which names it; four items between them.

    AI-001 slips by 8 and 5 days, is closed on the 20th, reopened on the 22nd and closed again on 15 November.
    AI-002 is removed while open on 22 October. AI-003 is declined on the 20th. AI-004 stays open without an owner.
    """
    one = item("AI-001", "Add metrics")
    two = item("AI-002", "Add tests")
    three = item("AI-003", "Buy time")
    four: dict[str, Any] = {"id": "AI-004", "action": "Learn"}
    no = {"status": "declined", "reason": "costs"}

    def at(*items: dict[str, Any], **more: Any) -> dict[str, str | bytes | None]:
        return {"pir/INC-001.yaml": review(action_items=list(items), services=["api", "web"], **more)}

    repo.commit("2025-10-06", at(one, two, three, four))
    repo.commit("2025-10-08", at(one | {"due": "2025-10-20"}, two, three, four))
    repo.commit("2025-10-09", at(one | {"due": "2025-10-25"}, two, three, four))
    repo.commit("2025-10-20", at(one | {"due": "2025-10-25", "status": "done"}, two, three | no, four))
    repo.commit("2025-10-22", at(one | {"due": "2025-10-25"}, three | no, four))
    times = timeline(started="10:00", resolved="12:00")
    none: dict[str, Any] = {"action_items": [], "no_action_items_reason": "as before"}
    later = review(
        "INC-002", date="2025-11-10", severity="P2", related=["INC-001"], duration="2h", timeline=times, **none
    )
    repo.commit("2025-11-20", {"pir/INC-002.yaml": later})
    repo.commit("2025-11-25", at(one | {"due": "2025-10-25", "status": "done"}, three | no, four))
    return repo


def test_what_slipped_was_reopened_or_vanished(followed: Repo) -> None:
    found = told(followed)
    assert rows(found, "slipped_actions", "action_id", "first_due", "due", "slips", "slipped_days") == [
        ("AI-001", "2025-10-12", "2025-10-25", 2, 13)
    ]
    assert rows(found, "reopened_actions", "action_id", "reopened", "status") == [("AI-001", 1, "done")]
    assert rows(found, "removed_actions", "action_id", "removed_at") == [("AI-002", "2025-10-22T12:00:00Z")]
    [(commit,)] = rows(found, "removed_actions", "removed_commit")
    assert commit == followed.git("rev-parse", "HEAD~2")
    assert rows(told(followed, as_of="2025-10-21"), "removed_actions", "action_id") == []


def test_an_item_done_before_it_was_removed_did_not_vanish(repo: Repo) -> None:
    done = [item("AI-001", "Add metrics", status="done"), item("AI-002", "Add tests")]
    repo.commit("2025-10-06", {"pir/INC-001.yaml": review(action_items=done)})
    repo.commit("2025-10-07", {"pir/INC-001.yaml": review(action_items=done[1:])})
    repo.commit("2025-10-08", {"pir/INC-001.yaml": None})
    assert rows(told(repo), "removed_actions", "action_id") == [("AI-002",)]
    repo.commit("2025-10-09", {"pir/INC-001.yaml": review(action_items=done)})
    assert rows(told(repo), "removed_actions", "action_id") == []


def test_times_to_close_and_to_review(followed: Repo) -> None:
    found = told(followed)
    # AI-001 took 50 days; AI-002 was watched for 16, AI-003 for 14; AI-004 is open for 55 days and 21 hours
    assert metric(found, "action_time_to_close") == {
        "n": 1, "missing": 0, "assumed": 0, "inferred": 0, "censored": 3,
        "states": {"still open": 1, "declined": 1, "removed": 1}, "median_minutes": 50 * 1440,
    }  # fmt: skip
    # 5 October 15:15 to the 6th 12:00, and 10 November 12:00 to the 20th 12:00
    assert metric(found, "review_lead_time")["median_minutes"] == ((20 * 60 + 45) + 10 * 1440) / 2
    text = exports.render("table", found)
    assert re.search(r" 50d +1 ended; 1 still open, 1 declined, 1 removed$", text, re.MULTILINE)


def test_what_is_reopened_is_open(followed: Repo) -> None:
    found = told(followed, as_of="2025-10-23")
    assert metric(found, "action_time_to_close") == {
        "n": 0, "missing": 0, "assumed": 0, "inferred": 0, "censored": 4,
        "states": {"still open": 2, "declined": 1, "removed": 1},
    }  # fmt: skip
    assert re.search(r" not reached +2 still open, 1 declined, 1 removed", exports.render("table", found))


def test_open_items_count_in_the_time_to_close(repo: Repo) -> None:
    items = [item(f"AI-{number:03d}", f"Add metric {number}") for number in range(10)]
    repo.commit("2025-02-04", {"pir/INC-001.yaml": review(action_items=items)})
    repo.commit("2025-02-05", {"pir/INC-001.yaml": review(action_items=[items[0] | {"status": "done"}, *items[1:]])})
    found = told(repo, "owner")
    row = metric(found, "action_time_to_close")
    assert (row["n"], row["censored"], row["states"]) == (1, 9, {"still open": 9})
    assert "median_minutes" not in row
    text = exports.render("table", found)
    assert re.search(r" not reached +1 ended; 9 still open$", text, re.MULTILINE)
    assert "not reached (1 of 10)" in text
    assert '"censored":9,"states":{"still open":9},"median_minutes":null' in exports.render("json", found)


def test_reviews_that_are_not_written_count_in_the_time_to_review(repo: Repo) -> None:
    def log(number: int, *events: str) -> dict[str, str | bytes | None]:
        head = f"incident_id: INC-00{number}\ntitle: x\nseverity: P1\nevents:\n"
        times = "".join(
            f"  - {{at: '2025-10-0{number}T10:0{at}:00Z', kind: {kind}}}\n" for at, kind in enumerate(events)
        )
        return {f"operational_audit/incidents/INC-00{number}.yaml": head + times}

    def counted(as_of: str | None = None) -> Report:
        return report(repo.folder, Project(repo.folder).config, now=NOW, as_of=as_of)

    none = "severities: [{name: P1}, {name: P9, review: false}]\n"
    repo.commit("2025-10-06", {
        "pirgen.yaml": none,
        **log(2, "detected", "resolved"),  # there is none: open
        **log(3, "detected", "resolved"),  # covered by that of INC-005
        **log(4, "detected"),  # goes on
        "pir/INC-001.yaml": review("INC-001"),  # written on the 6th, then back to a draft: open
        "pir/INC-005.yaml": review("INC-005", covers=["INC-003"]),
        # nobody needs a review of a P9, and nobody knows since when that of INC-006 is due
        "pir/INC-007.yaml": review("INC-007", severity="P9"),
        "pir/INC-006.yaml": review("INC-006", status="draft", timeline=[{"time": "14:00", "event": "x"}]),
    })  # fmt: skip
    assert metric(counted("HEAD"), "review_lead_time")["n"] == 2
    repo.commit("2025-10-07", {"pir/INC-001.yaml": review("INC-001", status="draft")})
    assert metric(counted(), "review_lead_time") == {
        "n": 1, "missing": 1, "assumed": 0, "inferred": 0, "censored": 2,
        "states": {"still open": 2},
    }  # fmt: skip


def met(repo: Repo, name: str, *texts: str, enough: int = 5) -> tuple[Any, ...]:
    """How many are known and missing of a figure, and whether its target is met, for a project of these reviews."""
    for number, text in enumerate(texts):
        repo.write(f"pir/INC-{number:03d}.yaml", text.replace("INC-001", f"INC-{number:03d}"))
    repo.commit("2025-10-06", {})
    targets = {"mttd": 300, "response_target": 50, "action_on_time": 50, "action_completion": 50}
    row = metric(report(repo.folder, Config(targets=targets, enough=enough), now=NOW), name)
    return row["n"], row["missing"], row["met"]


SLOW = review(timeline=timeline(started="10:00", detected="10:10", acknowledged="11:00"))
QUICK = review(timeline=timeline(started="10:00", detected="10:01", acknowledged="10:02"))
SILENT = review(timeline=timeline(resolved="10:00"))


@pytest.mark.parametrize(
    ("texts", "enough", "expected"),
    [
        ([QUICK], 5, (1, 0, "not enough")),
        ([SLOW], 5, (1, 0, "not enough")),
        ([QUICK] * 4, 5, (4, 0, "not enough")),
        ([QUICK] * 5, 5, (5, 0, "yes")),
        ([SLOW] * 5, 5, (5, 0, "no")),
        ([QUICK], 1, (1, 0, "yes")),
        ([QUICK] * 5 + [SILENT] * 5, 5, (5, 5, "yes")),
        ([QUICK] * 5 + [SILENT] * 6, 5, (5, 6, "not enough")),
        ([SLOW] + [SILENT] * 20, 1, (1, 20, "not enough")),
        ([SILENT], 1, (0, 1, "not enough")),
    ],
)
@pytest.mark.parametrize("name", ["mttd", "response_target"])
def test_a_target_is_met_or_not_only_on_enough(
    repo: Repo, name: str, texts: list[str], enough: int, expected: tuple[Any, ...]
) -> None:
    assert met(repo, name, *texts, enough=enough) == expected


def test_a_census_is_judged_on_few(repo: Repo) -> None:
    some = [item("AI-001", "Add metrics", status="done"), item("AI-002", "Add tests")]
    assert met(repo, "action_completion", review(action_items=some)) == (2, 0, "yes")
    assert met(repo, "action_on_time", review(action_items=some)) == (1, 1, "not enough")


def test_the_verdict_for_a_person(repo: Repo) -> None:
    repo.write("pirgen.yaml", "enough: 2\n")
    repo.commit("2025-10-06", {"pir/INC-001.yaml": review()})
    found = [line.split() for line in repo.run("report", "--as-of", "HEAD").stdout.splitlines()]
    assert [line[6:9] for line in found if line[:1] == ["MTTA"]] == [["2m", "not", "enough"]]
    repo.write("pirgen.yaml", "enough: 1\n")
    found = [line.split() for line in repo.run("report", "--as-of", "HEAD").stdout.splitlines()]
    assert [line[6:8] for line in found if line[:1] == ["MTTA"]] == [["2m", "yes"]]


def test_completion_is_judged_on_the_reviews_that_are_due(repo: Repo) -> None:
    def ended(number: int, day: str, kind: str = "resolved") -> dict[str, str | bytes | None]:
        return {
            f"operational_audit/incidents/INC-00{number}.yaml": f"incident_id: INC-00{number}\ntitle: x\nseverity: P1\n"
            f"events:\n  - {{at: '{day}T08:00:00Z', kind: detected}}\n  - {{at: '{day}T09:00:00Z', kind: {kind}}}\n"
        }

    def completion(*, as_of: str | None = None) -> tuple[Any, ...]:
        row = metric(told(repo, as_of=as_of), "review_completion")
        return row["done"], row["of"], row.get("states"), row.get("met")

    repo.commit("2025-11-20", ended(1, "2025-11-20") | ended(2, "2025-11-20", "acknowledged"))
    assert completion(as_of="2025-11-27") == (0, 0, {"not yet due": 2}, None)
    assert re.search(r" unknown +2 not yet due", exports.render("table", told(repo, as_of="2025-11-27")))
    repo.commit("2025-11-27T23:00:00Z", ended(3, "2025-11-27"))
    # the review of the 20th is due on the 27th, and overdue from the 28th on; INC-002 goes on and lowers nothing
    assert completion() == (0, 1, {"overdue": 1, "not yet due": 2}, "no")
    assert re.search(r" 0% +NO +0 of 1; 1 overdue, 2 not yet due", exports.render("table", told(repo)))
    assert rows(told(repo), "overdue_reviews", "incident_id") == [("INC-001",)]
    repo.commit("2025-11-28", {"pir/INC-001.yaml": review("INC-001")})
    assert completion() == (1, 1, {"not yet due": 2}, "yes")
    repo.commit("2025-11-29", ended(2, "2025-11-20", "closed"))
    assert completion() == (1, 2, {"not yet due": 1, "without a deadline": 1}, "no")
    assert len(told(repo).tables["reviews_without_deadline"].rows) == 1


def test_a_target_that_an_open_incident_can_still_keep_is_not_yet_due(repo: Repo) -> None:
    log = "incident_id: INC-001\ntitle: x\nseverity: P4\nevents: [{at: '2025-12-01T08:00:00Z', kind: detected}]\n"
    repo.commit("2025-12-01T08:10:00Z", {"operational_audit/incidents/INC-001.yaml": log})
    row = metric(told(repo), "response_target")
    assert (row["of"], row["missing"], row["states"]) == (0, 0, {"not yet due": 1})


def test_means_and_shares_have_their_intervals_in_json(followed: Repo) -> None:
    found = {row["name"]: row for row in json.loads(exports.render("json", told(followed)))["metrics"]}
    # of 45 and 120 minutes
    assert (found["mttr"]["confidence_low"], found["mttr"]["confidence_high"]) == (45, 120)
    done = found["action_completion"]
    assert (done["done"], done["of"]) == (1, 3)
    assert (done["confidence_low"], done["confidence_high"]) == (6.15, 79.23)
    assert found["action_time_to_close"]["confidence_low"] is None
    assert found["mttd"]["confidence_low"] is None, "nothing is known"


def test_reviews_that_came_late(followed: Repo) -> None:
    found = told(followed)
    assert rows(found, "late_reviews", "incident_id", "deadline", "days_late", "completed_at") == [
        ("INC-002", "2025-11-17", 3, "2025-11-20T12:00:00Z")
    ]
    assert rows(found, "overdue_reviews", "incident_id") == []


def test_what_was_open_when_it_happened_again(followed: Repo) -> None:
    assert rows(told(followed), "recurrences", "action_id", "again", "again_on", "was_overdue", "status") == [
        ("AI-001", "INC-002", "2025-11-10", True, "done"),
        ("AI-004", "INC-002", "2025-11-10", None, "open"),
    ]


def test_ages_are_counted_once(followed: Repo) -> None:
    assert rows(told(followed, as_of="2025-10-10"), "action_ages", "from_days", "to_days", "open", "without_due") == [
        (0, 7, 4, 1), (8, 30, 0, 0), (31, 90, 0, 0), (91, 180, 0, 0), (181, None, 0, 0)
    ]  # fmt: skip
    # between them the buckets hold every open item at any age
    for day in ("2025-10-14", "2025-11-05", "2025-11-30"):
        found = told(followed, as_of=day)
        assert sum(row["open"] for row in found.tables["action_ages"].rows) == len(found.tables["open_actions"].rows)


def test_figures_by_group_add_up(followed: Repo) -> None:
    found = told(followed, "severity", "owner", "service", "month", "quarter")
    counts = {
        dimension: {name: (group.incidents, group.open_actions) for name, group in groups.items()}
        for dimension, groups in found.groups.items()
    }
    assert counts == {
        "severity": {"P1": (1, 1), "P2": (1, 0)},
        "owner": {"@platform": (None, 0), "": (None, 1)},
        "service": {"api": (1, 1), "web": (1, 1), "": (1, 0)},
        "month": {"2025-10": (1, 1), "2025-11": (1, 0)},
        "quarter": {"2025-Q4": (2, 1)},
    }
    done = [row for row in found.groups["owner"]["@platform"].metrics if row["name"] == "action_completion"]
    assert [(row["done"], row["of"]) for row in done] == [(1, 2)]
    assert {row["name"] for row in found.groups["owner"]["@platform"].metrics} == {
        "action_completion", "action_proven", "action_on_time", "action_time_to_close"
    }  # fmt: skip
    [mttr] = [row for row in found.groups["severity"]["P2"].metrics if row["name"] == "mttr"]
    assert (mttr["mean_minutes"], mttr["n"], mttr["missing"]) == (120, 1, 0)


def test_groups_for_a_person(followed: Repo) -> None:
    text = exports.render("table", told(followed, "severity", "owner"))
    lines = [line.split() for line in text.splitlines()]
    assert ["P2", "1", "0", "unknown", "unknown", "unknown", "2h", "(1", "of", "1)"] in [line[:10] for line in lines]
    assert ["nobody", "1", "0", "0%", "(0", "of", "1)"] in [line[:7] for line in lines]
    assert "45m* (1 of 1)" in text


def test_a_group_named_by_hostile_text_stays_on_its_line(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "500")
    repo.commit("2025-10-06", {"pir/INC-001.yaml": review(services=["a\n\x1b[31mb", "x" * 200])})
    for name in ("table", "pretty"):
        text = exports.render(name, told(repo, "service"))
        assert "a\\u{a}\\u{1b}[31mb" in text
        assert "\x1b[31mb" not in text


def test_the_pretty_table_says_what_the_plain_one_says(followed: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "300")
    plain, pretty = (exports.render(name, told(followed, "severity")) for name in ("table", "pretty"))
    words = {word for word in plain.split() if len(word) > 2}
    assert words <= set(pretty.split())
    assert "\x1b" not in pretty
    monkeypatch.delenv("NO_COLOR")
    assert "\x1b[32myes" in exports.render("pretty", told(followed))


def test_the_command_writes_files_and_groups(followed: Repo) -> None:
    done = followed.run("report", "--by", "severity", "--by", "month", "--output-file", "out.txt")
    assert (done.returncode, done.stdout) == (0, "")
    assert "Incidents by month" in (followed.folder / "out.txt").read_text(encoding="utf-8")
    assert followed.run("report", "--by", "moon").returncode == 2


@pytest.mark.parametrize(
    ("intervals", "means"),
    [
        ("", (10, 30, 60, 120)),
        ("intervals: {preset: firehydrant}", (10, 40, 60, 120)),
        ("intervals: {preset: datadog}", (10, 30, 50, 110)),
        ("intervals: {preset: datadog, mttr: acknowledged to resolved}", (10, 30, 50, 80)),
    ],
)
def test_other_pairs_of_milestones(repo: Repo, intervals: str, means: tuple[float, ...]) -> None:
    whole = timeline(started="10:00", detected="10:10", acknowledged="10:40", mitigated="11:00", resolved="12:00")
    repo.write("pirgen.yaml", intervals)
    repo.commit("2025-10-06", {"pir/INC-001.yaml": review(timeline=whole)})
    found = report(repo.folder, Project(repo.folder).config, now=NOW)
    assert tuple(metric(found, name)["mean_minutes"] for name in ("mttd", "mtta", "mttm", "mttr")) == means


def test_a_pair_that_runs_backwards_is_refused(repo: Repo) -> None:
    repo.write("pirgen.yaml", "intervals:\n  mttr: resolved to started\n")
    repo.commit("2025-10-06", {})
    done = repo.run("report")
    assert (done.returncode, done.stderr.split(";")[0]) == (
        2, "pirgen: pirgen.yaml:2:9: `mttr` cannot be `resolved to started`"
    )  # fmt: skip


@pytest.mark.parametrize(
    ("start", "end", "inferred"), [("detected", "resolved", 0), (None, "resolved", 1), ("detected", None, 1)]
)
def test_a_time_is_inferred_where_one_of_its_ends_is(
    repo: Repo, start: str | None, end: str | None, inferred: int
) -> None:
    events = [("14:30", "Alert triggered for API errors", start), ("15:15", "Incident resolved", end)]
    said = [{"time": at, "event": event, **({"kind": kind} if kind else {})} for at, event, kind in events]
    repo.commit("2025-10-06", {"pir/INC-001.yaml": review(timeline=said)})
    assert metric(told(repo), "mttr")["inferred"] == inferred
