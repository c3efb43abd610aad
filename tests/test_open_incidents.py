"""The incidents that go on: their clocks, worked out by hand, and where people and programs are told of them."""

from __future__ import annotations

import csv
import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from pirgen.config import Config
from pirgen.config.policy import SEVERITIES, SeverityLevel
from pirgen.ledger import read_ledger
from pirgen.project import Project
from pirgen.report import Report, exports, report
from pirgen.report.clocks import Clocks, clocks, standing, urgency
from pirgen.report.headline import headline
from pirgen.report.metrics.open_incidents import _by, titled
from pirgen.review.incident_log import read
from pirgen.review.milestones import INTERVALS
from pirgen.schema import Schema
from pirgen.schema import read as read_schema
from pirgen.site import Site
from tests.support import Repo, item, review
from tests.test_exports import HOSTILE
from tests.test_report import metric, rows, timeline

NOW = datetime(2025, 11, 1, 9, tzinfo=UTC)
LOGS = "operational_audit/incidents"
INC_002 = f"{LOGS}/INC-002.yaml"
P2 = SEVERITIES[1]


def log(name: str, *events: tuple[str, str] | dict[str, Any], **declared: Any) -> str:
    """A log as YAML: its declaration, at 08:00 unless `at` is given, then the events, each a time and a kind."""
    first = {"at": "08:00", "kind": "declared", "incident_id": name, "title": "Checkout is down", "severity": "P2"}
    said = [one if isinstance(one, dict) else {"at": one[0], "kind": one[1]} for one in events]
    whole = [one | {"at": f"2025-11-01T{one['at']}:00Z"} for one in ({**first, **declared}, *said)]
    text = "".join(f"- {json.dumps(one, ensure_ascii=False)}\n" for one in whole)
    return re.sub("[\x7f-\x9f]", lambda found: f"\\u{ord(found[0]):04x}", text)  # YAML has these only escaped


def running(text: str, now: datetime = NOW, level: SeverityLevel | None = P2, **more: Any) -> Clocks:
    return clocks(standing(read(yaml.safe_load(text))), level, now, **more)


def at(clock: str) -> datetime:
    return datetime.fromisoformat(f"2025-11-01T{clock}:00+00:00")


def told(repo: Repo, as_of: str | None = None, config: Config | None = None) -> Report:
    return report(repo.folder, config or Config(), now=NOW, as_of=as_of)


def test_a_log_says_where_its_incident_stands() -> None:
    text = log(
        "INC-001", ("07:50", "started"), {"at": "08:10", "kind": "acknowledged", "by": "@ann"}, ("08:20", "message"),
        {"at": "08:30", "kind": "handed_off", "role": "scribe", "to": "@bo"}, type="drill",
    )  # fmt: skip
    found = standing(read(yaml.safe_load(text)))
    assert found[:4] == ("INC-001", "Checkout is down", "P2", "drill")
    reached = found.milestones["acknowledged"].at
    assert (found.began, found.declared, reached, found.told) == (*map(at, ("07:50", "08:00", "08:10", "08:20")),)
    assert found.roles == {"on_call": "@ann", "scribe": "@bo"}
    assert standing(read(None)) == standing(read([]))


@pytest.mark.parametrize(
    ("events", "respond", "resolve", "update"),
    [
        ([], "08:30", "12:00", "08:30"),
        ([("07:00", "started")], "07:30", "11:00", "08:30"),
        ([("07:00", "started"), ("07:10", "detected")], "07:40", "11:00", "08:30"),
        ([("07:10", "detected")], "07:40", "11:10", "08:30"),
        ([("07:10", "detected"), ("08:05", "acknowledged")], None, "11:10", "08:30"),
        ([("08:05", "acknowledged"), ("08:40", "status_changed"), ("08:50", "note")], None, "12:00", "09:10"),
        ([("08:40", "message"), ("08:45", "resolved")], "08:30", None, "09:10"),
    ],
)
def test_by_when_somebody_has_to_act(
    events: list[tuple[str, str]], respond: str | None, resolve: str | None, update: str
) -> None:
    found = running(log("INC-001", *events))
    assert [found.respond_by, found.resolve_by] == [by and at(by) for by in (respond, resolve)]
    assert found.update_by == at(update)


def test_what_is_late_is_late_after_its_last_moment() -> None:
    text = log("INC-001", ("08:00", "detected"))
    for minutes, late in ((29, False), (30, False), (31, True)):
        found = running(text, at("08:00") + timedelta(minutes=minutes))
        assert (found.response_is_late, found.resolution_is_late) == (late, False)
        assert (found.left(found.update_by) or 0) == (30 - minutes) * 60
        assert (found.open_for, found.left(found.respond_by)) == (minutes * 60, (30 - minutes) * 60)
    assert running(text, at("12:01")).resolution_is_late
    done = running(log("INC-001", ("08:00", "detected"), ("08:45", "acknowledged")))
    assert (done.response_is_late, done.acknowledged_after) == (False, 45 * 60)
    at_once = running(log("INC-001", ("08:00", "detected"), ("08:00", "acknowledged")))
    assert at_once.acknowledged_after == 0


def test_other_pairs_of_milestones_count_as_in_the_figures() -> None:
    text = log("INC-001", ("07:00", "started"), ("07:10", "detected"), ("07:20", "acknowledged"))
    pairs = {**INTERVALS, "mtta": INTERVALS["mtta"]._replace(start="started", end="mitigated"),
             "mttr": INTERVALS["mttr"]._replace(start="acknowledged")}  # fmt: skip
    found = running(text, intervals=pairs)
    assert (found.respond_by, found.resolve_by, found.acknowledged_after) == (at("07:30"), at("11:20"), None)


@pytest.mark.parametrize(("title", "kind", "unknown", "told"), [
    ("Down", "incident", "untitled", "Down"), ("", "incident", "untitled", "untitled"),
    ("Down", "near_miss", "untitled", "near miss: Down"), ("", "drill", "", "drill:"),
])  # fmt: skip
def test_a_title_says_what_is_no_incident(title: str, kind: str, unknown: str, told: str) -> None:
    assert titled({"title": title, "type": kind}, unknown) == told


def test_what_is_not_known_is_none() -> None:
    assert running("[]") == Clocks(None, None, None, None, None, NOW)
    assert running(log("INC-001"), level=None)[:4] == (3600, None, None, None)
    assert running(log("INC-001"), level=SeverityLevel("P9"))[:4] == (3600, None, None, None)
    assert running(log("INC-001"), at("07:00")).open_for is None, "it begins later"
    assert running(log("INC-001", ("07:59", "acknowledged"), ("08:10", "detected"))).acknowledged_after is None
    for seconds in (10**12, 10**15):
        assert running(log("INC-001"), level=P2._replace(response=seconds)).respond_by is None, (
            "the calendar ends before"
        )
    assert running(log("INC-001"), level=P2._replace(response=0)).respond_by == at("08:00"), "at once is not never"


def test_the_most_urgent_comes_first() -> None:
    texts = {
        "late answer": log("a", severity="P2"),
        "late answer, less severe": log("b", ("04:00", "started"), severity="P3"),
        "not resolved": log("c", ("04:00", "started"), ("04:01", "acknowledged"), severity="P2"),
        "severe": log("d", ("08:55", "started"), severity="P1"),
        "older": log("z", ("08:01", "acknowledged"), severity="P3"),
        "newer": log("f", ("08:55", "acknowledged"), severity="P3", at="08:50"),
        "first by name": log("g", ("08:55", "acknowledged"), severity="P3", at="08:50"),
        "unknown severity": log("h", ("07:00", "started"), severity="P9"),
        "unknown time": log("i", severity="P9").replace("2025-11-01", "some day"),
        "drill": log("j", ("01:00", "started"), severity="P1", type="drill"),
        "near miss": log("k", severity="P3", type="near_miss"),
    }
    names = [level.name for level in SEVERITIES]
    levels = dict(zip(names, SEVERITIES, strict=True))
    pairs = {name: standing(read(yaml.safe_load(text))) for name, text in texts.items()}
    order = {name: urgency(one, clocks(one, levels.get(one.severity), NOW), names) for name, one in pairs.items()}
    assert sorted(texts, key=lambda name: order[name]) == [*texts]


@pytest.fixture
def history(repo: Repo) -> Repo:
    """INC-001 has a review. INC-002, a P2, waits for an answer for 60 minutes; INC-003, a P1, is in good hands."""
    hands = log(
        "INC-003", {"at": "08:04", "kind": "acknowledged", "by": "@ann"}, ("08:50", "message"),
        {"at": "08:20", "kind": "handed_off", "role": "incident_commander", "to": "@bo"},
        title="All down", severity="P1",
    )  # fmt: skip
    repo.commit("2025-10-06", {"pir/INC-001.yaml": review()})
    repo.commit("2025-11-01T08:51:00Z", {INC_002: log("INC-002", ("08:00", "detected")), f"{LOGS}/INC-003.yaml": hands})
    return repo


def test_others_are_to_be_told_from_the_declaration_on(repo: Repo) -> None:
    repo.commit("2025-11-01T08:51:00Z", {INC_002: log("INC-002", ("07:00", "started"))})
    assert rows(told(repo), "open_incidents", "opened_at", "update_by") == [
        ("2025-11-01T07:00:00Z", "2025-11-01T08:30:00Z")
    ]


@pytest.mark.parametrize(
    ("clock", "said", "missed"),
    [("08:30", "no, 0m left of 30m", 0), ("08:31", "no, 1m past the 30m target", 1)],
)
def test_the_last_moment_of_a_target_is_within_it(repo: Repo, clock: str, said: str, missed: int) -> None:
    repo.commit("2025-11-01T08:10:00Z", {INC_002: log("INC-002", ("08:00", "detected"))})
    found = report(repo.folder, Config(), now=at(clock))
    assert said in exports.render("markdown", found)
    assert metric(found, "response_target")["of"] == missed


def test_programs_are_told_every_clock(history: Repo) -> None:
    assert told(history).tables["open_incidents"].rows == (
        {
            "incident_id": "INC-002", "title": "Checkout is down", "severity": "P2", "type": "incident",
            "opened_at": "2025-11-01T08:00:00Z", "open_minutes": 60,
            "acknowledged_at": None, "acknowledged_minutes": None, "response_minutes": 30,
            "respond_by": "2025-11-01T08:30:00Z", "response_left_minutes": -30,
            "resolve_by": "2025-11-01T12:00:00Z", "resolution_left_minutes": 180,
            "update_by": "2025-11-01T08:30:00Z", "update_left_minutes": -30, "roles": None,
        },
        {
            "incident_id": "INC-003", "title": "All down", "severity": "P1", "type": "incident",
            "opened_at": "2025-11-01T08:00:00Z", "open_minutes": 60,
            "acknowledged_at": "2025-11-01T08:04:00Z", "acknowledged_minutes": 4, "response_minutes": 15,
            "respond_by": None, "response_left_minutes": None,
            "resolve_by": "2025-11-01T09:00:00Z", "resolution_left_minutes": 0,
            "update_by": "2025-11-01T09:05:00Z", "update_left_minutes": 5,
            "roles": {"on_call": "@ann", "incident_commander": "@bo"},
        },
    )  # fmt: skip


def test_the_configured_milestones_count(history: Repo) -> None:
    history.write("pirgen.yaml", "intervals: {mtta: detected to mitigated, mttr: acknowledged to resolved}\n")
    found = told(history, config=Project(history.folder).config)
    keys = ("incident_id", "acknowledged_at", "respond_by", "resolve_by")
    assert rows(found, "open_incidents", *keys) == [
        ("INC-003", None, "2025-11-01T08:15:00Z", "2025-11-01T09:04:00Z"),
        ("INC-002", None, "2025-11-01T08:30:00Z", "2025-11-01T12:00:00Z"),
    ]


WAITING = "INC-002 Checkout is down P2 1h no, 30m past the 30m target in 3h 30m ago nobody"
IN_HANDS = "INC-003 All down P1 1h 4m in 0m in 5m on call @ann, incident commander @bo"


def plain(text: str) -> list[str]:
    """The lines of a report without what separates the columns of its tables."""
    return [" ".join(line.replace("|", " ").split()) for line in text.splitlines()]


@pytest.mark.parametrize("export", ["table", "markdown", "pretty"])
def test_people_are_told_before_all_figures(history: Repo, export: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "300")
    lines = plain(exports.render(export, told(history)))
    [place] = [number for number, line in enumerate(lines) if line.endswith("Open incidents: 2")]
    assert place < lines.index(WAITING) < lines.index(IN_HANDS)
    figures = next(number for number, line in enumerate(lines) if line.startswith("MTTD"))
    assert lines.index(IN_HANDS) < figures
    assert any(line.endswith("Figures") for line in lines[place:figures])


def test_other_programs_are_told_too(history: Repo) -> None:
    [_, hands] = [
        row
        for row in csv.DictReader(exports.render("csv", told(history)).splitlines())
        if row["table"] == "open_incidents"
    ]
    assert (hands["open_minutes"], hands["roles"]) == ("60.0", "on_call @ann, incident_commander @bo")
    assert 'pirgen_open_incidents_by_severity{severity="P2"} 1.0' in exports.render("openmetrics", told(history))


def test_where_none_is_open_nothing_is_said(repo: Repo) -> None:
    repo.commit("2025-10-06", {"pir/INC-001.yaml": review()})
    text = exports.render("table", told(repo))
    assert "Open incidents" not in text
    assert "Figures" not in text


def test_check_shows_them_first_and_does_not_fail(history: Repo) -> None:
    history.write("pir/INC-001.yaml", review(action_items=[], no_action_items_reason="none"))
    history.run("render")
    history.commit("2025-11-01T08:52:00Z", {})
    done = history.run("check", "--as-of", "HEAD")
    assert (done.returncode, done.stdout.index("Open incidents: 2") < done.stdout.index("Overdue reviews")) == (0, True)
    assert "Reviews without a deadline" not in done.stdout
    assert "Open incidents: 1\n" in history.run("check", "--as-of", "HEAD", "--severity", "P1").stdout


def test_pages_show_them_on_top(history: Repo) -> None:
    project = Project(history.folder)
    ledger = read_ledger(project.root, project.config, now=NOW)
    made = {
        Path(page.path).name: page.text
        for page in Site(project.root, project.config).dashboards(ledger, project.links())
    }
    lines = plain(re.sub("</?span[^>]*>", "", made["report.md"]))
    assert lines.index("## Open incidents") < lines.index(WAITING) < lines.index(IN_HANDS)
    assert made["report.md"].index("## Open incidents") < made["report.md"].index("## Times")
    assert made["report.md"].count("## Open incidents") == 1
    cards = [re.sub("<[^>]*>", "", line) for line in made["index.md"].splitlines() if "pirgen-card" in line]
    assert cards[:2] == [
        "- P2 (High) **Checkout is down** INC-002 open 1h Acknowledged&#58; no, 30m past the 30m target; "
        "Resolve by&#58; in 3h; Next update due&#58; 30m ago; Roles&#58; nobody",
        "- P1 (Critical) **All down** INC-003 open 1h Acknowledged&#58; 4m; Resolve by&#58; in 0m; "
        "Next update due&#58; in 5m; Roles&#58; on call &#64;ann, incident commander &#64;bo",
    ]
    assert made["index.md"].index("pirgen-card") < made["index.md"].index("pirgen-stats")
    for name in ("index.md", "report.md"):
        assert "As of 2025-11-01 09:00 UTC" in made[name], name
    assert "Open incidents" not in made["actions.md"]
    without = [*Site(project.root, project.config).dashboards(None, project.links())]
    assert "Open incidents" not in without[0].text


def test_the_worktree_counts_as_now_and_history_as_then(history: Repo) -> None:
    history.write(f"{LOGS}/INC-004.yaml", log("INC-004", at="08:58"))
    history.write(INC_002, log("INC-002", ("08:55", "acknowledged"), ("08:59", "resolved")))
    found = told(history)
    assert rows(found, "open_incidents", "incident_id", "open_minutes") == [("INC-003", 60), ("INC-004", 2)]
    assert found.uncommitted
    assert rows(told(history, "HEAD"), "open_incidents", "incident_id", "open_minutes") == [
        ("INC-002", 51), ("INC-003", 51)
    ]  # fmt: skip
    assert rows(told(history, "2025-10-31"), "open_incidents", "incident_id") == []


DRAFT = {"status": "draft", "date": "2025-11-01"}


@pytest.mark.parametrize(
    ("said", "is_open", "is_undated"),
    [
        ({}, True, False),
        ({"pir/INC-002.yaml": review("INC-002", timeline=timeline(detected="08:00"), **DRAFT)}, True, False),
        ({"pir/INC-002.yaml": review("INC-002", timeline=timeline(resolved="unknown"), **DRAFT)}, False, True),
        ({"pir/INC-002.yaml": review("INC-002", timeline=timeline(detected="08:00"))}, False, False),
        ({"pir/INC-002.yaml": "incident_id: INC-002\nstatus: withdrawn\nreason: a test\n"}, False, False),
        ({"pir/INC-009.yaml": review("INC-009", type="drill", covers=["INC-002"])}, False, False),
        ({INC_002: log("INC-002", ("08:00", "detected"), ("08:30", "mitigated"))}, True, False),
        ({INC_002: log("INC-002", ("08:00", "detected"), ("08:30", "closed"))}, False, True),
        ({INC_002: log("INC-002", ("08:00", "detected"), ("08:30", "withdrawn"))}, False, False),
    ],
)
def test_an_incident_is_open_until_its_log_or_a_review_says_otherwise(
    history: Repo, said: dict[str, str], is_open: bool, is_undated: bool
) -> None:
    history.commit("2025-11-01T08:52:00Z", dict(said))
    found = told(history)
    assert rows(found, "open_incidents", "incident_id") == [*[("INC-002",)] * is_open, ("INC-003",)]
    assert rows(found, "reviews_without_deadline", "incident_id") == [("INC-002",)] * is_undated
    assert metric(found, "response_target")["of"] == 1 + is_open, "an open one past its target counts as missed"


def test_a_draft_without_a_log_is_no_open_incident(repo: Repo) -> None:
    repo.commit("2025-10-06", {"pir/INC-001.yaml": review(status="draft", timeline=timeline(detected="08:00"))})
    assert rows(told(repo), "open_incidents", "incident_id") == []
    assert rows(told(repo), "reviews_without_deadline", "incident_id") == [("INC-001",)]


def test_the_review_says_more_than_the_log(history: Repo) -> None:
    said = timeline(started="07:30", detected="07:40", acknowledged="07:50")
    draft = review("INC-002", status="draft", date="2025-11-01", severity="P1", type="drill", timeline=said)
    history.write("pir/INC-002.yaml", draft)
    [_, row] = told(history).tables["open_incidents"].rows
    assert [row[key] for key in ("severity", "type", "opened_at", "acknowledged_minutes", "title")] == [
        "P1", "drill", "2025-11-01T07:30:00Z", 10, "Checkout is down"
    ]  # fmt: skip
    assert "drill: Checkout is down" in exports.render("table", told(history))


def test_what_is_kept_of_a_history_says_the_same_and_no_more_than_it_must(history: Repo) -> None:
    history.commit(
        "2025-11-01T08:52:00Z", {f"{LOGS}/4.yaml": log("INC-004", ("08:51", "message"), ("08:52", "resolved"))}
    )
    plain, *kept = (read_ledger(history.folder, Config(), now=NOW, cached=cached) for cached in (False, True, True))
    assert [one.incidents for one in kept] == [plain.incidents] * 2
    over, still = plain.incidents["INC-004"].log, kept[1].incidents["INC-003"].log
    assert over
    assert still
    assert (over.title, over.declared, over.told, over.roles) == ("Checkout is down", None, None, {})
    assert (still.title, still.told, still.roles["on_call"]) == ("All down", at("08:50"), "@ann")


def test_hostile_logs_stay_in_their_cells(repo: Repo) -> None:
    for number, text in enumerate(HOSTILE):
        events: list[Any] = [
            {"at": "08:10", "kind": "acknowledged", "by": text},
            {"at": "08:20", "kind": text, "role": text, "to": text},
        ]
        repo.write(f"{LOGS}/{number}.yaml", log(f"INC-{number:03d}", *events, title=text, severity=text, type=text))
    repo.write(
        f"{LOGS}/empty.yaml", "- {kind: declared, incident_id: INC-900, title: [1], severity: {a: b}, type: 7}\n"
    )
    repo.commit("2025-11-01", {"README.md": "x"})
    found = told(repo)
    assert len(found.tables["open_incidents"].rows) == len(HOSTILE) + 1
    assert found.tables["open_incidents"].rows[-1]["open_minutes"] is None
    assert Schema(read_schema("report")).problems(json.loads(exports.render("json", found))) == []
    lines = exports.render("table", found).splitlines()
    assert len([line for line in lines[3 : 6 + len(HOSTILE)] if line.startswith("  INC-")]) == len(HOSTILE) + 1
    assert not [line for line in lines if "\u202e" in line]
    assert plain(lines[5 + len(HOSTILE)]) == ["INC-900 untitled unknown unknown no unknown unknown nobody"]
    assert "<script>" not in exports.render("markdown", found)
    cells = [cell for row in csv.DictReader(exports.render("csv", found).splitlines()) for cell in row.values() if cell]
    assert not [cell for cell in cells if cell.startswith(("=", "+1", "-2", "@SUM"))]
    project = Project(repo.folder)
    ledger = read_ledger(project.root, project.config, now=NOW)
    page = next(iter(Site(project.root, project.config).dashboards(ledger, project.links()))).text
    assert "<script>alert" not in page


LATE = [("04:00", "started"), ("08:01", "acknowledged")]


@pytest.mark.parametrize(
    ("text", "said", "is_late"),
    [
        (log("INC-001", ("08:59", "detected")), "P2 Checkout is down  open 1m, not acknowledged (target 30m)", False),
        (log("INC-001", severity="P9"), "P9 Checkout is down  open 1h, not acknowledged", False),
        (log("INC-001"), "P2 Checkout is down  open 1h, not acknowledged (target 30m)", True),
        (log("INC-001", *LATE), "P2 Checkout is down  open 5h, 1h past its target", True),
        (log("INC-001", ("05:00", "started"), ("08:01", "acknowledged")),
         "P2 Checkout is down  open 4h, to be resolved in 0m", False),
        (log("INC-001", ("08:01", "acknowledged"), title="", severity=""), "no severity untitled  open 1h", False),
        (log("INC-001", severity="P9").replace("2025-11-01", "some day"),
         "P9 Checkout is down  open for an unknown time, not acknowledged", False),
    ],
)  # fmt: skip
def test_the_overview_tells_the_clock_that_is_most_urgent(repo: Repo, text: str, said: str, is_late: bool) -> None:
    repo.commit("2025-11-01T08:51:00Z", {f"{LOGS}/INC-001.yaml": text})
    [line] = [line for line in headline(told(repo)) if line.listing == "open_incidents"]
    assert (line.number, line.what, line.details, line.is_late) == (1, "incident open", (f"INC-001 {said}",), is_late)


@pytest.mark.parametrize(("day", "said"), [("11-01", "today"), ("11-02", "tomorrow"), ("11-04", "in 3 days")])
def test_the_overview_says_when_the_next_item_is_due(repo: Repo, day: str, said: str) -> None:
    items = [item("AI-001", "Now", due=f"2025-{day}"), item("AI-002", "Then", due="2025-11-15", owner=None)]
    repo.commit("2025-10-06", {"pir/INC-001.yaml": review(action_items=items)})
    details = {line.what: line.details for line in headline(told(repo))}
    assert details["items due within two weeks"] == (f"the next {said}; @platform 1, nobody 1",)
    assert details["item without owner or date"] == ("1 without an owner",)


@pytest.mark.parametrize(("left", "opened", "told"), [
    (None, "2025-10-05T12:00:00Z", "no target"), (None, None, "unknown"), (30, None, "in 30m"), (-30, None, "30m ago"),
])  # fmt: skip
def test_by_when_something_is_due_is_said(left: float | None, opened: str | None, told: str) -> None:
    assert _by({"left": left, "opened_at": opened}, "left") == told
