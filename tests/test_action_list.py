"""`pirgen action list`, and `--owner` and `--team` of the commands that read history."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from pirgen.ledger import read_ledger
from pirgen.project import Project
from pirgen.report import head_of
from pirgen.report.actions import STATUSES, Wanted, action_rows, render
from pirgen.report.selection import Selection
from pirgen.runtime import environment
from pirgen.text.terminal import width
from tests.support import DATA, ROOT, Repo, item, review

ITEMS = [
    item("AI-001", "Add pool metrics, and then " + "watch them " * 20, "2025-10-12", owner="@Ann"),
    item("AI-002", "Add tests", "2025-10-20", owner="@acme/core"),
    item("AI-003", "Write it down", None, owner="@bo", status="in_progress"),
    item("AI-004", "Nothing", "2025-10-12", owner="@ann", status="declined", reason="no"),
    {"id": "AI-005", "action": "Whose?"},
]
AT = ("--as-of", "2025-10-15")


@pytest.fixture
def followed(repo: Repo) -> Repo:
    repo.write("pirgen.yaml", 'teams: {core: ["@ANN"], empty: []}\n')
    repo.commit("2025-10-06", {"pir/INC-001.yaml": review(action_items=ITEMS)})
    repo.commit("2025-10-07", {"pir/INC-002.yaml": review("INC-002", action_items=[item("AI-001", "x", "2025-10-16")])})
    return repo


@pytest.mark.parametrize("export", ["table", "markdown", "todo"])
def test_the_list_reads_as_it_should(followed: Repo, export: str, golden: Callable[[Path, str], None]) -> None:
    ledger = read_ledger(followed.folder, Project(followed.folder).config, now=datetime(2025, 10, 15, 9, tzinfo=UTC))
    every = Wanted(statuses=(*STATUSES,))
    told = []
    for wanted in (Wanted(), every, Wanted(selection=Selection(frozenset(["@no"])))):
        told.append(render(export, ledger, head_of(ledger), action_rows(ledger, wanted), "there is nothing", 90))
    golden(DATA / f"actions-{export}.txt", "\n".join(told).replace("\r\n", "\n"))


def listed(repo: Repo, *words: str) -> list[str]:
    done = repo.run("action", "list", *AT, "--export", "json", *words)
    assert done.returncode == 0, done.stderr
    return [f"{row['incident_id'][-1]}/{row['action_id'][-1]}" for row in json.loads(done.stdout)["action_items"]]


@pytest.mark.parametrize(
    ("words", "rows"),
    [
        ([], ["1/1", "2/1", "1/2", "1/3", "1/5"]),
        (["--overdue"], ["1/1"]),
        (["--due-within", "1d"], ["1/1", "2/1"]),
        (["--due-within", "2025-10-20"], ["1/1", "2/1", "1/2"]),
        (["--owner", "ANN"], ["1/1"]),
        (["--owner", "@ann", "--status", "all", "--sort", "status"], ["1/1", "1/4"]),
        (["--owner", "nobody", "--owner", "@bo"], ["1/3", "1/5"]),
        (["--team", "core"], ["1/1", "1/2"]),
        (["--incident", "INC-002"], ["2/1"]),
        (["--status", "in-progress,declined"], ["1/4", "1/3"]),
        (["--sort", "owner"], ["1/2", "1/1", "1/3", "2/1", "1/5"]),
        (["--sort", "incident"], ["1/1", "1/2", "1/3", "1/5", "2/1"]),
    ],
)
def test_what_is_listed(followed: Repo, words: list[str], rows: list[str]) -> None:
    assert listed(followed, *words) == rows


def test_what_is_wrong_is_said(followed: Repo) -> None:
    for words, says in (
        (["--team", "cor"], "pirgen: there is no team `cor`; did you mean core?; known are core, empty"),
        (["--status", "opne"], "pirgen: `opne` is no status; did you mean open?"),
        (["--incident", "INC-2"], "pirgen: history knows no incident `INC-2`; did you mean INC-002?"),
        (["--due-within", "soon"], "pirgen: --due-within: `soon` is not a day"),
    ):
        done = followed.run("action", "list", *words)
        assert (done.returncode, done.stdout) == (2, "")
        assert done.stderr.startswith(says)
    nobody = followed.run("action", "list", *AT, "--owner", "@zed")
    assert (nobody.returncode, nobody.stdout) == (0, "@zed owns no action item\n")


def test_the_rows_are_those_that_the_report_describes(followed: Repo) -> None:
    told = json.loads(followed.run("action", "list", *AT, "--export", "json", "--owner", "@ann").stdout)
    report = json.loads(followed.run("report", *AT, "--export", "json").stdout)
    assert told["owners"] == ["@ann"]
    assert told["action_items"] == [row for row in report["open_actions"] if row["owner"] == "@Ann"]
    rows = [*csv.DictReader(io.StringIO(followed.run("action", "list", *AT, "--export", "csv").stdout))]
    assert [*rows[0]] == [*report["open_actions"][0]]
    assert len(rows) == 5
    assert followed.run("action", "list", *AT, "--export", "markdown").stdout.count("\n| INC") == 5
    calendar = followed.run("action", "list", *AT, "--export", "ical", "--status", "declined").stdout
    assert calendar.count("BEGIN:VEVENT") == calendar.count("STATUS:CANCELLED") == 1
    tasks = followed.run("action", "list", *AT, "--format", "todo", "--status", "declined").stdout
    assert tasks.count("BEGIN:VTODO") == tasks.count("STATUS:CANCELLED") == 1


@pytest.mark.parametrize("room", [80, 100, 390])
def test_the_table_fits_the_terminal(followed: Repo, room: int) -> None:
    project = Project(followed.folder)
    ledger = read_ledger(project.root, project.config, now=environment.now(), as_of="2025-10-15")
    text = render("table", ledger, head_of(ledger), action_rows(ledger, Wanted()), "", room)
    assert max(map(width, text.splitlines())) <= room
    assert ("watch them " * 19 in text) == (room == 390)
    assert "Opened by" in text
    assert "Slips" not in text, "nothing has slipped"


def test_a_report_of_an_owner_has_nothing_about_incidents(followed: Repo) -> None:
    done = followed.run("report", *AT, "--owner", "@ann", "--by", "severity", "--export", "json")
    told = json.loads(done.stdout)
    schema = json.loads((ROOT / "schemas/report.schema.json").read_text(encoding="utf-8"))
    valid = jsonschema_rs.Draft7Validator(schema)
    assert valid.is_valid(told)
    assert not valid.is_valid({**told, "owners": None}), "all tables are there where it is about all"
    assert {row["name"] for row in told["metrics"]} == {
        "action_completion", "action_proven", "action_on_time", "action_time_to_close"
    }  # fmt: skip
    assert not {"open_incidents", "overdue_reviews", "late_reviews"} & {*told}
    assert [row["action_id"] for row in told["open_actions"]] == ["AI-001"]
    assert told["groups"]["severity"]["P1"]["incidents"] is None
    table = followed.run("report", *AT, "--team", "core").stdout
    assert "only action items of team core" in table.splitlines()[0]
    assert "MTTR" not in table
    assert "Overdue action items: 1" in table
    for export in ("csv", "markdown", "pretty", "openmetrics", "ical"):
        assert followed.run("report", *AT, "--owner", "@ann", "--export", export).returncode == 0


def test_check_judges_what_is_theirs(followed: Repo) -> None:
    followed.write("pir/INC-003.yaml", "incident_id: [\n")
    late = followed.run("check", *AT, "--owner", "@ann")
    assert (late.returncode, "1 overdue action item" in late.stdout) == (1, True)
    fine = followed.run("check", *AT, "--owner", "@bo")
    assert (fine.returncode, "nothing to complain about" in fine.stdout) == (0, True)
    assert followed.run("check", *AT).returncode == 1, "the file that is not valid fails everybody's"


def test_history_tells_of_items_that_were_theirs_once(followed: Repo) -> None:
    followed.run("action", "assign", "INC-002", "AI-001", "@cy")

    def told(who: str) -> list[tuple[str, Any, str]]:
        facts = json.loads(followed.run("history", "--owner", who, "--export", "json").stdout)["facts"]
        return [(one["incident_id"], one["action_id"], one["event"]) for one in facts]

    both = [("INC-002", "AI-001", "action_opened"), ("INC-002", "AI-001", "action_owner_changed")]
    assert told("@CY") == told("@platform") == both
    assert followed.run("history", "--owner", "@zed").stdout == "history has seen no action item of @zed\n"


def test_without_history_there_is_no_list(tmp_path: Path) -> None:
    from tests.support import Cli

    cli = Cli(tmp_path)
    cli.write("pir/INC-001.yaml", review())
    assert cli.run("action", "list").returncode == 2
    assert cli.run("action", "start", "INC-001", "AI-001").returncode == 0
    assert "not in a git repository" in cli.run("action", "done", "INC-001", "AI-001", "--commit").stderr


def test_a_shell_is_told_ids(followed: Repo) -> None:
    def asked(words: str, place: int) -> list[str]:
        done = followed.run(COMP_WORDS=f"pirgen {words}", COMP_CWORD=str(place), _PIRGEN_COMPLETE="bash_complete")
        assert done.stderr == ""
        return [line.removeprefix("plain,") for line in done.stdout.split()]

    assert asked("action done INC", 3) == ["INC-001", "INC-002"]
    assert asked("action done INC-001 AI-002 ", 5) == ["AI-001", "AI-003", "AI-004", "AI-005"]
    assert asked("action done INC-009 ", 4) == []
    followed.write("pirgen.yaml", ": [")
    assert asked("action done INC", 3) == []
    for shell in ("bash", "zsh", "fish"):
        assert "_PIRGEN_COMPLETE" in followed.run("completion", shell).stdout


def test_a_report_of_an_owner_groups_what_is_theirs(followed: Repo) -> None:
    closed = [item("AI-001", "z", status="done", owner="@ann")]
    followed.commit("2025-10-08", {"pir/INC-003.yaml": review("INC-003", severity="P3", action_items=closed)})
    others = [item("AI-001", "o", owner="@bo")]
    followed.commit("2025-10-09", {"pir/INC-004.yaml": review("INC-004", severity="P4", action_items=others)})
    done = followed.run("report", *AT, "--owner", "@ann", "--by", "severity", "--by", "owner", "--export", "json")
    groups = json.loads(done.stdout)["groups"]
    assert {name: [*rows] for name, rows in groups.items()} == {"severity": ["P1", "P3"], "owner": ["@Ann", "@ann"]}
    assert {row["incidents"] for row in groups["severity"].values()} == {None}
    assert {row["overdue_reviews"] for rows in groups.values() for row in rows.values()} == {None}
    assert [groups["severity"][name]["open_actions"] for name in ("P1", "P3")] == [1, 0]
    assert {row["name"] for row in groups["severity"]["P3"]["metrics"]} == {
        "action_completion", "action_proven", "action_on_time", "action_time_to_close"
    }  # fmt: skip


def test_done_items_say_so_in_a_calendar_and_how_far_that_is_shown(repo: Repo) -> None:
    items = [item("AI-001", "Add metrics", status="done", issue="#1"), item("AI-002", "Add tests", issue="#2")]
    repo.commit("2025-10-06", {"pir/INC-001.yaml": review(action_items=items)})
    calendar = repo.run("action", "list", "--status=all", "--export", "ical").stdout.replace("\r\n ", "").splitlines()
    assert sorted(line for line in calendar if line.startswith("SUMMARY")) == [
        "SUMMARY:Done: INC-001 AI-001: Add metrics", "SUMMARY:INC-001 AI-002: Add tests"
    ]  # fmt: skip
    repo.commit("2025-10-07", {"pir/INC-001.yaml": review(action_items=items[:1])})
    listed = json.loads(repo.run("action", "list", "--status=all", "--export", "json").stdout)["action_items"]
    assert [(row["action_id"], row["status"]) for row in listed] == [("AI-001", "done"), ("AI-002", "removed")]
    for words, shown in (("--status=all", True), ("--status=done", True), ("--status=open", False)):
        assert ("Proof" in repo.run("action", "list", words).stdout) == shown
