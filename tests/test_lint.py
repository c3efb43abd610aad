"""The lint command as a person and a program meet it."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support import DATA, Cli, item, review

BROKEN = """\
incident_id: INC-002
sevrity: P1
date: 2025-10-05
duration: 5m
impact: "30% of API requests failed, among them a very long line that goes on and on beyond what fits"
timeline:
  - {time: "14:30", event: "Alert triggered \\e[31m\\u202E in 東京", colour: red}
  - {time: "14:20", event: On-call acknowledged}
  - {time: "15:15", event: Incident resolved}
root_cause: TODO
contributing_factors:
  - API: slow
action_items:
  - id: AI-001
    action: Add metrics
    owner: platform
lessons_learned: []
"""


@pytest.fixture
def project(cli: Cli) -> Cli:
    cli.write("pir/INC-001.yaml", BROKEN)
    cli.write("pir/INC-003.yaml", review("INC-003"))
    cli.write("pir/INC-004.yaml", "impact: API: down\n")
    return cli


def test_findings_for_a_person(project: Cli, golden: Callable[[Path, str], None]) -> None:
    done = project.run("lint")
    assert done.returncode == 1
    assert done.stderr == ""
    golden(DATA / "lint.txt", done.stdout)


def test_findings_for_a_program(project: Cli) -> None:
    done = project.run("lint", "--format", "json", "pir/INC-001.yaml")
    rows = json.loads(done.stdout)
    assert rows[0] == {
        "file": "pir/INC-001.yaml",
        "line": 1,
        "column": 14,
        "end_line": 1,
        "end_column": 21,
        "rule": "filename-matches-id",
        "severity": "error",
        "message": "the incident is `INC-002`, the file is `INC-001.yaml`",
        "hint": "rename the file to `INC-002.yaml` or correct the id",
        "fixable": False,
    }
    places = [(row["line"], row["column"], row["rule"]) for row in rows]
    assert places == sorted(places)
    assert {row["file"] for row in rows} == {"pir/INC-001.yaml"}


def test_colour_is_for_terminals_and_for_those_who_ask(project: Cli) -> None:
    assert "\x1b" not in project.run("lint").stdout
    assert "\x1b[" in project.run("lint", NO_COLOR="", FORCE_COLOR="1").stdout


def test_a_rules_name_is_a_link_in_a_terminal(cli: Cli) -> None:
    import pty

    cli.write("pir/INC-001.yaml", review(action_items=[item("AI-001", "Add metrics", due=None)], severity="P9"))
    screen, terminal = pty.openpty()
    environment = {key: value for key, value in os.environ.items() if key != "NO_COLOR"}
    command = [sys.executable, "-m", "pirgen", "lint"]
    subprocess.run(command, cwd=cli.folder, stdout=terminal, env=environment, check=False)
    os.close(terminal)
    shown = os.read(screen, 65_536).decode()
    os.close(screen)
    link = re.search(r"error\[\x1b]8;;file://([^\x1b]+)\x1b\\action-has-due\x1b]8;;\x1b\\]", shown)
    assert link
    assert "def action_has_due" in Path(link[1]).read_text(encoding="utf-8")
    assert "error[schema]" in shown
    assert "\x1b]8" not in cli.run("lint", NO_COLOR="", FORCE_COLOR="1").stdout


def test_warnings_fail_only_when_strict(cli: Cli) -> None:
    cli.write("pir/INC-001.yaml", review(duration="5m"))
    assert cli.run("lint").returncode == 0
    assert cli.run("lint", "--strict").returncode == 1


def test_the_seeds_example_passes_without_a_word(cli: Cli) -> None:
    cli.write("pir/INC-001.yaml", (DATA / "seed.yaml").read_text(encoding="utf-8"))
    done = cli.run("lint", "--strict")
    assert (done.returncode, done.stdout, done.stderr) == (0, "1 file checked: all good\n", "")


def test_incident_logs_are_checked_too(cli: Cli) -> None:
    cli.write(
        "operational_audit/incidents/INC-001.yaml",
        "incident_id: INC-001\ntitle: x\nseverity: P1\nevents:\n  - {at: '14:30', kind: detected}\n",
    )
    done = cli.run("lint")
    assert "`at` cannot be `14:30`" in done.stdout
    assert done.returncode == 1


def test_a_folder_and_files_elsewhere_can_be_named(cli: Cli) -> None:
    cli.write("elsewhere/INC-001.yaml", review())
    assert cli.run("lint", "elsewhere").stdout == "1 file checked: all good\n"
    assert cli.run("lint", "./elsewhere/INC-001.yaml").stdout == "1 file checked: all good\n"
    done = cli.run("lint", "nowhere.yaml")
    assert (done.returncode, done.stderr) == (2, "pirgen: nowhere.yaml: no such file or folder\n")


def test_nothing_to_check_is_said_and_clean(cli: Cli) -> None:
    done = cli.run("lint")
    assert (done.returncode, done.stdout) == (0, "0 files checked: all good\n")
    assert done.stderr == "There are no reviews in pir/ yet; `pirgen new` makes one.\n"


def test_a_command_works_from_a_folder_below(cli: Cli) -> None:
    cli.write("pirgen.yaml", "{}")
    cli.write("pir/INC-001.yaml", review(severity="P9"))
    (cli.folder / "a/b").mkdir(parents=True)
    assert "pir/INC-001.yaml:2:11" in cli.run("-C", "a/b", "lint").stdout
    assert "pir/INC-001.yaml:2:11" in cli.run("-C", "pir", "lint", "INC-001.yaml").stdout


def test_what_is_no_file_is_a_finding(cli: Cli) -> None:
    (cli.folder / "pir/INC-001.yaml").mkdir(parents=True)
    os.mkfifo(cli.folder / "pir/INC-002.yaml")
    (cli.folder / "pir/INC-003.yaml").symlink_to("INC-003.yaml")
    (cli.folder / "pir/INC-004.yaml").symlink_to("nothing")
    done = cli.run("lint", "--format", "json")
    assert [(row["file"], row["message"]) for row in json.loads(done.stdout)] == [
        ("pir/INC-002.yaml", "the file is not a regular file"),
        ("pir/INC-003.yaml", "the file is a symbolic link, which has no history of its own"),
        ("pir/INC-004.yaml", "the file is a symbolic link, which has no history of its own"),
    ]
    cli.write("docs/ops/pir/INC-004.md", "---\ngenerated_by: pirgen\n---\n")
    assert cli.run("render").returncode == 1
    assert (cli.folder / "docs/ops/pir/INC-004.md").exists(), "the page of a review that cannot be read stays"


@pytest.mark.parametrize("text", ["null\n", "~\n", "---\n", '!!null ""\n', "---\n...\n", "[]\n", "x\n", "5\n"])
def test_a_file_without_a_mapping_is_no_review(cli: Cli, text: str) -> None:
    cli.write("pir/INC-001.yaml", text)
    assert cli.run("lint").returncode == 1
    assert cli.run("render").stdout == "pir/INC-001.yaml: not valid, see `pirgen lint`\n0 pages: all were current\n"


def test_logs_may_lie_below_the_reviews(cli: Cli) -> None:
    cli.write("pirgen.yaml", "paths: {reviews: [ops], incidents: [ops/inc]}\n")
    cli.write("ops/INC-001.yaml", review())
    cli.write("ops/inc/INC-001.yaml", "incident_id: INC-001\ntitle: x\nseverity: P1\nevents: []\n")
    assert cli.run("lint").stdout == "2 files checked: all good\n"
    assert cli.run("render").returncode == 0


def test_a_folder_may_be_named_through_a_link(cli: Cli) -> None:
    cli.write("real/INC-001.yaml", review())
    (cli.folder / "pir").symlink_to("real")
    assert cli.run("lint", "pir").stdout == "1 file checked: all good\n"


def test_paths_that_cannot_be_are_one_line(cli: Cli) -> None:
    done = cli.run("lint", "a" * 300)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)


MANY = {
    "one long line": "{incident_id: INC-001, status: draft, action_items: ["
    + "{id: 1}, " * 2_500
    + '], impact: "'
    + "x" * 400_000
    + '"}',
    "many errors": "incident_id: INC-001\naction_items:\n" + "".join(f"- {{id: A{i}}}\n" for i in range(6_000)),
    "many unknown fields": "".join(f"contributing_factrs{i}: 1\n" for i in range(12_000)),
    "a text that is no line": "incident_id: INC-001\nstatus: draft\ntitle: |\n  " + "x" * 400_000 + "\n",
    "a placeholder that is none": "incident_id: INC-001\nimpact: 'TODO" + " " * 400_000 + "x'\n",
    "directives": "".join(f"%TAG !a{i}! x\n" for i in range(30_000)) + "---\na: 1\n",
    "backticks": "incident_id: INC-001\nstatus: draft\nimpact: |\n" + "  ```\n  `a\n" * 20_000,
}


@pytest.mark.parametrize("name", MANY)
def test_no_file_takes_long(cli: Cli, name: str) -> None:
    import resource
    import time

    cli.write("pir/INC-001.yaml", MANY[name])
    for command in ("lint", "render"):
        start = time.perf_counter()
        assert cli.run(command).returncode in (0, 1)
        assert time.perf_counter() - start < 10, "a hang, not a measurement: that is what benchmarks are for"
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss < 600 * 1024


def test_a_reader_that_goes_away_is_no_trouble(cli: Cli) -> None:
    import subprocess
    import sys

    cli.write("pir/INC-001.yaml", review(lessons_learned=[{"a": "b"}] * 3_000))
    command = f"{sys.executable} -m pirgen lint | head -1"
    done = subprocess.run(["bash", "-o", "pipefail", "-c", command], cwd=cli.folder, capture_output=True, text=True)
    assert done.stderr == ""
