"""action.yml, our workflows, those in the docs and those that init writes, as two linters of workflows see them."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from pirgen.templating import Templates
from tests.support import ROOT

PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
JOB = "name: part\non: push\npermissions: {}\njobs:\n  one:\n    runs-on: ubuntu-latest\n    steps:\n"


def examples() -> dict[str, str]:
    """Our workflows and those that the docs show and init writes, by the name of their file.

    Steps by themselves get a job around them.
    """
    found = {path.name: path.read_text(encoding="utf-8") for path in (ROOT / ".github/workflows").glob("*.yml")}
    for folder, requirement in (("", ""), ("svc/shop", "pirgen==1.0.0")):
        values = {"branch": "main", "folder": folder, "requirement": requirement}
        found[f"init-{len(found)}.yml"] = Templates(ROOT).render("setup/reviews.yml.j2", **values)
    for page in PAGES:
        for text in re.findall(r"^```yaml\n(.*?)^```", page.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL):
            if re.search(r"^jobs:", text, re.MULTILINE):
                found[f"{page.stem}-{len(found)}.yml"] = text
            elif "uses: " in text:
                found[f"{page.stem}-{len(found)}.yml"] = JOB + text
    return found


@pytest.fixture
def workflows(tmp_path: Path) -> Path:
    """A repository with action.yml and the workflows."""
    shutil.copy(ROOT / "action.yml", tmp_path)
    folder = tmp_path / ".github/workflows"
    folder.mkdir(parents=True)
    for name, text in examples().items():
        (folder / name).write_text(text, encoding="utf-8")
    return tmp_path


def tool(name: str) -> str:
    """The path of a linter of workflows. Without it the test is skipped."""
    path = shutil.which(name, path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    return path or pytest.skip(f"{name} is not installed")


def test_actions_are_named_by_a_commit_and_its_version() -> None:
    named = re.findall(r"uses: (.*)", (ROOT / "action.yml").read_text(encoding="utf-8") + "".join(examples().values()))
    assert len(named) >= 5
    assert not [one for one in named if not re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40} # .*v\d+\.\d+\.\d+", one)]
    assert len({*named}) == len({one.split("@")[0] for one in named}), "an action has one version everywhere"


def test_zizmor_finds_nothing(workflows: Path) -> None:
    if os.environ.get("PIRGEN_BROWSER") == "required":
        assert shutil.which("zizmor", path=str(Path(sys.executable).parent)), "the dev extra brings zizmor"
    command = [tool("zizmor"), "--offline", "--no-config", "--no-progress", "--quiet", "--strict-collection", "."]
    done = subprocess.run(command, cwd=workflows, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_actionlint_finds_nothing(workflows: Path) -> None:
    files = [str(path) for path in sorted((workflows / ".github/workflows").iterdir())]
    assert len(files) >= 3
    done = subprocess.run([tool("actionlint"), "-no-color", *files], cwd=workflows, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
