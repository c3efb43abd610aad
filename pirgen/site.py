"""Reviews to pages: what the pages say, which of those on disk differ, and writing the difference.

A page is a function of the reviews, the configuration and the templates: neither git nor the date enters.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath

from pirgen.config import Config
from pirgen.errors import PirgenError
from pirgen.lint import Corpus
from pirgen.review import Review, started
from pirgen.source import write as write_file
from pirgen.template import render as fill
from pirgen.timeline import MILESTONES, Moment, format_duration, zone_of

MARKER = "generated_by: pirgen"
MEASURES = (
    ("Time to detect", ("started",), "detected"),
    ("Time to acknowledge", ("detected",), "acknowledged"),
    ("Time to mitigate", ("started", "detected"), "mitigated"),
    ("Time to resolve", ("started", "detected"), "resolved"),
)


@dataclass(frozen=True, slots=True)
class Page:
    """A page: its path below the project's root, and its text."""

    path: str
    text: str


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

    Raises PirgenError where a page would replace a file that pirgen did not write.
    """
    entries = (corpus or Corpus(root, config)).entries
    reviews: dict[str, tuple[str, Review]] = {}
    for file, entry in entries.items():
        if entry.is_valid:
            reviews.setdefault(entry.review.incident_id, (file, entry.review))
    unrenderable = tuple(file for file, entry in entries.items() if not entry.is_valid)
    pages = tuple(
        Page(f"{config.pages}/{name}.md", _page(file, review, reviews, config))
        for name, (file, review) in sorted(reviews.items())
    )
    missing, stale = [], []
    for page in pages:
        try:
            with (root / page.path).open(encoding="utf-8", errors="replace", newline="") as file_on_disk:
                text = file_on_disk.read()
        except FileNotFoundError:
            missing.append(page.path)
            continue
        if not is_generated(text):
            raise PirgenError(f"{page.path} was not written by pirgen; move it away, a review needs its place")
        if text != page.text:
            stale.append(page.path)
    kept = {page.path for page in pages} | {f"{config.pages}/{PurePosixPath(f).stem}.md" for f in unrenderable}
    orphaned = tuple(path for path in _on_disk(root, config) if path not in kept)
    return Rendering(pages, tuple(missing), tuple(stale), orphaned, unrenderable)


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


def _page(file: str, review: Review, reviews: Mapping[str, tuple[str, Review]], config: Config) -> str:
    level = config.severity(review.severity)
    related = [
        {"id": name, "page": f"{name}.md" if name in reviews else "", "covered": name in review.covers}
        for name in dict.fromkeys((*review.covers, *review.related))
    ]
    return fill(
        "review.md.j2",
        file=file,
        review=review,
        severity=f"{review.severity} ({level.label})" if level and level.label else review.severity or "unknown",
        tags=[tag for tag in dict.fromkeys((review.severity, *review.services, *review.tags)) if tag],
        milestones=list(_milestones(review)),
        intervals=list(_intervals(review, config)),
        timeline=[
            {"time": _time(review, moment), "offset": _offset(review, moment.at), "moment": moment}
            for moment in review.timeline
        ],
        related=related,
        kinds=MILESTONES,
        meeting=_meeting(review),
        agenda=[
            {"topic": topic.topic, "time": format_duration(topic.time) if topic.time else ""} for topic in config.agenda
        ],
    )


def _meeting(review: Review) -> str:
    said = [str(review.meeting[key]) for key in ("at",) if key in review.meeting]
    if "facilitator" in review.meeting:
        said.append(f"led by {review.meeting['facilitator']}")
    if review.meeting.get("attendees"):
        said.append(f"with {', '.join(review.meeting['attendees'])}")
    return ", ".join(said)


def _milestones(review: Review) -> Iterator[dict[str, str]]:
    for name, mark in sorted(review.milestones.items(), key=lambda pair: MILESTONES.index(pair[0])):
        yield {
            "name": name.capitalize(),
            "time": ("~" if mark.approximate else "") + _local(review, mark.at),
            "offset": _offset(review, mark.at),
            "known": "the event's words" if mark.inferred else "its kind",
        }


def _intervals(review: Review, config: Config) -> Iterator[dict[str, str]]:
    reached, level = review.milestones, config.severity(review.severity)
    targets = {"acknowledged": level.response, "resolved": level.resolution} if level else {}
    for name, starts, end in MEASURES:
        start = next((kind for kind in starts if kind in reached), None)
        value = "not recorded"
        if start and end in reached:
            seconds = (reached[end].at - reached[start].at).total_seconds()
            assumed = "" if start == starts[0] else f", from {start}"
            value = format_duration(seconds) + assumed if seconds >= 0 else "contradictory"
        target = targets.get(end)
        yield {"name": name, "value": value, "target": format_duration(target) if target else "none"}


def _time(review: Review, moment: Moment) -> str:
    if moment.at is None:
        return moment.written
    return ("~" if moment.approximate else "") + _local(review, moment.at)


def _local(review: Review, at: datetime) -> str:
    """The time in the review's zone; with its date where it is not the review's day."""
    local = at.astimezone(zone_of(review.timezone) or UTC)
    clock = local.strftime("%H:%M:%S" if local.second else "%H:%M")
    return clock if local.date() == review.date else f"{local.date()} {clock}"


def _offset(review: Review, at: datetime | None) -> str:
    base = started(review) or next((moment.at for moment in review.timeline if moment.at), None)
    if at is None or base is None:
        return ""
    seconds = (at - base).total_seconds()
    return format_duration(seconds) if seconds < 0 else f"+{format_duration(seconds)}"
