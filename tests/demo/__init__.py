"""The story of `make demo`: half a year of a team that is made up, as a git repository.

A file of this folder is a month, and an entry in it is a commit: `at` in UTC, `by`, `message`, and what it changes, in
this order: `write` (a path and the file's text), `rename` (old and new path), `replace` (a path, and in its text the
old and the new words), `run` (pirgen's own commands). The pages of the reviews are rendered and committed with them.

To go on with the story, append an entry and set `AS_OF` and `as_of` in the story's mkdocs.yml to its last day.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from click.testing import CliRunner

from pirgen.commands import main
from tests.support import Repo

AS_OF = "2026-03-31"
"""The last day of the story: what comes to be overdue later is none of it."""


def build(folder: Path) -> Repo:
    """Make the repository in a folder that is not there yet. The same story makes the same commits."""
    repo = Repo(folder)
    for step in story():
        for name, text in step.get("write", {}).items():
            repo.write(name, text)
        for old, new in step.get("rename", {}).items():
            (folder / old).rename(folder / new)
        for name, words in step.get("replace", {}).items():
            repo.write(name, replaced((folder / name).read_text(encoding="utf-8"), words))
        for words in step.get("run", ()):
            run(folder, *shlex.split(words))
        run(folder, "render")
        author = f"{step['by']} <{step['by'].split()[0].lower()}@example.org>"
        repo.commit(f"{step['at'].replace(' ', 'T')}:00Z", {}, "--author", author, message=step["message"])
    return repo


def story() -> Iterator[dict[str, Any]]:
    """The commits, oldest first."""
    for month in sorted(Path(__file__).parent.glob("*.yaml")):
        yield from yaml.safe_load(month.read_text(encoding="utf-8"))


def replaced(text: str, words: dict[str, str]) -> str:
    """The text with other words; each old one must stand in it once."""
    for old, new in words.items():
        assert text.count(old) == 1, f"{old!r} stands there {text.count(old)} times"
        text = text.replace(old, new)
    return text


def run(folder: Path, *words: str) -> None:
    """Run pirgen in this process, because dozens of new ones would take most of the time."""
    done = CliRunner().invoke(main, ["-C", str(folder), *words])
    assert done.exit_code == 0, f"pirgen {shlex.join(words)}: {done.output}"
