"""What the release job checks, and that the docs name the version that is developed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.release import disagreements, named, problems, version
from tests.support import ROOT

CHANGES = "# Changelog\n\n## 1.2.3 (2026-12-01)\n\nWords.\n\n- a\n\n## 1.2.2 (2026-11-01)\n\n- b\n"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project that can be released as 1.2.3."""
    for name, text in {
        "pyproject.toml": '[project]\nversion = "1.2.3"\n',
        "pirgen/__init__.py": '__version__ = "1.2.3"\n',
        "CHANGELOG.md": CHANGES,
        "docs/how-to/ci.md": "rev: v1.2.3\n- uses: a/b@" + "0" * 40 + " # v7.0.1\n",
        "README.md": "pirgen@v1.2.3\n",
    }.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def test_the_docs_name_the_version_that_is_developed() -> None:
    assert [*disagreements()] == []
    assert len({place.split(":")[0] for place, _ in named()}) >= 4


def test_what_agrees_can_be_released(project: Path) -> None:
    assert [*problems("v1.2.3", project)] == []


@pytest.mark.parametrize(
    ("file", "before", "after", "said"),
    [
        ("CHANGELOG.md", "## 1.2.3 (2026-12-01)", "## Unreleased", "there is no `## 1.2.3 (YYYY-MM-DD)`"),
        ("CHANGELOG.md", "## 1.2.3 (2026-12-01)", "## 1.2.3", "there is no `## 1.2.3 (YYYY-MM-DD)`"),
        ("CHANGELOG.md", "- a\n", "", "nothing stands under `## 1.2.3 (2026-12-01)`"),
        ("CHANGELOG.md", "## 1.2.3", "## Unreleased\n\n- new\n\n## 1.2.3", "something stands under `## Unreleased`"),
        ("pirgen/__init__.py", "1.2.3", "1.2.4", "`__version__` is not 1.2.3"),
        ("docs/how-to/ci.md", "rev: v1.2.3", "rev: v1.2.2", "docs/how-to/ci.md:1: names v1.2.2"),
        ("pyproject.toml", "1.2.3", "2.0.0", "the tag has to be v2.0.0"),
    ],
)
def test_what_does_not_agree_is_said(project: Path, file: str, before: str, after: str, said: str) -> None:
    path = project / file
    path.write_text(path.read_text(encoding="utf-8").replace(before, after), encoding="utf-8")
    assert any(said in one for one in problems("v1.2.3", project)), [*problems("v1.2.3", project)]


def test_the_job_runs_it_with_nothing_but_python() -> None:
    workflow = yaml.safe_load((ROOT / ".github/workflows/release.yml").read_text(encoding="utf-8"))
    [step] = [one for one in workflow["jobs"]["build"]["steps"] if "tests.release" in one.get("run", "")]
    command = step["run"].replace("python ", f"{sys.executable} -S ", 1)
    done = subprocess.run(
        ["bash", "-e", "-c", command], cwd=ROOT, env={"TAG": "v0.0.0"}, capture_output=True, text=True
    )
    assert done.returncode == 1, done.stderr
    assert f"the tag has to be v{version()}" in done.stdout


def test_only_what_was_built_and_tested_is_published() -> None:
    jobs = yaml.safe_load((ROOT / ".github/workflows/release.yml").read_text(encoding="utf-8"))["jobs"]
    assert jobs["publish"]["needs"] == ["build", "test"]
    assert "checkout" not in str(jobs["publish"]), "nothing of the repository runs where there is an identity"
    assert [name for name, job in jobs.items() if "id-token" in job["permissions"]] == ["publish"]
