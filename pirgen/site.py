"""Reviews to pages: what the pages say, which of those on disk differ, and writing the difference.

A page is a function of the reviews, the configuration and the templates: neither git nor the date enters.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from pirgen.config import Config
from pirgen.corpus import Corpus
from pirgen.errors import PirgenError
from pirgen.exports import metric_texts, other_open
from pirgen.page import review_page, severity_name
from pirgen.relation import Relations
from pirgen.review import Review
from pirgen.source import write as write_file
from pirgen.table import Report
from pirgen.template import Templates

MARKER = "generated_by: pirgen"


@dataclass(frozen=True, slots=True)
class Page:
    """A page: its path below the project's root, and its text."""

    path: str
    text: str
    source: str = ""
    """The review's file, for a page of one review."""


@dataclass(frozen=True, slots=True)
class Rendering:
    """The pages of a project and how those on disk differ from them."""

    pages: tuple[Page, ...]
    missing: tuple[str, ...]
    stale: tuple[str, ...]
    orphaned: tuple[str, ...]
    unrenderable: tuple[str, ...]
    """Review files that are not valid, so that they have no page; an old page of theirs stays."""

    @property
    def is_current(self) -> bool:
        """Whether the pages on disk are what they should be."""
        return not (self.missing or self.stale or self.orphaned or self.unrenderable)


def render(root: Path, config: Config, corpus: Corpus | None = None) -> Rendering:
    """The page of every valid review, compared with what is on disk.

    Raises PirgenError where a page would replace a file that pirgen did not write, or a template is wrong.
    """
    entries = (corpus or Corpus(root, config)).entries
    reviews: dict[str, tuple[str, Review]] = {}
    for file, entry in entries.items():
        if entry.is_valid:
            reviews.setdefault(entry.review.incident_id, (file, entry.review))
    unrenderable = tuple(file for file, entry in entries.items() if not entry.is_valid)
    templates = Templates(root, config.templates)
    relations = Relations({name: review for name, (_, review) in reviews.items()})
    pages = tuple(
        Page(f"{config.pages}/{name}.md", review_page(file, review, relations, config, templates), file)
        for name, (file, review) in sorted(reviews.items())
    )
    missing, stale = [], []
    for page in pages:
        place = root / page.path
        if not os.path.lexists(place):
            missing.append(page.path)
            continue
        text = place.read_text(encoding="utf-8", errors="replace") if place.is_file() else ""
        if not is_generated(text):
            raise PirgenError(f"{page.path} was not written by pirgen; move it away, a review needs its place")
        if text != page.text:
            stale.append(page.path)
    kept = {page.path for page in pages} | {f"{config.pages}/{PurePosixPath(f).stem}.md" for f in unrenderable}
    orphaned = tuple(path for path in _on_disk(root, config) if path not in kept)
    return Rendering(pages, tuple(missing), tuple(stale), orphaned, unrenderable)


def dashboards(root: Path, config: Config, report: Report | None, corpus: Corpus | None = None) -> tuple[Page, ...]:
    """The pages that are built with the site and never committed: the index of reviews and the report.

    Without a report the second one is left out.
    """
    entries = (corpus or Corpus(root, config)).entries
    reviews = {entry.review.incident_id: entry.review for entry in reversed(list(entries.values())) if entry.is_valid}
    rows = [
        {"review": review, "severity": severity_name(review.severity, config)}
        for review in sorted(reviews.values(), key=lambda one: (str(one.date), one.incident_id), reverse=True)
    ]
    fill = Templates(root, config.templates).render
    index = Page(f"{config.pages}/index.md", fill("site/index.md.j2", rows=rows, has_report=report is not None))
    if report is None:
        return (index,)
    metrics = [metric_texts(row) for row in report.tables["metrics"].rows]
    figures = fill(
        "site/report.md.j2",
        report=report,
        tables=report.tables,
        metrics=metrics,
        others=other_open(report),
        known=reviews,
    )
    return (index, Page(f"{config.pages}/report.md", figures))


def write(root: Path, rendering: Rendering) -> None:
    """Write the pages that are missing or stale and remove the orphaned ones."""
    due = {*rendering.missing, *rendering.stale}
    for page in rendering.pages:
        if page.path in due:
            write_file(root / page.path, page.text)
    for path in rendering.orphaned:
        (root / path).unlink(missing_ok=True)


def is_generated(text: str) -> bool:
    """Whether a page's front matter says that pirgen wrote it."""
    head, _, _ = text.removeprefix("---\n").partition("\n---\n")
    return text.startswith("---\n") and MARKER in head.split("\n")


def _on_disk(root: Path, config: Config) -> Iterator[str]:
    folder = root / config.pages
    for path in sorted(folder.glob("*.md")) if folder.is_dir() else ():
        if path.is_file() and is_generated(path.read_text(encoding="utf-8", errors="replace")):
            yield f"{config.pages}/{path.name}"
