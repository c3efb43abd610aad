"""The editors themselves, with the configuration that the documentation shows. What is not installed is skipped."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.support import DATA, ROOT, Cli, item, review
from tests.terminal import terminal

pytest.importorskip("pygls")
pytestmark = pytest.mark.slow

HOVER = "How bad it was, by the project's severity matrix."
PAGE = (ROOT / "docs/how-to/editor.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```\n", re.DOTALL | re.MULTILINE)


def shown(language: str, mark: str) -> str:
    """The block of the documentation in a language that holds a mark."""
    [text] = [text for kind, text in BLOCK.findall(PAGE) if kind == language and mark in text]
    return str(text)


def installed(editor: str) -> str:
    """The path of an editor; where there is none the test is skipped."""
    found = shutil.which(editor)
    if not found:
        pytest.skip(f"{editor} is not installed")
    return found


@pytest.fixture
def project(cli: Cli) -> Cli:
    """A project in which INC-003 has a severity in another form and a duration that contradicts its timeline."""
    cli.write("pirgen.yaml", "{}\n")
    cli.write("pir/INC-001.yaml", review("INC-001", action_items=[item("AI-001", "Add pool metrics")]))
    cli.write("pir/INC-003.yaml", review("INC-003", severity="p1", duration="54m"))
    return cli


def environment(project: Cli, **more: str) -> dict[str, str]:
    """What an editor finds around it: this pirgen, and nobody's configuration."""
    home = str(project.folder.parent)
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    return {**os.environ, "PATH": path, "HOME": home, "XDG_CONFIG_HOME": home, "XDG_DATA_HOME": home, **more}


def driven(project: Cli, command: list[str]) -> dict[str, Any]:
    """What an editor wrote down of what it showed."""
    done = subprocess.run(
        command, cwd=project.folder, env=environment(project), capture_output=True, text=True, timeout=120
    )
    path = project.folder / "seen.json"
    assert path.exists(), (done.stderr + done.stdout)[-2000:]
    seen: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    assert seen.pop("problem", None) is None, seen
    return seen


def test_neovim_shows_mends_and_completes(project: Cli) -> None:
    nvim = installed("nvim")
    version = subprocess.run([nvim, "--version"], capture_output=True, text=True, check=True).stdout
    found = re.match(r"NVIM v(\d+)\.(\d+)", version)
    assert found
    is_new = (int(found[1]), int(found[2])) >= (0, 11)
    config = project.write("init.lua", shown("lua", "vim.lsp.config" if is_new else "vim.lsp.start_client"))
    driver = str(DATA / "editors/drive.lua")
    seen = driven(project, [nvim, "--headless", "-i", "NONE", "-u", str(config), "-S", driver])
    assert [2, "schema", 1] in seen["findings"]
    assert [4, "duration-matches-timeline", 2] in seen["findings"]
    assert [*{severity for _, _, severity in seen["findings"]}] == [1, 2, 4], "advice is a hint"
    assert seen["hover"][0] == HOVER
    assert seen["choices"] == ["Write `P1`"]
    assert seen["mended"] == "severity: P1"
    assert seen["completed"] == '  owner: "@platform"'
    assert seen["related"] == "related: [INC-001"
    assert "45m from detected to resolved, target 1h, met" in " ".join(seen["lenses"])


def test_emacs_shows_mends_and_completes(project: Cli) -> None:
    emacs = installed("emacs")
    config = project.write("init.el", shown("elisp", "eglot-server-programs"))
    load = ["--eval", "(progn (require 'package) (package-initialize) (require 'yaml-mode))"]
    probe = subprocess.run([emacs, "-q", "--batch", *load, "--eval", "(require 'eglot)"], capture_output=True)
    if probe.returncode:
        pytest.skip("Emacs has no eglot or no yaml-mode")
    driver = str(DATA / "editors/drive.el")
    seen = driven(project, [emacs, "-q", "--batch", *load, "--load", str(config), "--load", driver])
    kinds = {line: kind for line, kind, _ in seen["findings"]}
    assert (kinds[2], kinds[4], kinds[7]) == ("eglot-error", "eglot-warning", "eglot-note")
    assert seen["hover"][0] == HOVER
    assert seen["choices"] == ["Write `P1`"]
    assert seen["mended"] == "severity: P1"
    assert seen["completed"] == '  owner: "@platform"'


def test_helix_shows_mends_and_completes(project: Cli) -> None:
    hx = installed("hx")
    installed("tmux")
    config = environment(project)["XDG_CONFIG_HOME"]
    (Path(config) / "helix").mkdir()
    (Path(config) / "helix/languages.toml").write_text(shown("toml", "language-server.pirgen"), encoding="utf-8")
    text = (project.folder / "pir/INC-003.yaml").read_text(encoding="utf-8")
    row = 1 + text.splitlines().index("  owner: '@platform'")
    project.write("pir/INC-003.yaml", text.replace("  owner: '@platform'", "  owner:"))
    with terminal([hx, "pir/INC-003.yaml"], project.folder, lines=40, environment=environment(project)) as editor:
        editor.keys("2", "g", "g", "g", "l")
        editor.wait_for(lambda screen: "`severity` cannot be `p1`" in screen)
        editor.keys("Space", "a")
        editor.wait_for(lambda screen: "Write `P1`" in screen)
        editor.keys("Enter")
        editor.wait_for(lambda screen: "severity: P1" in screen)
        editor.keys("g", "h", "Space", "k")
        editor.wait_for(lambda screen: HOVER in screen)
        editor.keys("Escape")
        editor.wait_for(lambda screen: HOVER not in screen)
        editor.keys(*str(row), "g", "g", "A", " ", "@", "p")
        editor.wait_for(lambda screen: "@platform" in screen)
        editor.keys("Tab", "Enter")
        editor.wait_for(lambda screen: 'owner: "@platform"' in screen)
        editor.keys("Escape", ":", "q", "!", "Enter")
