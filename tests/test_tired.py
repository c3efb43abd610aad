"""The first file of somebody who is tired: what is mended, and that the rest is told in the first run."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.support import DATA, Cli, review

TIRED = DATA / "tired"
BY_HAND: dict[str, list[tuple[str, str, str]]] = {
    "INC-903": [
        ("18:00 next day", "18:00 next day", "2017-02-02 18:00"),
        ("prompt that shows", "environment\n", 'environment\n    owner: "@infra"\n    due: 2017-03-01\n'),
        ("lessons_learned:", "lessons_learned:\n", "lessons_learned: [Check the host]\n"),
    ],
    "INC-907": [
        ("03/04/2025", "03/04/2025", "2025-04-03"),
        ("PST", "PST", "America/Los_Angeles"),
        ("@ann and @bob", "@ann and @bob", "@ann"),
    ],
}
"""For each file the edits that are left: what is in the line that the first run names, and what becomes what."""


@pytest.mark.parametrize("path", sorted(TIRED.iterdir()), ids=lambda path: path.stem)
def test_at_most_three_edits_are_left_and_each_is_told_at_once(cli: Cli, path: Path) -> None:
    by_hand = BY_HAND.get(path.stem, [])
    assert len(by_hand) <= 3
    there = cli.write(f"pir/{path.name}", path.read_bytes())
    lines = path.read_text(encoding="utf-8").splitlines()
    told = {found["line"] for found in json.loads(cli.run("lint", "--format", "json").stdout)}
    for fragment, _, _ in by_hand:
        assert next(number for number, line in enumerate(lines, 1) if fragment in line) in told
    cli.run("lint", "--fix", "--unsafe-fixes")
    for _, before, after in by_hand:
        said = there.read_bytes().decode()
        assert said.count(before) == 1
        there.write_bytes(said.replace(before, after).encode())
    done = cli.run("lint")
    assert "error" not in done.stdout
    assert done.returncode == 0


def test_all_findings_of_a_tired_file(cli: Cli, golden: object) -> None:
    cli.write("pir/INC-902.yaml", (TIRED / "INC-902.yaml").read_bytes())
    assert callable(golden)
    golden(DATA / "tired.txt", cli.run("lint", "--format", "concise").stdout)
    cli.run("lint", "--fix", "--unsafe-fixes")
    golden(DATA / "tired-mended.yaml", (cli.folder / "pir/INC-902.yaml").read_text(encoding="utf-8"))


def test_quotes_of_a_word_processor_are_no_part_of_a_value(cli: Cli) -> None:
    cli.write("pirgen.yaml", "id_pattern: INC-[0-9]+\n")
    path = cli.write("pir/INC-001.yaml", review("“INC-001”", severity="‘P1’", date="“2025‑10‑05”", duration="“45m”"))
    cli.run("lint", "--fix")
    text = path.read_text(encoding="utf-8")
    assert all(
        line in text for line in ("incident_id: INC-001\n", "severity: P1\n", "date: 2025-10-05\n", "duration: 45m\n")
    )
    before = review(impact="“Logins” failed", root_cause="‘x’")
    path.write_text(before, encoding="utf-8")
    assert cli.run("lint", "--fix").returncode == 0
    assert path.read_text(encoding="utf-8") == before, "in a text they stay"


@pytest.mark.parametrize("word", ["none", "N/A", "-", '""'])
def test_a_word_for_nothing_in_place_of_a_list_may_be_an_empty_one(cli: Cli, word: str) -> None:
    path = cli.write("pir/INC-001.yaml", review(tags=None) + f"tags: {word}\n")
    assert "help: write `[]`; put each entry" in cli.run("lint").stdout
    assert path.read_text(encoding="utf-8").endswith(f"tags: {word}\n")
    assert cli.run("lint", "--fix", "--unsafe-fixes").returncode == 0
    assert path.read_text(encoding="utf-8").endswith("tags: []\n")


def test_what_is_still_to_be_written_stays_so(cli: Cli) -> None:
    path = cli.write("pir/INC-001.yaml", review(contributing_factors="TBD", tags="TBD"))
    cli.run("lint", "--fix", "--unsafe-fixes")
    said = path.read_text(encoding="utf-8")
    assert "contributing_factors:\n  - TBD\n" in said
    assert "tags: TBD\n" in said, "nobody knows which"


def test_a_text_that_reads_as_a_key_is_not_to_be_removed(cli: Cli) -> None:
    cli.write("pir/INC-001.yaml", review() + "on it :eyes:\n")
    assert "remove it, or put it in quotes if it is a text" in cli.run("lint").stdout


def test_the_last_line_says_what_unsafe_fixes_would_add(cli: Cli) -> None:
    cli.write("pir/INC-001.yaml", review(duration="about 45 minutes", severity="high"))
    done = cli.run("lint")
    assert done.stdout.endswith("2 errors; `pirgen lint --fix` mends 1, with `--unsafe-fixes` 1 more\n")
    done = cli.run("lint", "--fix")
    assert done.stdout.endswith("1 error; `pirgen lint --fix --unsafe-fixes` mends 1\n")
    assert "all good" in cli.run("lint", "--fix", "--unsafe-fixes").stdout


def test_nothing_is_touched_for_the_sake_of_what_is_not_shown(cli: Cli) -> None:
    path = cli.write("pir/INC-001.yaml", review())
    before = path.read_bytes()
    assert "all good" in cli.run("lint").stdout
    assert "all good" in cli.run("lint", "--fix").stdout
    assert path.read_bytes() == before
    cli.run("lint", "--fix", "--advice")
    assert path.read_bytes() != before


def test_an_id_stands_for_the_files_of_its_incident(cli: Cli) -> None:
    cli.write("pir/INC-001.yaml", review())
    cli.write("pir/2025/outage.yaml", review("INC-002", severity="P9"))
    cli.write("operational_audit/incidents/INC-001.yaml", "incident_id: INC-001\n")
    assert "2 files checked" in cli.run("lint", "INC-001").stdout
    assert " --> pir/2025/outage.yaml:2:11\n" in cli.run("lint", "INC-002").stdout
    done = cli.run("lint", "INC-01")
    assert (done.returncode, done.stderr) == (
        2, "pirgen: INC-01: no such file or folder, and no such incident; did you mean INC-001?\n"
    )  # fmt: skip
    assert cli.run("linr").stderr.endswith("No such command 'linr'; did you mean lint?\n")
    assert cli.run("ignite").stderr.endswith("No such command 'ignite'.\n")


def test_a_project_names_its_severities_in_several_ways(cli: Cli) -> None:
    cli.write("pirgen.yaml", "severities:\n  - {name: S1, label: Major, aliases: [P1, sev one]}\n  - {name: S2}\n")
    path = cli.write("pir/INC-001.yaml", review(severity="sev one"))
    assert "help: write `S1`; use one of S1, S2\n" in cli.run("lint").stdout
    cli.run("lint", "--fix")
    assert "severity: S1\n" in path.read_text(encoding="utf-8")


def test_an_owner_whom_codeowners_knows_is_found(cli: Cli) -> None:
    cli.write("CODEOWNERS", "* @ernst @org/core\n")
    items = [{"id": "AI-1", "action": "x", "owner": owner, "due": "2025-10-12"} for owner in ("ernst", "core", "mia")]
    path = cli.write("pir/INC-001.yaml", review(action_items=items))
    cli.run("lint", "--fix")
    said = path.read_text(encoding="utf-8")
    assert 'owner: "@ernst"' in said
    assert 'owner: "@org/core"' in said
    assert "owner: mia" in said, "nobody knows @mia, so that it is a guess"


def test_missing_ids_are_the_next_free_ones(cli: Cli) -> None:
    items = [{"action": "a"}, {"id": "AI-7", "action": "b"}, "c", {"action": "d"}]
    path = cli.write("pir/INC-004.yaml", "# first\n" + review(None, action_items=items))
    said = cli.run("lint", "--format", "full").stdout
    assert "help: write `incident_id: INC-004`" in said
    cli.run("lint", "--fix")
    said = path.read_text(encoding="utf-8")
    assert said.startswith("# first\nincident_id: INC-004\nseverity: P1\n")
    assert (
        "- id: AI-8\n  action: a\n- id: AI-7\n  action: b\n- id: AI-9\n  action: c\n- id: AI-10\n  action: d\n" in said
    )
