"""The hooks, by the real pre-commit, from this repository as it stands, in a repository of their own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support import ROOT, Repo, review


@pytest.fixture(scope="module")
def hooks(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """This project as a repository with one commit, and that commit."""
    copy = Repo(tmp_path_factory.mktemp("hooks") / "pirgen")
    shown = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    for name in filter(None, shown.stdout.split("\0")):
        if (ROOT / name).is_file() and not name.startswith(("tests/", "docs/")):
            (copy.folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, copy.folder / name)
    return copy.folder, copy.commit("2025-10-01", {})


@pytest.fixture
def project(repo: Repo, hooks: tuple[Path, str], monkeypatch: pytest.MonkeyPatch) -> Repo:
    folder, commit = hooks
    monkeypatch.setenv("PRE_COMMIT_HOME", str(folder.parent / "cache"))
    monkeypatch.setenv("GIT_ALLOW_PROTOCOL", "file")
    repo.write(
        ".pre-commit-config.yaml",
        f"repos:\n  - repo: {folder.as_uri()}\n    rev: {commit}\n"
        "    hooks: [{id: pirgen-lint}, {id: pirgen-render}]\n",
    )
    subprocess.run([sys.executable, "-m", "pre_commit", "install"], cwd=repo.folder, check=True, capture_output=True)
    return repo


def commit(repo: Repo, *names: str) -> subprocess.CompletedProcess[str]:
    repo.git("add", *names)
    environment = {**os.environ, "GIT_AUTHOR_DATE": "2025-10-06T12:00:00Z"}
    return subprocess.run(
        ["git", "commit", "--message", "x"], cwd=repo.folder, env=environment, capture_output=True, text=True
    )


def test_a_bad_review_stops_the_commit_and_a_good_one_brings_its_page(project: Repo) -> None:
    repo = project
    repo.write("pir/INC-001.yaml", review(severity="P5"))
    done = commit(repo, ".pre-commit-config.yaml", "pir")
    assert done.returncode == 1
    assert "pir/INC-001.yaml:2:11" in done.stderr
    assert "`severity` cannot be `P5`" in done.stderr

    repo.write("pir/INC-001.yaml", review())
    done = commit(repo, "pir")
    assert done.returncode == 1
    assert "docs/ops/pir/INC-001.md: written" in done.stderr

    done = commit(repo, "pir", "docs")
    assert done.returncode == 0, done.stderr
    assert "docs/ops/pir/INC-001.md" in repo.git("ls-files")

    repo.write("pir/INC-001.yaml", review(impact="All of it"))
    repo.write("pir/old/INC-001.yaml", review())
    assert commit(repo, "pir/INC-001.yaml").returncode == 1, "the other file with this id is not staged, yet there"
    (repo.folder / "pir/old/INC-001.yaml").unlink()
    done = commit(repo, "pir/INC-001.yaml")
    assert done.returncode == 1
    assert "docs/ops/pir/INC-001.md: updated" in done.stderr
    assert commit(repo, "pir", "docs").returncode == 0

    repo.write("README.md", "x")
    done = commit(repo, "README.md")
    assert done.returncode == 0
    assert done.stderr.count("Skipped") == 1
    repo.git("rm", "--quiet", "pir/INC-001.yaml")
    done = commit(repo, ".")
    assert done.returncode == 1
    assert "docs/ops/pir/INC-001.md: removed" in done.stderr


def test_the_manifest_is_sound() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pre_commit", "validate-manifest", ".pre-commit-hooks.yaml"],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout
