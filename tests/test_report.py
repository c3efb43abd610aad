"""The figures, worked out by hand from the definitions of DESIGN "Numbers"."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from pirgen.config import Config
from pirgen.lint import lint
from pirgen.project import Project
from pirgen.report import Report, exports, report
from pirgen.report.groups import dimensions
from pirgen.report.headline import headline
from pirgen.report.wording import mean_text
from pirgen.schema import Schema, read
from pirgen.site import render
from tests.support import DATA, ROOT, Cli, Repo, item, review

NOW = datetime(2025, 11, 1, 9, tzinfo=UTC)


def timeline(**times: str) -> list[dict[str, str]]:
    return [{"time": time, "event": "x", "kind": kind} for kind, time in times.items()]


@pytest.fixture
def history(repo: Repo) -> Repo:
    """Five incidents and their action items.

    INC-001 inferred milestones: detected 14:30, acknowledged 14:32, resolved 15:15, no start.
    INC-002 started 10:00, detected 10:10, acknowledged 10:40, mitigated 11:00, resolved 12:00.
    INC-003 draft; detected, resolved on 1 October, 8 days before its review was due on the 8th.
    INC-004 withdrawn.   INC-005 a log alone, detected on 30 October and still open.
    """
    a1 = [item("AI-001", "Add metrics"), item("AI-002", "Add tests", due="2025-10-15")]
    a2 = [
        item("AI-001", "Tune alerts", due="2025-12-01"),
        item("AI-002", "Was done before", status="done", completed_on="2025-10-09"),
        item("AI-003", "Also done before", status="done"),
        item("AI-004", "Not worth it", status="declined", reason="costs"),
        item("AI-005", "No date yet", due=None),
    ]
    whole = timeline(started="10:00", detected="10:10", acknowledged="10:40", mitigated="11:00", resolved="12:00")
    open_log = (
        "incident_id: INC-005\ntitle: x\nseverity: P1\nevents:\n  - {at: '2025-10-30T08:00:00Z', kind: detected}\n"
    )
    repo.commit("2025-10-06", {"pir/INC-001.yaml": review(action_items=a1)})
    repo.commit(
        "2025-10-10",
        {"pir/INC-002.yaml": review("INC-002", timeline=whole, duration="2h", action_items=a2, severity="P2")},
    )
    repo.commit(
        "2025-10-11",
        {
            "pir/INC-001.yaml": review(action_items=[a1[0] | {"status": "done"}, a1[1] | {"due": "2025-10-25"}]),
            "pir/INC-003.yaml": "incident_id: INC-003\nstatus: draft\nseverity: P3\ndate: 2025-10-01\ntimeline:\n"
            "  - {time: '09:00', event: x, kind: detected}\n  - {time: '10:00', event: y, kind: resolved}\n",
            "pir/INC-004.yaml": "incident_id: INC-004\nstatus: withdrawn\nreason: a test\n",
        },
    )
    repo.commit("2025-10-30", {"operational_audit/incidents/INC-005.yaml": open_log})
    return repo


def told(repo: Repo, as_of: str | None = None, since: date | None = None, config: Config | None = None) -> Report:
    return report(repo.folder, config or Config(), now=NOW, as_of=as_of, since=since)


def metric(found: Report, name: str) -> dict[str, Any]:
    [row] = [row for row in found.tables["metrics"].rows if row["name"] == name]
    left_out = ("name", "definition", "confidence_low", "confidence_high")
    return {key: value for key, value in row.items() if value is not None and key not in left_out}


def test_mean_times(history: Repo) -> None:
    found = told(history)
    assert metric(found, "mttd") == {
        "n": 1,
        "missing": 3,
        "assumed": 0,
        "inferred": 0,
        "median_minutes": 10,
        "p90_minutes": 10,
        "mean_minutes": 10,
        "target": 5,
        "met": "not enough",
    }
    assert metric(found, "mtta") == {
        "n": 2,
        "missing": 2,
        "assumed": 0,
        "inferred": 1,
        "median_minutes": 16,
        "p90_minutes": 30,
        "mean_minutes": 16,
        "target": 15,
        "met": "not enough",
    }
    assert metric(found, "mttm") == {
        "n": 1,
        "missing": 3,
        "assumed": 0,
        "inferred": 0,
        "median_minutes": 60,
        "p90_minutes": 60,
        "mean_minutes": 60,
    }
    assert metric(found, "mttr") == {
        "n": 3,
        "missing": 1,
        "assumed": 2,
        "inferred": 1,
        "median_minutes": 60,
        "p90_minutes": 120,
        "mean_minutes": 75,
        "target": 120,
        "met": "not enough",
    }


def test_shares(history: Repo) -> None:
    found = told(history)
    assert metric(found, "review_completion") == {
        "n": 3,
        "missing": 0,
        "assumed": 0,
        "inferred": 0,
        "states": {"overdue": 1, "not yet due": 1},
        "done": 2,
        "of": 3,
        "percent": 66,
        "target": 100,
        "met": "no",
    }
    assert metric(found, "action_completion") == {
        "n": 6,
        "missing": 0,
        "assumed": 0,
        "inferred": 0,
        "done": 3,
        "of": 6,
        "percent": 50,
    }
    # first due passed: INC-001 AI-001 (closed on the 11th, due on the 12th), AI-002 (15th, open), INC-002 AI-002
    # (stated the 9th); of INC-002 AI-003 the day is unknown, AI-005 has no date
    assert metric(found, "action_on_time") == {
        "n": 3,
        "missing": 2,
        "assumed": 0,
        "inferred": 0,
        "done": 2,
        "of": 3,
        "percent": 66,
    }
    # INC-001 2m of 15m; INC-002 30m of 30m; INC-003 unknown; INC-005 open since the 30th
    assert metric(found, "response_target") == {
        "n": 3,
        "missing": 1,
        "assumed": 0,
        "inferred": 1,
        "done": 2,
        "of": 3,
        "percent": 66,
    }
    assert metric(found, "resolution_target") == {
        "n": 4,
        "missing": 0,
        "assumed": 3,
        "inferred": 1,
        "done": 3,
        "of": 4,
        "percent": 75,
    }


def rows(found: Report, table: str, *keys: str) -> list[tuple[Any, ...]]:
    return [tuple(row[key] for key in keys) for row in found.tables[table].rows]


def test_what_is_overdue_open_and_closed(history: Repo) -> None:
    found = told(history)
    assert found.tables["overdue_reviews"].rows == (
        {
            "incident_id": "INC-003",
            "severity": "P3",
            "deadline": "2025-10-08",
            "days_late": 24,
            "reason": "the review is draft",
        },
    )
    keys = ("incident_id", "action_id", "due", "first_due", "days_late", "slips", "age_days")
    assert rows(found, "overdue_actions", *keys) == [("INC-001", "AI-002", "2025-10-25", "2025-10-15", 7, 1, 26)]
    assert [row[:2] for row in rows(found, "open_actions", *keys)] == [
        ("INC-001", "AI-002"),
        ("INC-002", "AI-001"),
        ("INC-002", "AI-005"),
    ]
    assert rows(found, "closed_actions", "incident_id", "action_id", "closed_at", "completed_on") == [
        ("INC-001", "AI-001", "2025-10-11T12:00:00Z", None),
        ("INC-002", "AI-002", None, "2025-10-09"),
        ("INC-002", "AI-003", None, None),
    ]


def test_due_today_is_not_overdue(history: Repo) -> None:
    assert rows(told(history, "2025-10-25"), "overdue_actions", "action_id") == []
    assert rows(told(history, "2025-10-26"), "overdue_actions", "action_id", "days_late") == [("AI-002", 1)]


def test_any_past_day_can_be_told(history: Repo) -> None:
    found = told(history, "2025-10-10")
    assert metric(found, "review_completion")["of"] == 2
    assert rows(found, "closed_actions", "action_id") == [("AI-002",), ("AI-003",)]
    assert found.as_of.isoformat() == "2025-10-10T23:59:59.999999+00:00"
    before = told(history, "HEAD~2")
    assert metric(before, "review_completion")["of"] == 2
    assert before.as_of.isoformat() == "2025-10-10T12:00:00+00:00"


def test_older_incidents_can_be_left_out(history: Repo) -> None:
    found = told(history, since=date(2025, 10, 5))
    assert metric(found, "review_completion")["of"] == 2
    assert metric(told(history, since=date(2025, 10, 30)), "mttr") == {
        "n": 0,
        "missing": 1,
        "assumed": 0,
        "inferred": 0,
        "target": 120,
        "met": "not enough",
    }


def test_a_review_may_cover_other_incidents(history: Repo) -> None:
    history.write("pir/INC-001.yaml", review(covers=["INC-003"]))
    found = told(history)
    assert metric(found, "review_completion")["done"] == 3
    assert found.tables["overdue_reviews"].rows == ()


def test_contradictory_times_are_missing(repo: Repo) -> None:
    repo.commit("2025-10-06", {"pir/INC-001.yaml": review(timeline=timeline(resolved="10:00", detected="11:00"))})
    assert metric(told(repo), "mttr") == {
        "n": 0, "missing": 1, "assumed": 0, "inferred": 0, "target": 120, "met": "not enough"
    }  # fmt: skip


def test_nothing_unknown_is_zero(repo: Repo) -> None:
    repo.commit("2025-10-06", {"README.md": "x"})
    for row in told(repo).tables["metrics"].rows:
        figures = ("median_minutes", "p90_minutes", "mean_minutes", "percent", "met")
        assert [row[key] for key in figures] == [None] * 5
    assert exports.render("table", told(repo)).count("unknown") == 12


def test_json_fits_its_schema(history: Repo) -> None:
    history.write("pir/INC-001.yaml", review(impact="x"))
    history.write("pir/INC-009.yaml", "a: b: c")
    history.write("pir/z/INC-002.yaml", review("INC-002"))
    schema = Schema(read("report"))
    every = report(history.folder, Config(), now=NOW, by=dimensions())
    for found in (told(history), every, told(history, "2025-10-10", date(2025, 10, 1)), told(history, "HEAD")):
        assert schema.problems(json.loads(exports.render("json", found))) == []


def test_the_table_for_a_person(history: Repo, golden: Callable[[Path, str], None]) -> None:
    history.write("pir/INC-009.yaml", "a: b: c")
    golden(DATA / "report.txt", exports.render("table", told(history)))


def test_exit_codes(history: Repo, tmp_path: Path) -> None:
    assert history.run("report").returncode == 0
    done = history.run("report", "--as-of", "2025-01-01")
    assert (done.returncode, done.stdout) == (3, "")
    assert done.stderr == "pirgen: history begins after 2025-01-01; ask for a later date\n"
    done = history.run("report", "--as-of", "nonsense")
    assert (done.returncode, done.stderr) == (
        2,
        "pirgen: `nonsense` is neither a date (YYYY-MM-DD) nor a revision that git knows\n",
    )
    done = Cli(tmp_path).run("report")
    assert (done.returncode, done.stderr) == (
        2,
        f"pirgen: {tmp_path} is not in a git repository; history is what this command reads\n",
    )


def test_check_lists_everything_and_fails(history: Repo, golden: Callable[[Path, str], None]) -> None:
    history.write("docs/ops/pir/INC-009.md", "---\ngenerated_by: pirgen\n---\n")
    done = history.run("check", "--as-of", "2025-11-01")
    assert done.returncode == 1
    golden(DATA / "check.txt", done.stdout)


def test_check_is_clean_when_all_is_well(repo: Repo) -> None:
    repo.write("pir/INC-001.yaml", review(action_items=[item("AI-001", "Add metrics", status="done")]))
    repo.run("render")
    repo.commit("2025-10-06", {})
    done = repo.run("check")
    assert done.returncode == 0
    assert done.stdout.endswith("nothing to complain about\n")


def test_check_in_a_shallow_clone_tells_the_rest_and_exits_with_3(history: Repo, tmp_path: Path) -> None:
    history.git("clone", "--quiet", "--depth=1", f"file://{history.folder}", str(tmp_path / "shallow"))
    done = Cli(tmp_path / "shallow").run("check")
    assert done.returncode == 3
    assert "docs/ops/pir/INC-001.md: missing" in done.stdout
    assert "git fetch --unshallow" in done.stderr
    assert Cli(tmp_path / "shallow").run("check", "--allow-shallow").returncode == 1


def test_the_public_api() -> None:
    project = Project(ROOT / "tests")
    assert project.root == ROOT
    assert lint(project.root, project.config).files == 22
    assert len(render(project.root, project.config).pages) == 21
    assert report(project.root, project.config, now=NOW, as_of="HEAD", allow_shallow=True).tables


LOG = """\
incident_id: INC-007
title: x
severity: P1
events:
  - {at: "2025-10-05T10:00:00Z", kind: detected}
  - {at: "2025-10-05T10:05:00Z", kind: acknowledged}
  - {at: "2025-10-05T10:25:00Z", kind: resolved}
"""


def test_a_mean_at_its_target_does_not_meet_it(repo: Repo) -> None:
    whole = timeline(started="10:00", detected="10:00", acknowledged="10:15", resolved="12:00")
    repo.commit("2025-10-06", {"pir/INC-001.yaml": review(timeline=whole, duration="2h")})
    found = told(repo, config=Config(enough=1))
    assert {name: metric(found, name)["met"] for name in ("mttd", "mtta", "mttr")} == {
        "mttd": "yes",
        "mtta": "no",
        "mttr": "no",
    }


def test_an_item_may_get_its_first_due_date_later(repo: Repo) -> None:
    repo.commit("2025-10-06", {"pir/INC-001.yaml": review(action_items=[item("AI-001", "Add metrics", due=None)])})
    repo.commit("2025-10-08", {"pir/INC-001.yaml": review(action_items=[item("AI-001", "Add metrics")])})
    found = told(repo)
    assert rows(found, "overdue_actions", "first_due", "slips") == [("2025-10-12", 0)]
    assert (metric(found, "action_on_time")["done"], metric(found, "action_on_time")["of"]) == (0, 1)


def test_a_commit_may_only_correct_the_time_zone(repo: Repo) -> None:
    repo.commit("2025-10-06", {"pir/INC-001.yaml": review(status="draft", timezone="UTC")})
    repo.commit("2025-10-07", {"pir/INC-001.yaml": review(status="complete", timezone="+09:00")})
    assert metric(told(repo), "review_lead_time")["median_minutes"] == 53 * 60 + 45
    repo.commit("2025-10-08", {"pir/INC-001.yaml": review(status="complete", timezone="UTC")})
    assert metric(told(repo), "review_lead_time")["median_minutes"] == 44 * 60 + 45


def test_a_draft_does_not_hide_what_the_log_proves(repo: Repo) -> None:
    draft = (
        "incident_id: INC-007\nstatus: draft\ndate: 2025-10-05\ntimeline: [{time: '10:00', event: Alert triggered}]\n"
    )
    repo.commit("2025-10-06", {"operational_audit/incidents/INC-007.yaml": LOG, "pir/INC-007.yaml": draft})
    found = told(repo)
    assert (metric(found, "mtta")["mean_minutes"], metric(found, "mttr")["mean_minutes"]) == (5, 25)
    assert rows(found, "overdue_reviews", "incident_id", "reason") == [("INC-007", "the review is draft")]


def test_a_review_that_is_left_out_still_covers(repo: Repo) -> None:
    old = review("INC-001", date="2024-12-30", covers=["INC-007"])
    repo.commit("2025-10-06", {"pir/INC-001.yaml": old, "operational_audit/incidents/INC-007.yaml": LOG})
    found = told(repo, since=date(2025, 1, 1))
    assert (metric(found, "review_completion")["done"], metric(found, "review_completion")["of"]) == (1, 1)
    assert found.tables["overdue_reviews"].rows == ()


def test_deleting_a_file_silences_nothing(repo: Repo) -> None:
    draft = review("INC-001", status="draft")
    withdrawn = "incident_id: INC-002\nstatus: withdrawn\nreason: a test\n"
    repo.commit("2025-10-06", {"pir/INC-001.yaml": draft, "pir/INC-002.yaml": withdrawn})
    repo.commit("2025-10-20", {"pir/INC-001.yaml": None, "pir/INC-002.yaml": None})
    found = told(repo)
    assert rows(found, "overdue_reviews", "incident_id", "reason") == [
        ("INC-001", "the review was deleted (renumbered? see `former_ids`)")
    ]
    assert metric(found, "review_completion")["of"] == 1
    assert metric(told(repo, since=date(2025, 10, 6)), "review_completion")["of"] == 0


def test_check_marks_what_a_shallow_clone_says(history: Repo, tmp_path: Path) -> None:
    history.git("clone", "--quiet", "--depth=1", f"file://{history.folder}", str(tmp_path / "shallow"))
    clone = Cli(tmp_path / "shallow")
    assert "every date above may be wrong" in clone.run("check", "--allow-shallow").stdout
    assert clone.run("report", "--allow-shallow", "--as-of", "2025-01-01").returncode == 0


def test_folders_are_read_in_any_spelling(repo: Repo) -> None:
    config = "paths: {incidents: [./operational_audit//incidents/], reviews: [./pir]}\n"
    repo.commit("2025-10-06", {"pirgen.yaml": config, "operational_audit/incidents/INC-007.yaml": LOG})
    assert '"mean_minutes":25.0' in repo.run("report", "--export", "json").stdout


def test_the_head_says_what_the_report_is_of(repo: Repo) -> None:
    broken = {"pir/INC-002.yaml": "a: b: c", "pir/INC-003.yaml": "a: b: c"}
    first = repo.commit("2025-10-06", {"pir/INC-001.yaml": review(), **broken})
    last = repo.commit("2025-10-20", dict.fromkeys(broken))
    words = ("report", "--as-of", "2025-10-10", "--from", "2025-10-01", "--owner", "@platform")
    head, *rest = repo.run(*words, COLUMNS="300").stdout.splitlines()
    read = f"{first[:10]} (read from {last[:10]})"
    assert head == f"As of 2025-10-10 23:59 UTC at {read}, incidents from 2025-10-01, only action items of @platform"
    assert any(line.startswith("  2 revisions cannot be read") for line in rest)


@pytest.mark.parametrize(
    ("day", "late"), [("2025-10-12", []), ("2025-10-13", ["review overdue", "action item overdue"])]
)
def test_what_is_overdue_stands_out_on_top(repo: Repo, day: str, late: list[str]) -> None:
    repo.commit("2025-10-06", {"pir/INC-001.yaml": review(status="in_review")})
    lines = headline(report(repo.folder, Config(), now=datetime(2025, 12, 1, tzinfo=UTC), as_of=day))
    assert [line.what for line in lines if line.is_late] == late


@pytest.mark.parametrize(("mean", "target", "text"), [
    (60.2, 60, "1h12s"), (60.0, 60, "1h"), (59.9, 60, "59m54s"), (60.2, 90, "1h"), (None, 60, ""),
])  # fmt: skip
def test_a_mean_that_reads_as_its_target_is_told_to_the_second(mean: float | None, target: int, text: str) -> None:
    assert mean_text({"mean_minutes": mean, "target": target}) == text


@pytest.mark.parametrize(("since", "told"), [
    ("2025-10-07", "2 incidents with 3 action items"), ("2025-10-06", "1 incident with 1 action item"),
])  # fmt: skip
def test_a_report_says_what_it_leaves_out(repo: Repo, since: str, told: str) -> None:
    more = [item("AI-001", "Add metrics"), item("AI-002", "Add tests")]
    repo.commit("2025-10-20", {
        "pir/INC-001.yaml": review(), "pir/INC-002.yaml": review("INC-002", date="2025-10-06", action_items=more),
        "pir/INC-003.yaml": review("INC-003", date="2025-10-07"),
    })  # fmt: skip
    text = repo.run("report", "--from", since, "--export", "table").stdout
    assert f"  without what began before {since}: {told}\n" in text


def test_an_empty_list_of_a_program_is_written_as_one(repo: Repo) -> None:
    repo.commit("2025-10-06", {"pir/INC-001.yaml": review()})
    assert '"overdue_reviews": [],\n' in repo.run("report", "--export", "json").stdout


@pytest.mark.parametrize(("dimension", "name"), [("service", "unknown"), ("owner", "nobody")])
def test_a_group_without_a_name_is_called_something(repo: Repo, dimension: str, name: str) -> None:
    repo.commit("2025-10-06", {"pir/INC-001.yaml": review(action_items=[item("AI-001", "Add metrics", owner="")])})
    lines = repo.run("report", "--by", dimension, "--export", "table").stdout.splitlines()
    assert [line.split()[0] for line in lines if line.split()[:1] in (["unknown"], ["nobody"])][:1] == [name]
