"""pirgen.yaml: what it changes, and what is said when it is wrong."""

from __future__ import annotations

import pytest

from tests.support import Cli, item, review


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("pathz: {}\n", "pirgen.yaml:1:1: unknown field `pathz`; did you mean `paths`?"),
        (
            "rules:\n  timeline-order: fatal\n",
            "pirgen.yaml:2:19: `timeline-order` cannot be `fatal`; use one of error, warning, advice, off",
        ),
        (
            "rules:\n  timeline-oder: off\n",
            "pirgen.yaml:2:3: unknown field `timeline-oder`; did you mean `timeline-order`?",
        ),
        (
            "timezone: CEST2\n",
            "pirgen.yaml:1:11: `timezone` cannot be `CEST2`; "
            "write an IANA name such as Europe/Berlin, or an offset such as +02:00",
        ),
        (
            "severities:\n  - {name: P1, response: soon}\n",
            "pirgen.yaml:2:26: `response` cannot be `soon`; write a duration such as 15m, 2h or 7d",
        ),
        (
            "targets: {P1: 15m}\n",
            "pirgen.yaml:1:11: unknown field `P1`; remove it, or look for a wrong indentation",
        ),
        (
            "paths: {reviews: [../x]}\n",
            "pirgen.yaml:1:19: `reviews` item 1 cannot be `../x`; "
            "write a folder below the repository's root, without a leading slash or ..",
        ),
        (
            "id_pattern: '('\n",
            "pirgen.yaml:1:13: `id_pattern` cannot be `(`; write a regular expression such as INC-[0-9]{3,}",
        ),
        (
            "id_pattern: '(?i)inc'\n",
            "pirgen.yaml:1:13: `id_pattern` cannot be `(?i)inc`; write a regular expression such as INC-[0-9]{3,}",
        ),
        (
            "targets: {review_completion: '100'}\n",
            "pirgen.yaml:1:30: `review_completion` must be a number, not text; write it without quotes",
        ),
        ("enough: 0\n", "pirgen.yaml:1:9: `enough` must be at least 1"),
        ("a: b: c\n", "pirgen.yaml:1:4: not valid YAML: a value needs quotes; write `\"b: c\"`; "
         "a colon and a blank inside a value need quotes around it"),
    ],
)  # fmt: skip
def test_a_bad_configuration_is_one_clear_line(cli: Cli, text: str, line: str) -> None:
    cli.write("pirgen.yaml", text)
    for command in ("lint", "render", "report", "check"):
        done = cli.run(command)
        assert (done.returncode, done.stdout, done.stderr) == (2, "", f"pirgen: {line}\n")


@pytest.mark.parametrize("text", ["", "# nothing yet\n", "---\n", "~\n"])
def test_an_empty_configuration_changes_nothing(cli: Cli, text: str) -> None:
    cli.write("pirgen.yaml", text)
    assert cli.run("lint").returncode == 0


def test_a_project_has_its_own_matrix_paths_and_ids(cli: Cli) -> None:
    cli.write(
        "pirgen.yaml",
        "severities: [{name: SEV1, response: 5m}]\npaths: {reviews: [reviews/new, reviews/old], pages: out}\n"
        "id_pattern: R-[0-9]+\nmilestones: {detected: [bell rings]}\n",
    )
    timeline = [
        {"time": "14:30", "event": "The bell rings"},
        {"time": "14:31", "event": "On-call acknowledged"},
        {"time": "15:15", "event": "Incident resolved"},
    ]
    cli.write("reviews/new/R-1.yaml", review("R-1", severity="SEV1", timeline=timeline))
    cli.write("reviews/old/R-2.yaml", review("R-2"))
    assert "`severity` cannot be `P1`" in cli.run("lint").stdout
    assert cli.run("lint", "--strict", "reviews/new").stdout == "1 file checked: all good\n"
    assert "out/R-1.md: written" in cli.run("render").stdout


def test_rules_weigh_what_the_project_says_also_by_path(cli: Cli) -> None:
    lacking = [item("AI-001", "Add metrics", due=None)]
    cli.write("pir/INC-001.yaml", review(action_items=lacking))
    cli.write("pir/2019/INC-002.yaml", review("INC-002", action_items=lacking))
    cli.write("pir/2020/deep/INC-003.yaml", review("INC-003", action_items=lacking))
    cli.write(
        "pirgen.yaml",
        "rules: {action-has-due: warning}\noverrides:\n"
        "  - {paths: ['pir/2019/*.yaml'], rules: {action-has-due: off}}\n"
        "  - {paths: ['pir/2020/**'], rules: {action-has-due: advice}}\n",
    )
    assert cli.run("lint").stdout.count("has no due date") == 1
    assert cli.run("lint", "--advice").stdout.count("has no due date") == 2


def test_the_configurations_own_file_is_no_review(cli: Cli) -> None:
    cli.write("pirgen.yaml", "timezone: Europe/Berlin\n")
    assert cli.run("lint", "pirgen.yaml").stdout == "0 files checked: all good\n"


def test_schema_prints_and_writes_the_effective_schema(cli: Cli) -> None:
    cli.write("pirgen.yaml", "severities: [{name: SEV1}]\n")
    assert '"SEV1"' in cli.run("schema").stdout
    assert cli.run("schema", "incident", "--write").stdout == "schemas/incident.schema.json: written\n"
    assert '"SEV1"' in (cli.folder / "schemas/incident.schema.json").read_text(encoding="utf-8")
