"""pirgen new: a draft that passes lint, and never a lost file."""

from __future__ import annotations

import pytest

from pirgen.document import load
from pirgen.files import Source
from tests.support import Cli

TITLES = [
    'API "down": yes # no',
    "{{ 7 * 7 }} {% raw %}",
    "- a: [b",
    "@platform's `thing`",
    "*alias &anchor !tag",
    "back\\slash\\n",
    "é \u2028 🎉 \x1b[31m",
]


@pytest.mark.parametrize("title", TITLES)
def test_any_title_is_kept_and_the_draft_passes(cli: Cli, title: str) -> None:
    done = cli.run("new", "INC-042", "--severity", "P3", "--title", title, "--date", "2025-10-05")
    assert (done.returncode, done.stdout) == (0, "pir/INC-042.yaml\n")
    text = (cli.folder / "pir/INC-042.yaml").read_bytes()
    data = load(Source("x", text)).data
    assert data["title"] == " ".join(title.split())
    assert (data["severity"], data["date"], data["status"]) == ("P3", "2025-10-05", "draft")
    assert cli.run("lint").returncode == 0
    assert cli.run("render").returncode == 0


def test_the_first_line_names_a_schema_that_is_there(cli: Cli) -> None:
    cli.write("pirgen.yaml", "paths: {reviews: [reviews/2025]}\nseverities: [{name: SEV1}]\n")
    done = cli.run("new")
    assert done.stdout == "reviews/2025/INC-001.yaml\n"
    assert "schemas/pir.schema.json" in done.stderr
    first = (cli.folder / "reviews/2025/INC-001.yaml").read_text(encoding="utf-8").splitlines()[0]
    assert first == "# yaml-language-server: $schema=../../schemas/pir.schema.json"
    assert '"SEV1"' in (cli.folder / "schemas/pir.schema.json").read_text(encoding="utf-8")


def test_names_that_look_like_numbers_stay_text(cli: Cli) -> None:
    cli.write(
        "pirgen.yaml",
        "severities: [{name: '1'}, {name: '2', label: \"a\\nb: c\"}, {name: 1e3}]\n".replace("1e3", "'1e3'"),
    )
    for number, severity in enumerate(("1", "2", "1e3")):
        assert cli.run("new", f"12{number}", "--severity", severity).returncode == 0
    assert cli.run("new", "1e3").returncode == 0
    assert cli.run("lint").stdout == "4 files checked: all good\n"


def test_the_path_is_the_one_from_here(cli: Cli) -> None:
    cli.write("pirgen.yaml", "{}")
    below = Cli(cli.folder / "docs/ops")
    below.folder.mkdir(parents=True)
    assert below.run("new").stdout == "../../pir/INC-001.yaml\n"


def test_the_next_id_is_of_the_commonest_form(cli: Cli) -> None:
    for name in ("INC-001", "INC-002", "JIRA-90210", "my notes 3"):
        cli.write(f"pir/{name}.yaml", "")
    assert cli.run("new").stdout == "pir/INC-003.yaml\n"


def test_a_folder_that_is_a_file_is_said(cli: Cli) -> None:
    cli.write("pir", "x")
    done = cli.run("new")
    assert done.returncode == 2
    assert done.stderr.endswith("pir: Not a directory\n")


def test_the_next_id_is_the_default(cli: Cli) -> None:
    cli.write("pir/2024/PIR-0009.yaml", "")
    assert cli.run("new").stdout == "pir/PIR-0010.yaml\n"
    assert cli.run("new").stdout == "pir/PIR-0011.yaml\n"


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["INC-001"], "pirgen: pir/2025/inc-001.yaml is there already; edit it, or choose another id"),
        (["../INC-1"], "pirgen: `incident_id` cannot be `../INC-1`; an id has letters,"),
        (["INC-2", "--severity", "P9"], "pirgen: `severity` cannot be `P9`; use one of P1, P2, P3, P4"),
        (["INC-2", "--date", "yesterday"], "pirgen: `yesterday` is not a date; write YYYY-MM-DD"),
    ],
)
def test_what_cannot_be_made_is_one_clear_line(cli: Cli, arguments: list[str], line: str) -> None:
    kept = cli.write("pir/2025/inc-001.yaml", "kept")
    done = cli.run("new", *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(line)
    assert kept.read_text(encoding="utf-8") == "kept"
    assert [path.name for path in (cli.folder / "pir").rglob("*.yaml")] == ["inc-001.yaml"]


def test_what_the_log_says_is_taken_over(cli: Cli) -> None:
    cli.write("pirgen.yaml", "timezone: Europe/Berlin\n")
    cli.write(
        "operational_audit/incidents/INC-004.yaml",
        """\
incident_id: INC-004
title: Payments fail
severity: P2
events:
  - {at: "2025-03-19T23:30:00Z", kind: started, text: "Errors: 30%"}
  - {at: "2025-03-19T23:40:00Z", kind: severity_changed, severity: P1}
  - {at: "2025-03-20T01:00:00Z", kind: resolved, text: Rolled back, by: "@ann"}
""",
    )
    assert cli.run("new", "INC-004").returncode == 0
    data = load(Source("x", (cli.folder / "pir/INC-004.yaml").read_bytes())).data
    assert (data["severity"], data["title"], data["date"]) == ("P1", "Payments fail", "2025-03-20")
    assert data["timeline"] == [
        {"time": "00:30", "event": "Errors: 30%", "kind": "started"},
        {"time": "00:40", "event": "TODO: what happened", "kind": "note"},
        {"time": "02:00", "event": "Rolled back", "kind": "resolved", "by": "@ann"},
    ]
    done = cli.run("lint", "--strict")
    assert done.returncode == 0, done.stdout


def test_the_same_moments_give_the_same_figures_and_the_draft_passes(cli: Cli) -> None:
    cli.write("pirgen.yaml", "timezone: Europe/Berlin\n")
    cli.write(
        "operational_audit/incidents/INC-004.yaml",
        """\
incident_id: INC-004
title: Payments fail
severity: P1
events:
  - {at: "2025-10-26T01:30:02.5Z", kind: resolved, text: c, by: Jane Doe}
  - {at: "2025-10-26T00:20:59Z", kind: detected, text: a}
  - {at: "2025-10-26T00:50:00Z", kind: acknowledged, text: b}
  - {at: "2025-10-26T04:00:01Z", kind: verified, text: d}
""",
    )
    assert cli.run("new", "INC-004").returncode == 0
    said = load(Source("x", (cli.folder / "pir/INC-004.yaml").read_bytes())).data["timeline"]
    assert [(entry["time"], entry["event"]) for entry in said] == [
        ("2025-10-26T02:20:59+02:00", "a"), ("2025-10-26T02:50:00+02:00", "b"),
        ("2025-10-26T02:30:02.500000+01:00", "c (by Jane Doe)"), ("2025-10-26T05:00:01+01:00", "d"),
    ]  # fmt: skip
    done = cli.run("lint", "--strict")
    assert done.returncode == 0, done.stdout


def test_the_next_free_id_is_free_of_logs_too_and_a_broken_log_is_said(cli: Cli) -> None:
    cli.write(
        "operational_audit/incidents/INC-007.yaml", "incident_id: INC-007\ntitle: old\nseverity: P1\nevents: []\n"
    )
    assert cli.run("new").stdout == "pir/INC-008.yaml\n"
    cli.write("operational_audit/incidents/INC-009.yaml", "a: b: c\n")
    assert "INC-009.yaml cannot be read" in cli.run("new", "INC-009").stderr


def test_a_title_in_the_place_of_the_id_is_told(cli: Cli) -> None:
    done = cli.run("new", "Login is down")
    assert done.returncode == 2
    assert "`Login is down` is no id; write a title after --title" in done.stderr
    assert not (cli.folder / "pir").exists()
