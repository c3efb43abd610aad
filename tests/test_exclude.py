"""Files that are neither reviews nor logs, though they lie among them, are left out by every command."""

from __future__ import annotations

import json

import pytest

from tests.support import Repo, review

TEMPLATE = "pir/team/TEMPLATE.yaml"


@pytest.fixture
def project(repo: Repo) -> Repo:
    repo.commit("2025-10-06", {
        "pirgen.yaml": "exclude: ['**/TEMPLATE.yaml', operational_audit/incidents/old]\n",
        "pir/INC-001.yaml": review(),
        TEMPLATE: "incident_id: INC-XXX\nseverity: P1, P2 or P3\n",
        "operational_audit/incidents/old/notes.yaml": "a: b: c\n",
    })  # fmt: skip
    return repo


def test_no_command_reads_an_excluded_file(project: Repo) -> None:
    assert project.run("lint").stdout == "1 file checked: all good\n"
    assert project.run("lint", "--staged").stdout == "1 file checked: all good\n"
    assert project.run("lint", TEMPLATE, "pir/INC-001.yaml").stdout == "1 file checked: all good\n"
    assert project.run("lint", TEMPLATE).returncode == 0, "hooks name every file that changed"
    assert project.run("render").stdout == "docs/ops/pir/INC-001.md: written\n1 page: 1 changed\n"
    told = json.loads(project.run("history", "--export", "json").stdout)
    assert {fact["incident_id"] for fact in told["facts"]} == {"INC-001"}
    assert told["unreadable_revisions"] == []
    project.write(TEMPLATE, "incident_id: INC-YYY\n")
    assert json.loads(project.run("history", "--export", "json").stdout)["facts"] == told["facts"]
    assert "pir/team" not in project.run("check").stdout


def test_without_the_setting_it_is_judged(project: Repo) -> None:
    project.write("pirgen.yaml", "")
    done = project.run("lint")
    assert done.returncode == 1
    assert TEMPLATE in done.stdout
    told = json.loads(project.run("history", "--export", "json").stdout)
    assert {fact["incident_id"] for fact in told["facts"]} == {"INC-001", "INC-XXX"}


def test_a_project_of_which_all_is_excluded_is_as_good_as_new(repo: Repo) -> None:
    repo.commit("2025-10-06", {"pirgen.yaml": "exclude: [pir/TEMPLATE.yaml]\n", "pir/TEMPLATE.yaml": "a: 1\n"})
    assert repo.run("check").returncode == 0
    repo.write("pirgen.yaml", "exclude: [pir/x.yaml]\n")
    assert repo.run("check").returncode != 0
