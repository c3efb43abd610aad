"""Several projects in one repository: each file belongs to the nearest pirgen.yaml above it."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from tests.support import Repo, cache_of, review

SEVERITIES = "severities:\n  - {name: SEV1, response: 15m, resolution: 1h}\n"


@pytest.fixture
def mono(repo: Repo) -> Repo:
    """Two projects with severities of their own, of which one has a fault, in a repository without a pirgen.yaml."""
    files = {
        "ops/pirgen.yaml": SEVERITIES,
        "ops/pir/INC-001.yaml": review(severity="SEV1"),
        "web/eu/pirgen.yaml": "{}",
        "web/eu/pir/INC-001.yaml": review(severity="SEV1"),
        "README.md": "x",
    }
    repo.commit("2025-10-06", files)
    return repo


def said(repo: Repo, *arguments: str) -> list[tuple[str, str]]:
    place = arguments.index("lint") + 1
    rows = json.loads(repo.run(*arguments[:place], "--format", "json", *arguments[place:]).stdout)
    return [(row["file"], row["rule"]) for row in rows]


@pytest.mark.parametrize("staged", [[], ["--staged"]], ids=["worktree", "index"])
def test_a_named_file_is_judged_by_the_nearest_configuration(mono: Repo, staged: list[str]) -> None:
    fault = ("web/eu/pir/INC-001.yaml", "schema")
    names = ["ops/pir/INC-001.yaml", "web/eu/pir/INC-001.yaml"]
    assert said(mono, "lint", *staged, *names) == [fault]
    assert said(mono, "lint", *staged, "ops/pir/INC-001.yaml") == []
    assert said(mono, "lint", *staged, "web") == said(mono, "lint", *staged, ".") == [fault]
    assert said(mono, "lint", *staged) == [fault]
    assert mono.run("lint", *staged, *names).stdout.splitlines()[-1].startswith("2 files checked: 1 error")
    assert said(mono, "-C", "ops", "lint", *staged) == []
    assert said(mono, "-C", "ops", "lint", *staged, *names) == [("../web/eu/pir/INC-001.yaml", "schema")]
    assert said(mono, "-C", "web/eu", "lint", *staged, "pir/INC-001.yaml") == [("pir/INC-001.yaml", "schema")]
    assert "file=web/eu/pir/INC-001.yaml,line=2" in mono.run("-C", "web", "lint", "--format", "github", *staged).stdout


def test_names_are_looked_up_in_the_folder_of_c_first(mono: Repo) -> None:
    mono.write("ops/ops/pir/INC-001.yaml", review(severity="P9"))
    assert ("ops/pir/INC-001.yaml", "schema") in said(mono, "-C", "ops", "lint", "ops/pir/INC-001.yaml")
    done = mono.run("-C", "ops", "lint", "nowhere.yaml")
    assert (done.returncode, done.stderr) == (2, "pirgen: ops/nowhere.yaml: no such file or folder\n")


def test_one_broken_configuration_hides_nothing_of_the_others(mono: Repo) -> None:
    mono.write("ops/pirgen.yaml", "severity: 1\n")
    done = mono.run("lint")
    assert done.returncode == 2
    assert "web/eu/pir/INC-001.yaml:2:11" in done.stdout
    assert done.stderr.startswith("pirgen: ops: pirgen.yaml:1:1: ")
    assert mono.run("lint", "web").returncode == 1


def test_a_project_at_the_top_and_one_below_it(mono: Repo) -> None:
    mono.commit("2025-10-07", {"pirgen.yaml": SEVERITIES, "pir/INC-009.yaml": review("INC-009", severity="P1")})
    found = [("pir/INC-009.yaml", "schema"), ("web/eu/pir/INC-001.yaml", "schema")]
    assert said(mono, "lint") == said(mono, "lint", "--staged") == found
    assert said(mono, "lint", "pir/INC-009.yaml", "ops/pir/INC-001.yaml") == found[:1]


def test_fixes_of_several_projects(mono: Repo) -> None:
    shown = mono.run("lint", "--diff", "--advice", "ops/pir/INC-001.yaml").stdout
    assert shown.startswith("--- a/ops/pir/INC-001.yaml\n+++ b/ops/pir/INC-001.yaml\n")
    subprocess.run(["git", "apply", "--check"], cwd=mono.folder, input=shown, text=True, check=True)
    told = [
        "ops/pir/INC-001.yaml: 3 fixes (milestone-kind)",
        "web/eu/pir/INC-001.yaml: 4 fixes (milestone-kind, schema)",
    ]
    assert mono.run("lint", "--fix", "--advice", "ops", "web").stderr.splitlines() == told
    assert mono.run("lint", "--diff", "--advice").stdout == ""


def test_a_staged_project_is_the_one_of_the_index(mono: Repo) -> None:
    mono.write("web/eu/pirgen.yaml", SEVERITIES)
    assert said(mono, "lint") == []
    assert said(mono, "lint", "--staged") == [("web/eu/pir/INC-001.yaml", "schema")]
    mono.git("add", "web")
    (mono.folder / "web/eu/pirgen.yaml").unlink()
    assert said(mono, "lint", "--staged") == []


def test_folders_with_hostile_names(mono: Repo) -> None:
    for name in ("-C", "a\nb", "*", "[x]", "ü b"):
        mono.write(f"{name}/pirgen.yaml", "{}")
        mono.write(f"{name}/pir/INC-001.yaml", review(severity="P9"))
    mono.git("add", ".")
    files = {f"{name}/pir/INC-001.yaml" for name in ("-C", "a\nb", "*", "[x]", "ü b", "web/eu")}
    assert {file for file, _ in said(mono, "lint")} == files
    assert {file for file, _ in said(mono, "lint", "--staged")} == files
    assert said(mono, "lint", "--staged", "--", "-C/pir/INC-001.yaml") == [("-C/pir/INC-001.yaml", "schema")]
    assert said(mono, "lint", "*/pir/INC-001.yaml") == [("*/pir/INC-001.yaml", "schema")]


def test_a_project_that_is_not_checked_out_stops_nobody(mono: Repo) -> None:
    mono.git("sparse-checkout", "set", "ops")
    assert not (mono.folder / "web").exists()
    assert said(mono, "lint") == said(mono, "lint", "--staged") == []


def test_a_link_to_the_repository_leads_to_its_projects(mono: Repo, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(mono.folder)
    (mono.folder / "ops/pir/INC-002.yaml").symlink_to("elsewhere")
    names = ["ops/pir/INC-001.yaml", "ops/pir/INC-002.yaml"]
    assert said(mono, "-C", str(tmp_path / "link"), "lint", *names) == [("ops/pir/INC-002.yaml", "yaml")]
    assert said(mono, "lint", str(tmp_path / "link/web")) == [("web/eu/pir/INC-001.yaml", "schema")]


@pytest.mark.parametrize("target", ["../ops/pirgen.yaml", "../nowhere.yaml"], ids=["there", "dangling"])
def test_a_link_in_place_of_a_configuration_is_told_wherever_it_leads(mono: Repo, target: str) -> None:
    mono.write("new/pir/INC-001.yaml", review())
    (mono.folder / "new/pirgen.yaml").symlink_to(target)
    mono.git("add", ".")
    for words in (["lint", "new/pir/INC-001.yaml"], ["lint", "new"], ["-C", "new", "lint"], ["lint"]):
        done = mono.run(*words)
        assert done.returncode == 2, words
        assert "pirgen.yaml:1:1: the file is a symbolic link" in done.stderr


def test_the_cache_of_files_is_not_asked_about_the_index(repo: Repo) -> None:
    files = {f"pir/INC-{number:03}.yaml": review(f"INC-{number:03}") for number in range(1, 61)}
    repo.commit("2025-10-06", files)
    repo.write("pir/INC-001.yaml", review(severity="P9"))
    repo.git("add", ".")
    repo.write("pir/INC-001.yaml", review())
    for name in files:
        os.utime(repo.folder / name, (1_700_000_000, 1_700_000_000))
    assert said(repo, "lint") == []
    assert cache_of(repo.folder).exists()
    assert said(repo, "lint", "--staged") == [("pir/INC-001.yaml", "schema")]


def test_pages_of_all_projects(mono: Repo) -> None:
    mono.write("web/eu/pir/INC-001.yaml", review())
    done = mono.run("render")
    assert done.stdout == (
        "ops/docs/ops/pir/INC-001.md: written\nweb/eu/docs/ops/pir/INC-001.md: written\n2 pages: 2 changed\n"
    )
    assert mono.run("render", "--check").stdout == "2 pages: all current\n"
    assert mono.run("-C", "ops", "render", "--check").stdout == "1 page: all current\n"
    assert not (mono.folder / "docs").exists()


def test_where_no_project_is_that_is_said(repo: Repo) -> None:
    for words in (["render"], ["render", "--check"], ["render", "--dashboards", "x"]):
        done = repo.run(*words)
        assert (done.returncode, done.stdout) == (2, "")
        assert done.stderr.startswith(f"pirgen: nothing to render in {repo.folder}: no review in pir/, and neither")
    repo.write("pirgen.yaml", "{}")
    assert repo.run("render").stdout == "0 pages: all were current\n"


def test_a_new_project_counts_before_git_has_it(mono: Repo) -> None:
    mono.write("new/pirgen.yaml", "{}")
    mono.write("ignored/pirgen.yaml", "{}")
    mono.write(".gitignore", "ignored/\n")
    assert mono.run("projects").stdout == "new\nops\nweb/eu\n"


def test_projects_are_listed_for_people_and_programs(mono: Repo) -> None:
    assert mono.run("projects").stdout == "ops\nweb/eu\n"
    assert mono.run("-C", "web", "projects", "-z").stdout == "web/eu\0"
    assert mono.run("-C", "ops/pir", "projects").stdout == "ops\n"
    mono.write("pir/INC-009.yaml", review("INC-009"))
    assert mono.run("projects").stdout == ".\nops\nweb/eu\n"


def test_check_names_the_projects_below(mono: Repo) -> None:
    done = mono.run("check")
    assert done.returncode == 2
    assert done.stderr.endswith("; projects are in ops/, web/eu/: name one with -C\n")
