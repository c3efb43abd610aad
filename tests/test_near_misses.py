"""Near misses and drills: they enter no figure but those of their action items, and have a listing of their own."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from pirgen.config import Config
from pirgen.ledger import read_ledger
from pirgen.project import Project
from pirgen.report import Report, exports, report
from pirgen.site import Site
from tests.support import Cli, Repo, item, review
from tests.test_report import metric, rows, timeline

NOW = datetime(2025, 12, 1, 9, tzinfo=UTC)
SLOW = timeline(started="10:00", detected="12:00", acknowledged="14:00", mitigated="16:00", resolved="18:00")
LOGS = "operational_audit/incidents"


def log(name: str, kind_of: str = "drill", severity: str = "P1") -> str:
    """A log of slow events, resolved on 5 October."""
    kinds = {"declared": "09:00", **{entry["kind"]: entry["time"] for entry in SLOW}}
    said = f", incident_id: {name}, title: x, severity: {severity}, type: {kind_of}"
    return "".join(
        f"- {{at: '2025-10-05T{time}:00Z', kind: {kind}{said if kind == 'declared' else ''}}}\n"
        for kind, time in kinds.items()
    )


@pytest.fixture
def history(repo: Repo) -> Repo:
    """INC-001 is an incident. INC-002 is a near miss by its draft, INC-003 a drill by its log, both long overdue."""
    near = review(
        "INC-002", type="near_miss", status="draft", timeline=SLOW, related=["INC-001"],
        action_items=[item("AI-001", "Watch the pool", due="2025-10-10")],
    )  # fmt: skip
    repo.commit(
        "2025-10-06", {"pir/INC-001.yaml": review(), "pir/INC-002.yaml": near, f"{LOGS}/3.yaml": log("INC-003")}
    )
    return repo


def told(repo: Repo, *by: str) -> Report:
    return report(repo.folder, Config(), now=NOW, by=by)


def test_they_enter_no_figure(history: Repo) -> None:
    found, one = told(history), metric(told(history), "mttr")
    assert (one["n"], one["missing"], one["mean_minutes"]) == (1, 0, 45)
    for name in (
        "mttd",
        "mtta",
        "mttm",
        "review_completion",
        "review_lead_time",
        "response_target",
        "resolution_target",
    ):
        assert metric(found, name)["n"] + metric(found, name)["missing"] == 1, name
    for name in ("overdue_reviews", "reviews_without_deadline", "late_reviews"):
        assert rows(found, name, "incident_id") == [], name


def test_their_action_items_count(history: Repo) -> None:
    found = told(history)
    assert rows(found, "overdue_actions", "incident_id", "action_id") == [("INC-002", "AI-001"), ("INC-001", "AI-001")]
    assert metric(found, "action_completion")["of"] == 2


def test_they_are_listed_newest_first(history: Repo) -> None:
    history.write(f"{LOGS}/4.yaml", "- {at: x, kind: declared, incident_id: INC-004, title: x, type: drill}\n")
    history.write("pir/INC-005.yaml", review("INC-005", type="drill", date="2025-10-07"))
    found = told(history)
    assert rows(found, "near_misses_and_drills", "incident_id", "type", "severity", "date", "reviewed") == [
        ("INC-005", "drill", "P1", "2025-10-07", True),
        ("INC-003", "drill", "P1", "2025-10-05", False),
        ("INC-002", "near_miss", "P1", "2025-10-05", False),
        ("INC-004", "drill", None, None, False),
    ]
    text = exports.render("table", found)
    assert "Near misses and drills, which enter no figure but those of action items: 4\n" in text
    assert ["INC-002", "near", "miss", "P1", "2025-10-05", "no"] in [line.split() for line in text.splitlines()]
    assert 'pirgen_near_misses_and_drills_by_type{type="drill"} 3.0' in exports.render("openmetrics", found)


def test_without_any_nothing_is_said(repo: Repo) -> None:
    repo.commit("2025-10-06", {"pir/INC-001.yaml": review()})
    assert "drill" not in exports.render("table", told(repo))


@pytest.mark.parametrize(
    ("reviewed", "logged", "expected"),
    [("", "drill", "drill"), ("incident", "drill", "incident"), ("near_miss", "drill", "near_miss"),
     ("accident", "drill", "drill"), ("", "accident", "incident"), ("", "incident", "incident")],
)  # fmt: skip
def test_the_review_says_the_type_where_it_can(repo: Repo, reviewed: str, logged: str, expected: str) -> None:
    said = review("INC-003", type=reviewed or None)
    repo.commit("2025-10-06", {"pir/INC-003.yaml": said, f"{LOGS}/INC-003.yaml": log("INC-003", logged)})
    assert read_ledger(repo.folder, Config(), now=NOW).incidents["INC-003"].type == expected


def test_one_that_is_withdrawn_is_none(repo: Repo) -> None:
    said = "incident_id: INC-001\nstatus: withdrawn\nreason: a test\ntype: drill\n"
    repo.commit("2025-10-06", {"pir/INC-001.yaml": said})
    assert rows(told(repo), "near_misses_and_drills", "incident_id") == []


@pytest.mark.parametrize(("earlier", "later", "again"), [("near_miss", "incident", True), ("incident", "drill", False)])
def test_a_near_miss_is_a_warning_but_no_recurrence(repo: Repo, earlier: str, later: str, again: bool) -> None:
    repo.commit("2025-10-06", {"pir/INC-001.yaml": review(type=earlier)})
    none: dict[str, Any] = {"action_items": [], "no_action_items_reason": "as before"}
    after = review("INC-002", type=later, date="2025-11-09", related=["INC-001"], **none)
    repo.commit("2025-11-10", {"pir/INC-002.yaml": after})
    assert rows(told(repo), "recurrences", "action_id", "again") == [("AI-001", "INC-002")] * again


def test_a_group_counts_incidents_alone(history: Repo) -> None:
    history.write(f"{LOGS}/4.yaml", log("INC-004", severity="P4"))
    history.write("pir/INC-005.yaml", review("INC-005", type="drill", severity="P3"))
    groups = told(history, "severity").groups["severity"]
    assert {name: (group.incidents, group.open_actions) for name, group in groups.items()} == {
        "P1": (1, 2),
        "P3": (0, 1),
    }


def test_the_charts_and_the_feed(history: Repo) -> None:
    history.commit("2025-10-07", {"pir/INC-005.yaml": review("INC-005", type="drill")})
    project = Project(history.folder)
    ledger = read_ledger(project.root, project.config, now=NOW)
    links = project.links()._replace(site="https://x.example/")
    made = {Path(page.path).name: page.text for page in Site(project.root, project.config).dashboards(ledger, links)}
    assert "**Incidents:** 1 incident." in made["report.md"]
    assert "## Near misses and drills" in made["report.md"]
    assert made["feed.xml"].count("<entry>") == 2, "a drill's review is worth reading too"


def test_the_page_says_what_it_was(cli: Cli) -> None:
    for number, name in enumerate(("near_miss", "drill", "incident", None)):
        cli.write(f"pir/INC-00{number}.yaml", review(f"INC-00{number}", type=name))
    assert cli.run("render").returncode == 0
    pages = [(cli.folder / f"docs/ops/pir/INC-00{number}.md").read_text(encoding="utf-8") for number in range(4)]
    assert [">Near miss</span>" in pages[0], ">Drill</span>" in pages[1]] == [True, True]
    assert [page.count("pirgen-chip") for page in pages] == [3, 3, 2, 2]
    cli.write("pir/INC-000.yaml", review("INC-000", type="accident"))
    assert "`accident`" in cli.run("lint").stdout
