"""The documentation is true: output shown in it is what is printed, generated parts are current, links lead somewhere.

In a `console` block every line that starts with `$ ` is run, and what follows is its output. Blocks after
`<!-- not run -->` are left alone; `<!-- setup: NAME -->` and `<!-- file: PATH -->` prepare the folder.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.demo import build
from tests.reference import PART, filled
from tests.support import DATA, ROOT, Repo

PAGES = sorted([*ROOT.glob("*.md"), *(path for path in (ROOT / "docs").rglob("*.md") if "ops" not in path.parts)])
BLOCK = re.compile(r"(?P<before>(?:<!-- .+? -->\n)?)```(?P<kind>console|yaml|sql)\n(?P<text>.*?)```\n", re.DOTALL)

NO_TOKEN = {"GH_TOKEN": "", "GITHUB_TOKEN": "", "GH_CONFIG_DIR": os.devnull}
"""What keeps a token of whoever runs the tests out of them."""


@pytest.mark.parametrize("page", [page for page in PAGES if PART.search(page.read_text(encoding="utf-8"))], ids=str)
def test_generated_parts_are_current(page: Path, golden: Callable[[Path, str], None]) -> None:
    golden(page, filled(page.read_text(encoding="utf-8")))


def setup(name: str, repo: Repo) -> None:
    """Prepare the repository that a page's commands are run in."""
    if name == "seed":
        repo.commit("2025-10-06", {"pir/INC-001.yaml": (DATA / "seed.yaml").read_text(encoding="utf-8")})
    if name == "demo":
        build(repo.folder)


def session(text: str, folder: Path) -> Iterator[str]:
    """The block as it is when its commands are run, lines of output after each."""
    dated = {"GIT_AUTHOR_DATE": "2025-10-06T12:00:00Z", "GIT_COMMITTER_DATE": "2025-10-06T12:00:00Z"}
    named = {f"GIT_{who}_{what}": value for who in ("AUTHOR", "COMMITTER")
             for what, value in (("NAME", "Ann"), ("EMAIL", "ann@example.org"))}  # fmt: skip
    tools = {"NO_MKDOCS_2_WARNING": "1", "PRE_COMMIT_HOME": str(folder.parent / "pre-commit")}
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    for line in text.splitlines():
        if line.startswith("$ "):
            done = subprocess.run(
                ["bash", "-c", line[2:]],
                cwd=folder,
                env={**os.environ, **dated, **named, **NO_TOKEN, **tools, "PATH": path},
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
            )
            yield f"{line}\n{done.stdout}"


@pytest.mark.parametrize("page", [page for page in PAGES if "```console" in page.read_text(encoding="utf-8")], ids=str)
def test_commands_print_what_is_shown(page: Path, tmp_path: Path, golden: Callable[[Path, str], None]) -> None:
    folder = tmp_path / "example"
    folder.mkdir()

    def run(found: re.Match[str]) -> str:
        nonlocal folder
        before, kind, text = found["before"], found["kind"], found["text"]
        if name := re.search(r"setup: (\w+)", before):
            folder = tmp_path / name[1]
            setup(name[1], Repo(folder))
        if name := re.search(r"file: (\S+)", before):
            (folder / name[1]).write_text(text, encoding="utf-8")
        if kind != "console" or "not run" in before:
            return found[0]
        return f"{before}```console\n{''.join(session(text, folder))}```\n"

    golden(page, BLOCK.sub(run, page.read_text(encoding="utf-8")))


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_links_lead_somewhere(page: Path) -> None:
    text = re.sub(r"```.*?```|`[^`]*`", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    built = {"ops/pir/index.md", "ops/pir/report.md"}
    for target in re.findall(r"\]\(([^)#]+)", text):
        if not target.startswith("https://"):
            assert (page.parent / target).exists() or target in built, target


def test_the_tests_that_pages_name_are_there() -> None:
    for page in PAGES:
        for name in re.findall(r"`(tests/[\w./]+)`", page.read_text(encoding="utf-8")):
            assert (ROOT / name).exists(), f"{page.name}: {name}"


def test_the_site_lists_every_page() -> None:
    nav = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    for page in PAGES:
        if page.is_relative_to(ROOT / "docs"):
            assert page.relative_to(ROOT / "docs").as_posix() in nav


def test_nothing_names_a_machine() -> None:
    shown = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True)
    place = re.compile(rb"/(?:home|Users)/[a-z]\w*/|/root/\w|[A-Z]:\\\\Users")
    assert place.search(b"see /home/ann/pirgen"), "the expression finds what it is for"
    for name in filter(None, shown.stdout.split("\0")):
        path = ROOT / name
        if path.is_file() and path != Path(__file__):
            assert not place.search(path.read_bytes()), name
            assert os.fsencode(f"{ROOT}/") not in path.read_bytes(), name


def test_every_module_says_what_it_is_for() -> None:
    import ast

    for path in (ROOT / "pirgen").rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        assert ast.get_docstring(ast.parse(text)), path
