"""Compares pages with those that are there, tells which of them pirgen wrote, and writes the difference."""

from __future__ import annotations

import fnmatch
import os
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from io import StringIO
from pathlib import Path, PurePosixPath
from typing import NamedTuple, Protocol

from pirgen.errors import PirgenError
from pirgen.files import Source, inside, remove
from pirgen.files import write as write_file
from pirgen.workspace import require_inside

MARKER, SOURCE = "generated_by: pirgen", "pirgen_source: "
MISSING, STALE = "missing", "stale"

PATTERNS = ("*.md", "years/*.md", "feed.xml", "due.ics", "due/*.ics", "*.json", "llms.txt")
"""What pirgen writes into a folder of pages."""
MARKS = {
    ".xml": "<subtitle>Reviews as they are completed, by pirgen</subtitle>",
    ".ics": "PRODID:-//pirgen//",
    ".json": '"generated_by": "pirgen"',
    ".txt": "Made by pirgen",
}
"""The marks of generated files that cannot hold MARKER, by suffix."""


class Page(NamedTuple):
    """A page: its path below the project's root, and its text."""

    path: str
    text: str
    source: str = ""
    """The review's file, for a page of one review."""


class Rendering(NamedTuple):
    """The pages of a project and how those that are there differ from them."""

    pages: Mapping[str, str]
    """The review's file of each page, by the page's path; empty for a page that is not of one review."""
    missing: tuple[str, ...]
    stale: tuple[str, ...]
    orphaned: tuple[str, ...]
    unrenderable: tuple[str, ...] = ()
    """Review files that are not valid and so have no page; their old pages stay."""
    texts: Mapping[str, str] = {}
    """The texts of the pages that are missing or stale, by path; empty where nobody wants to write them."""

    @property
    def changes(self) -> dict[str, str | None]:
        """The texts of the files that are missing or stale, by path; None for the orphaned ones."""
        due = {*self.missing, *self.stale}
        texts = {path: text for path, text in self.texts.items() if path in due}
        return {**texts, **dict.fromkeys(self.orphaned)}

    @property
    def is_current(self) -> bool:
        """Whether the pages that are there are what they should be."""
        return not (self.missing or self.stale or self.orphaned or self.unrenderable)


class Shelf(Protocol):
    """Where pages are kept: on disk or in git's index."""

    def text(self, path: str) -> str | None:
        """The text of a file, with LF line ends, empty for what is no file; None where there is nothing."""

    def names(self, folder: str) -> Iterator[str]:
        """The paths of the files in a folder that fit one of `PATTERNS`, sorted."""


class Disk:
    """The pages in the worktree of the project at `root`."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def text(self, path: str) -> str | None:
        """See `Shelf`. Raises PirgenError where the path leads out of a repository that is not trusted."""
        require_inside(self.root, path)
        place = self.root / path
        if not os.path.lexists(place):
            return None
        return place.read_text(encoding="utf-8", errors="replace") if place.is_file() else ""

    def names(self, folder: str) -> Iterator[str]:
        """See `Shelf`. Raises PirgenError where the folder is a link that leads out of the project."""
        inside(self.root, self.root / folder)
        for pattern in PATTERNS:
            below, _, name = f"{folder}/{pattern}".removeprefix("./").rpartition("/")
            with suppress(FileNotFoundError, NotADirectoryError):
                found = fnmatch.filter(os.listdir(self.root / below), name)  # noqa: PTH208 - ten times as fast as Path
                yield from sorted(f"{below}/{one}" if below else one for one in found)


class InGit:
    """The pages among files that git has, by path."""

    def __init__(self, files: Mapping[str, Source]) -> None:
        self.files = files

    def text(self, path: str) -> str | None:
        """See `Shelf`."""
        source = self.files.get(path)
        return source and StringIO(source.data.decode("utf-8", "replace"), newline=None).read()

    def names(self, folder: str) -> Iterator[str]:
        """See `Shelf`."""
        for pattern in PATTERNS:
            depth = pattern.count("/")
            for path in sorted(self.files):
                rest = path.removeprefix(f"{folder}/")
                if rest != path and rest.count("/") == depth and PurePosixPath(rest).match(pattern):
                    yield path


def compare(shelf: Shelf, pages: Iterable[Page], folder: str, *, of_reviews: bool) -> Rendering:
    """How the pages differ from those on the shelf in their folder.

    Raises PirgenError where a page would replace a file that pirgen did not write.
    """
    sources: dict[str, str] = {}
    found: dict[str, list[str]] = {MISSING: [], STALE: []}
    texts = {}
    for page in pages:
        sources[page.path] = page.source
        if how := difference(shelf, page):
            found[how].append(page.path)
            texts[page.path] = page.text
    orphans = orphaned(shelf, folder, sources, of_reviews=of_reviews)
    return Rendering(sources, tuple(found[MISSING]), tuple(found[STALE]), orphans, texts=texts)


def difference(shelf: Shelf, page: Page) -> str:
    """How the file in a page's place differs from the page: `MISSING`, `STALE` or not at all, then empty.

    Raises PirgenError where the page does not say that pirgen wrote it, and as `differs` does.
    """
    if page.path.endswith(".md") and not is_generated(page.path, page.text):
        raise PirgenError(
            f"{page.path} would not say that pirgen wrote it: a template of yours leaves out the front matter; "
            "let it begin with `{% extends %}`"
        )
    return differs(shelf, page.path, lambda text: text == page.text)


def differs(shelf: Shelf, path: str, is_wanted: Callable[[str], bool]) -> str:
    """As `difference`, for a page of which can be told whether a text is its own.

    Raises PirgenError where the file is not one that pirgen wrote.
    """
    text = shelf.text(path)
    if text is None:
        return MISSING
    if not is_generated(path, text):
        raise PirgenError(f"{path} was not written by pirgen; move it away, a page needs its place")
    return "" if is_wanted(text) else STALE


def orphaned(shelf: Shelf, folder: str, kept: Collection[str], *, of_reviews: bool) -> tuple[str, ...]:
    """The pages on the shelf in a folder that pirgen wrote, of reviews or others, and that are not to be `kept`."""
    there = (path for path in shelf.names(folder) if path not in kept)
    return tuple(path for path in there if _is_page(path, shelf.text(path) or "", of_reviews))


def _is_page(path: str, text: str, of_review: bool) -> bool:
    """Whether pirgen wrote a file, as the page of a review or as another one."""
    has_source = any(line.startswith(SOURCE) for line in _front_matter(text))
    return is_generated(path, text) and has_source == of_review


def write(root: Path, rendering: Rendering) -> None:
    """Write the pages that are missing or stale and remove the orphaned ones."""
    for path, text in rendering.changes.items():
        if text is None:
            remove(root / path, root=root)
        else:
            write_file(root / path, text, root=root)


def is_generated(path: str, text: str) -> bool:
    """Whether pirgen wrote a file. A page says so in its front matter, any other file near its beginning."""
    if path.endswith(".md"):
        return MARKER in _front_matter(text)
    return MARKS.get(PurePosixPath(path).suffix, MARKER) in text[:1000]


def _front_matter(text: str) -> list[str]:
    head, _, _ = text.removeprefix("---\n").partition("\n---\n")
    return head.split("\n") if text.startswith("---\n") else []
