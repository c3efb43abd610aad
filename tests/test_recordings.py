"""The documentation's pictures of a terminal show what is printed today; `make pictures` takes them anew."""

from __future__ import annotations

import re
import shutil
import sys
from pathlib import Path

import pytest

pytest.importorskip("rich")
pytest.importorskip("pygls")

from tests.language_client import language_server
from tests.recordings import COLUMNS, picture, plain, session, words
from tests.support import ROOT, Cli, item, review
from tests.terminal import terminal
from tests.test_editors import environment, shown

pytestmark = pytest.mark.slow

PLACE = ROOT / "docs/pictures"
SESSIONS = {
    "lint": ["pirgen lint", "pirgen lint --fix", "pirgen lint --fix --unsafe-fixes"],
    "pipe": [
        "git show HEAD:pir/INC-042.yaml | pirgen lint - --stdin-filename pir/INC-042.yaml --format concise",
        "pirgen lint - --fix --quiet < pir/INC-042.yaml 2>/dev/null | diff pir/INC-042.yaml -",
    ],
}
PAGES = {"lint": "docs/how-to/lint.md", "pipe": "docs/how-to/lint.md", "editor": "docs/how-to/editor.md"}
TEXT = review("INC-042", severity="p1", duration="54 minutes", timezone="UTC")
EDITED = review(
    "INC-042",
    duration="54m",
    timezone="UTC",
    timeline=[
        {"time": "14:30", "event": "Alert: error rate over 5%", "kind": "detected"},
        {"time": "15:15", "event": "Rolled back, errors stopped", "kind": "resolved"},
    ],
    action_items=[item("AI-001", "Add pool metrics", due="12 October 2025")],
)


def seen(path: Path) -> list[str]:
    return words(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", SESSIONS)
def test_a_picture_shows_what_is_printed(name: str, cli: Cli, request: pytest.FixtureRequest) -> None:
    cli.write("pirgen.yaml", "{}\n")
    cli.write("pir/INC-042.yaml", TEXT)
    screen = session(["git init -q . && git add . && git -c user.name=A -c user.email=a@b commit -qm x"], cli.folder)
    assert "\n" not in screen.rstrip("\n"), screen
    screen = session(SESSIONS[name], cli.folder)
    assert "\x1b[" in screen.split("\n", 1)[1], "it has colours"
    drawn = picture(name, screen)
    expected = [re.sub(r"\s", "", line) for line in plain(screen).split("\n")]
    assert "".join(words(drawn)[1:]) == "".join(expected), "the picture shows the whole text"
    path = PLACE / f"{name}.svg"
    if request.config.getoption("--update-golden"):
        path.write_text(drawn, encoding="utf-8", newline="\n")
    assert seen(path) == words(drawn), f"{path.name} differs; `make pictures` takes it anew"


def test_the_picture_of_an_editor_says_what_the_server_says(cli: Cli, request: pytest.FixtureRequest) -> None:
    """Where Neovim and tmux are installed, `make pictures` takes it anew; elsewhere its words are compared."""
    cli.write("pirgen.yaml", "{}\n")
    path = cli.write("pir/INC-042.yaml", EDITED)
    place = PLACE / "editor.svg"
    if request.config.getoption("--update-golden") and shutil.which("nvim") and shutil.which("tmux"):
        screen = neovim(cli)
        assert str(cli.folder) not in screen
        place.write_text(picture("editor", screen), encoding="utf-8", newline="\n")
    text = "".join(seen(place))
    with language_server([sys.executable, "-m", "pirgen", "lsp"], cli.folder) as client:
        uri = client.open(path, EDITED)
        told = client.wait_for("textDocument/publishDiagnostics", uri=uri)["diagnostics"]
        lenses = client.request("textDocument/codeLens", {"textDocument": {"uri": uri}})
    said = [one["message"].split("\n")[0] for one in told]
    assert len(said) == 5
    for line in [*said, *(one["command"]["title"] for one in lenses)]:
        assert re.sub(r"\s", "", line)[:50] in text, f"{place.name} differs; `make pictures` takes it anew"


def neovim(project: Cli) -> str:
    """The screen of Neovim with a review, as soon as it shows findings and what the timeline proves."""
    display = "vim.diagnostic.config({ virtual_text = true })\nvim.o.laststatus = 2\nvim.o.number = true\n"
    config = project.write("init.lua", shown("lua", "vim.lsp.config") + display)
    command = [shutil.which("nvim") or "nvim", "-i", "NONE", "-u", str(config), "pir/INC-042.yaml"]
    with terminal(command, project.folder, columns=COLUMNS, lines=30, environment=environment(project)) as editor:
        editor.wait_for(lambda screen: "`due` cannot be" in screen and "target 1h, met" in screen)
        screen = editor.screen(styled=True)
        editor.keys("Escape", ":", "q", "!", "Enter")
    return screen


@pytest.mark.parametrize("name", PAGES)
def test_pictures_are_small_and_shown(name: str) -> None:
    path = PLACE / f"{name}.svg"
    assert path.stat().st_size < 60_000
    assert f"](../pictures/{name}.svg)" in (ROOT / PAGES[name]).read_text(encoding="utf-8")
    assert not re.findall(r"""(?:href|src)=|url\((?!#)""", path.read_text(encoding="utf-8")), "nothing is fetched"
