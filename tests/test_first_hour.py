"""The first hour: from an empty folder to a green hook, a green check and a built site, by `pirgen init` alone.

git, pre-commit, MkDocs, ProperDocs, Zensical and the shell of CI are the real ones.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.support import ROOT, Repo, item, review

BIN = Path(sys.executable).parent
OLD = review("INC-007", severity="P9", rootcause="x", action_items=[item("AI-001", "Add metrics", due="2025-10-08")])
"""A review from before pirgen: with mistakes, and with an item that nobody did."""


def run(folder: Path, *command: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """A command as a person runs it who has pirgen and its tools on the path."""
    path = f"{BIN}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path, "NO_MKDOCS_2_WARNING": "1", **variables}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=300)
    assert "Traceback" not in done.stderr, done.stderr
    return done


def passes(folder: Path, *command: str, **variables: str) -> str:
    """What a command that passes says."""
    done = run(folder, *command, **variables)
    assert done.returncode == 0, f"{command}:\n{done.stdout}{done.stderr}"
    return done.stdout + done.stderr


@pytest.fixture(autouse=True)
def _own_hooks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PRE_COMMIT_HOME", str(tmp_path / "pre-commit"))


def is_green(repo: Repo) -> None:
    """Everything that CI and a commit look at passes, and nothing is left uncommitted."""
    passes(repo.folder, "pirgen", "check")
    passes(repo.folder, "pre-commit", "run", "--all-files")
    passes(repo.folder, "mkdocs", "build", "--strict")
    assert repo.git("status", "--porcelain") == ""


def commands_of_readme() -> list[str]:
    """The commands by which README begins, after the installation."""
    install, *others = re.findall(r"^\$ (.+)$", (ROOT / "README.md").read_text(encoding="utf-8"), re.MULTILINE)[:3]
    assert re.fullmatch(r'pip install ".*pirgen\[site\]"', install)
    return others


def test_the_commands_of_readme_lead_to_a_site(repo: Repo) -> None:
    for command in commands_of_readme():
        passes(repo.folder, "bash", "-c", command)
    passes(repo.folder, "pre-commit", "install")
    repo.git("add", "--all")
    passes(repo.folder, "git", "commit", "--message", "Set pirgen up")
    is_green(repo)


@pytest.mark.parametrize("options", [(), ("--example",)])
def test_from_an_empty_folder_to_a_site_and_a_green_hook(repo: Repo, options: tuple[str, ...]) -> None:
    assert repo.run("init", "--timezone", "Europe/Berlin", *options).returncode == 0
    passes(repo.folder, "pre-commit", "install")
    repo.git("add", "--all")
    said = passes(repo.folder, "git", "commit", "--message", "Set pirgen up")
    assert said.count("Passed") == 2, said
    if options:  # the hook adds the page, whose turn the person may have left out
        assert "docs/ops/pir/INC-000.md" in repo.git("ls-files")
    is_green(repo)
    assert ("INC-000" in (repo.folder / "site/ops/pir/index.html").read_text(encoding="utf-8")) == bool(options)

    repo.write("pir/INC-001.yaml", review(severity="P9"))
    repo.git("add", "--all")
    done = run(repo.folder, "git", "commit", "--message", "A review")
    assert done.returncode == 1
    assert "pir/INC-001.yaml:2:11" in done.stderr, "the hook judges"
    assert run(repo.folder, "mkdocs", "build", "--strict").returncode == 1
    assert repo.run("new").stdout == "pir/INC-002.yaml\n", "the example takes no number"


def test_old_reviews_are_told_and_stop_nobody_and_new_ones_count(repo: Repo) -> None:
    before = repo.commit("2025-11-01", {"pir/INC-007.yaml": OLD, "pir/INC-008.yaml": review("INC-008")})
    assert repo.run("check").returncode == 1
    assert run(repo.folder, "pirgen", "init", "--timezone", "UTC").returncode == 0
    assert yaml.safe_load((repo.folder / "pirgen.yaml").read_text(encoding="utf-8"))["baseline"] == before
    repo.run("render")
    repo.commit("2025-11-02", {})
    is_green(repo)
    assert "were there at the baseline" in repo.run("check").stdout, "it is shown"
    assert repo.run("lint").returncode == 1

    worse = OLD.replace("2025-10-05", "yesterday")
    repo.commit("2025-11-03", {"pir/INC-007.yaml": worse})
    done = repo.run("check")
    assert (done.returncode, done.stdout.count("error[")) == (1, 1)
    done = run(repo.folder, "mkdocs", "build", "--strict")
    assert (done.returncode, done.stderr.count("pirgen: pir/INC-007.yaml:")) == (1, 1)


def test_a_project_in_a_folder_is_green_too(repo: Repo) -> None:
    repo.commit("2025-11-01", {"svc/shop/pir/INC-007.yaml": OLD, "src/main.py": ""})
    assert repo.run("-C", "svc/shop", "init", "--here", "--timezone", "UTC").returncode == 0
    repo.run("render")
    repo.commit("2025-11-02", {})
    shop = repo.folder / "svc/shop"
    passes(shop, "pirgen", "check")
    passes(repo.folder, "pre-commit", "run", "--all-files")
    passes(shop, "mkdocs", "build", "--strict")
    assert repo.git("status", "--porcelain") == ""


@pytest.mark.parametrize(
    ("generator", "command"),
    [
        ("properdocs", ("properdocs", "build", "--strict", "-f", "mkdocs.yml")),
        ("zensical", ("zensical", "build", "--clean", "-f", "mkdocs.yml")),
    ],
)
def test_another_generator_builds_what_init_writes(repo: Repo, generator: str, command: tuple[str, ...]) -> None:
    if os.environ.get("PIRGEN_BROWSER") != "required":  # zensical is a compiled package, which not every machine has
        pytest.importorskip(generator)
    assert repo.run("init", "--site", generator, "--example").returncode == 0
    repo.run("render")
    repo.commit("2025-10-06", {})
    written = passes(repo.folder, "pirgen", "render", "--dashboards", "docs/ops/pir")
    assert "docs/ops/pir/index.md: written" in written
    passes(repo.folder, *command)
    assert (repo.folder / "site/ops/pir/INC-000/index.html").exists()
    assert "pirgen.css" in (repo.folder / "site/ops/pir/index.html").read_text(encoding="utf-8")
    assert repo.git("status", "--porcelain") == "", "what is built is not for committing"


def scripts(workflow: Any) -> list[tuple[str, dict[str, str]]]:
    """The commands of a job and their variables, for GitHub and for GitLab."""
    if "jobs" in workflow:
        steps = workflow["jobs"]["check"]["steps"]
        return [(step["run"], step.get("env", {})) for step in steps if "run" in step]
    job = workflow["reviews"]
    return [(line, {name: str(value) for name, value in job["variables"].items()}) for line in job["script"]]


@pytest.mark.parametrize(("host", "file"), [("github", ".github/workflows/reviews.yml"), ("gitlab", ".gitlab-ci.yml")])
def test_the_job_of_ci_judges(repo: Repo, tmp_path: Path, host: str, file: str) -> None:
    repo.write("docs/x.md", "# X\n")
    assert repo.run("init", "--ci", host, "--example").returncode == 0
    repo.run("render")
    base = repo.commit("2025-10-06", {})
    (install, told), (check, variables) = scripts(yaml.safe_load((repo.folder / file).read_text(encoding="utf-8")))
    done = run(repo.folder, "bash", "-e", "-c", install, PIRGEN="")
    assert done.returncode != 0
    assert "PIRGEN: set this" in done.stderr, "nobody said what to install"
    assert "PIRGEN" not in told or told["PIRGEN"] == "${{ vars.PIRGEN }}"

    summary = tmp_path / "summary.md"
    variables = {"GITHUB_STEP_SUMMARY": str(summary), "CI_PROJECT_DIR": str(repo.folder)}
    passes(repo.folder, "bash", "-e", "-c", check, **variables, BASE="")
    repo.git("switch", "--quiet", "--create", "work")
    repo.commit("2025-10-07", {"pir/INC-001.yaml": review(severity="P9")})
    for name in ("BASE", "CI_MERGE_REQUEST_DIFF_BASE_SHA"):
        variables[name] = base
    done = run(repo.folder, "bash", "-e", "-c", check, **variables)
    assert done.returncode == 1
    report = summary if host == "github" else repo.folder / "codequality.json"
    assert "P9" in report.read_text(encoding="utf-8")
    if host == "github":
        assert "::error file=pir/INC-001.yaml,line=2" in done.stdout
