"""Compares pages with those on disk, tells which of them pirgen wrote, and writes the difference."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from pirgen.errors import PirgenError
from pirgen.files import write as write_file

MARKER, SOURCE = "generated_by: pirgen", "pirgen_source: "

MARKS = {".xml": "<subtitle>Reviews as they are completed, by pirgen</subtitle>", ".ics": "PRODID:-//pirgen//"}
"""The marks of generated files that cannot hold MARKER, by suffix."""


class Page(NamedTuple):
    """A page: its path below the project's root, and its text."""

    path: str
    text: str
    source: str = ""
    """The review's file, for a page of one review."""


class Rendering(NamedTuple):
    """The pages of a project and how those on disk differ from them."""

    pages: tuple[Page, ...]
    missing: tuple[str, ...]
    stale: tuple[str, ...]
    orphaned: tuple[str, ...]
    unrenderable: tuple[str, ...] = ()
    """Review files that are not valid and so have no page; their old pages stay."""

    @property
    def is_current(self) -> bool:
        """Whether the pages on disk are what they should be."""
        return not (self.missing or self.stale or self.orphaned or self.unrenderable)


def compare(root: Path, pages: tuple[Page, ...], folder: str, *, of_reviews: bool) -> Rendering:
    """How the pages differ from those on disk in their folder.

    Raises PirgenError where a page would replace a file that pirgen did not write.
    """
    if not (root / folder).resolve().is_relative_to(root.resolve()):
        raise PirgenError(f"{folder} is a link that leads out of the project, where pirgen writes nothing")
    missing, stale = [], []
    for page in pages:
        if page.path.endswith(".md") and not is_generated(page.path, page.text):
            raise PirgenError(
                f"{page.path} would not say that pirgen wrote it: a template of yours leaves out the front matter; "
                "let it begin with `{% extends %}`"
            )
        place = root / page.path
        if not os.path.lexists(place):
            missing.append(page.path)
            continue
        text = place.read_text(encoding="utf-8", errors="replace") if place.is_file() else ""
        if not is_generated(page.path, text):
            raise PirgenError(f"{page.path} was not written by pirgen; move it away, a page needs its place")
        if text != page.text:
            stale.append(page.path)
    kept = {page.path for page in pages}
    there = (path for path, is_of_review in _on_disk(root, folder) if is_of_review == of_reviews)
    return Rendering(pages, tuple(missing), tuple(stale), tuple(path for path in there if path not in kept))


def write(root: Path, rendering: Rendering) -> None:
    """Write the pages that are missing or stale and remove the orphaned ones."""
    due = {*rendering.missing, *rendering.stale}
    for page in rendering.pages:
        if page.path in due:
            write_file(root / page.path, page.text)
    for path in rendering.orphaned:
        (root / path).unlink(missing_ok=True)


def is_generated(path: str, text: str) -> bool:
    """Whether pirgen wrote a file. A page says so in its front matter, any other file near its beginning."""
    if path.endswith(".md"):
        return MARKER in _front_matter(text)
    return MARKS.get(PurePosixPath(path).suffix, MARKER) in text[:1000]


def _front_matter(text: str) -> list[str]:
    head, _, _ = text.removeprefix("---\n").partition("\n---\n")
    return head.split("\n") if text.startswith("---\n") else []


def _on_disk(root: Path, folder: str) -> Iterator[tuple[str, bool]]:
    """The files in a folder that pirgen wrote, and whether each is the page of a review."""
    place = root / folder
    for pattern in ("*.md", "years/*.md", "feed.xml", "due.ics"):
        for path in sorted(place.glob(pattern)) if place.is_dir() else ():
            text = path.read_text(encoding="utf-8", errors="replace") if path.is_file() else ""
            if is_generated(path.name, text):
                is_of_review = any(line.startswith(SOURCE) for line in _front_matter(text))
                yield path.relative_to(root).as_posix(), is_of_review
