"""Reviews to pages: what the pages say, which of those on disk differ, and writing the difference.

A committed page is a function of the reviews, the configuration and the templates: neither git nor the date enters.
What is built with a site adds what history proves, and the pages about all reviews.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, NamedTuple

from pirgen.config import Config
from pirgen.corpus import Corpus
from pirgen.errors import PirgenError
from pirgen.page import Evidence, review_page
from pirgen.parallel import spread
from pirgen.relation import Relations
from pirgen.review import Review
from pirgen.source import write as write_file
from pirgen.template import Templates

if TYPE_CHECKING:
    from pirgen.ledger import Ledger
    from pirgen.remote import Links

MARKER, SOURCE = "generated_by: pirgen", "pirgen_source: "
MARKS = {".xml": "<subtitle>Reviews as they are completed, by pirgen</subtitle>", ".ics": "PRODID:-//pirgen//"}
"""What marks a file in which MARKER has no place."""


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
    """Review files that are not valid, so that they have no page; an old page of theirs stays."""

    @property
    def is_current(self) -> bool:
        """Whether the pages on disk are what they should be."""
        return not (self.missing or self.stale or self.orphaned or self.unrenderable)


class Site:
    """The pages of a project. Whatever makes one raises PirgenError where a template is wrong."""

    def __init__(self, root: Path, config: Config, corpus: Corpus | None = None) -> None:
        self.root, self.config = root, config
        self.templates = Templates(root, config.templates)
        self.reviews: dict[str, tuple[str, Review]] = {}
        found = (corpus or Corpus(root, config)).valid
        for file, review in found.items():
            if review:
                self.reviews.setdefault(review.incident_id, (file, review))
        self.unrenderable = tuple(file for file, review in found.items() if review is None)

    @cached_property
    def relations(self) -> Relations:
        """What the reviews have to do with each other."""
        return Relations({name: review for name, (_, review) in sorted(self.reviews.items())})

    def committed(self) -> Iterator[Page]:
        """The reviews' pages, as they are committed."""
        return self._pages(lambda file, name: None)

    def built(self, ledger: Ledger | None, links: Links) -> Iterator[Page]:
        """The reviews' pages with what history and the code host add to them."""
        from pirgen.evidence import evidence

        return self._pages(lambda file, name: evidence(file, name, ledger, links))

    def _pages(self, more: Callable[[str, str], Evidence | None]) -> Iterator[Page]:
        names = sorted(self.reviews)

        def write_pages(some: Sequence[str]) -> Iterator[str]:
            for name in some:
                file, review = self.reviews[name]
                yield review_page(file, review, self.relations, self.config, self.templates, more(file, name))

        texts = spread(names, write_pages, "writing pages") if names else ()
        for name, text in zip(names, texts, strict=True):
            yield Page(f"{self.config.pages}/{name}.md", text, self.reviews[name][0])

    def dashboards(self, ledger: Ledger | None, links: Links, folder: str | None = None) -> Iterator[Page]:
        """The pages about all reviews, for a folder below the root; without a history those that need none."""
        from pirgen.pages import Subject, pages
        from pirgen.report import report_of

        folder = self.config.pages if folder is None else folder
        home = PurePosixPath(os.path.relpath(self.config.pages, folder)).as_posix()
        subject = Subject(
            self.config,
            self.templates,
            self.relations,
            ledger,
            report_of(ledger) if ledger else None,
            links,
            self.unrenderable,
            "" if home == "." else f"{home}/",
        )
        for page in pages(subject):
            yield Page(f"{folder}/{page.path}".removeprefix("./"), page.text)


def render(root: Path, config: Config, corpus: Corpus | None = None) -> Rendering:
    """The page of every valid review, compared with what is on disk.

    Raises PirgenError where a page would replace a file that pirgen did not write, or a template is wrong.
    """
    site = Site(root, config, corpus)
    held = {f"{config.pages}/{PurePosixPath(file).stem}.md" for file in site.unrenderable}
    found = compare(root, tuple(site.committed()), config.pages, of_reviews=True)
    return found._replace(
        orphaned=tuple(path for path in found.orphaned if path not in held), unrenderable=site.unrenderable
    )


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
    """Whether pirgen wrote a file: a page's front matter says so, of another file its beginning."""
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
