"""What the page of a review says: its values put in the order, the zone and the words of a reader."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import NamedTuple

from pirgen.config import Config
from pirgen.duration import format_duration
from pirgen.picture import picture
from pirgen.policy import SeverityLevel
from pirgen.relation import Relations
from pirgen.review import Review, started
from pirgen.template import Templates
from pirgen.timeline import MILESTONES, Moment

MEASURES = (
    ("Time to detect", ("started",), "detected"),
    ("Time to acknowledge", ("detected",), "acknowledged"),
    ("Time to mitigate", ("started", "detected"), "mitigated"),
    ("Time to resolve", ("started", "detected"), "resolved"),
)
USUAL = ("detected", "acknowledged", "mitigated", "resolved")
"""The milestones that are missed where they are not known."""


class Evidence(NamedTuple):
    """What history and the code host add to a page that is built with the site."""

    edit_url: str = ""
    states: Mapping[str, str] = {}
    """By action id where the item stands, as Markdown."""
    shallow: bool = False


def review_page(
    file: str,
    review: Review,
    relations: Relations,
    config: Config,
    templates: Templates,
    evidence: Evidence | None = None,
) -> str:
    """The page of the review in `file`. Raises PirgenError for a wrong template.

    A committed page has no `evidence`. It says what its review says, and of others only whether those that it names
    have pages: else a new review would change the pages of old ones, and two branches would conflict.
    """
    dated, level = _is_dated(review), config.severity(review.severity)
    return templates.render(
        "review.md.j2",
        file=file,
        review=review,
        severity=severity_name(review.severity, config),
        custom=list(_custom(review, config)),
        tags=[tag for tag in dict.fromkeys((review.severity, *review.services, *review.tags)) if tag],
        strip=list(_strip(review, level, dated)),
        intervals=list(_intervals(review, level)),
        picture=picture(review, level.resolution if level else None),
        timeline=[
            {"time": _time(review, moment, dated), "offset": _offset(review, moment.at), "moment": moment}
            for moment in review.timeline
        ],
        related=[
            {"id": name, "page": f"{name}.md" if name in relations.reviews else "", "why": why}
            for name, why in (relations.all if evidence else relations.named)(review)
        ],
        kinds=MILESTONES,
        meeting=_meeting(review),
        agenda=config.agenda,
        evidence=evidence,
    )


def severity_name(severity: str, config: Config) -> str:
    """A severity as people read it: its name, with its label where it has one."""
    level = config.severity(severity)
    return f"{severity} ({level.label})" if level and level.label else severity or "unknown"


def _custom(review: Review, config: Config) -> Iterator[tuple[str, str]]:
    """The title and the value of each field of the project's own that is simple enough for a line."""
    for key, field in config.custom_fields.get("properties", {}).items():
        value = review.custom.get(key)
        values = value if isinstance(value, list) else [value]
        words = [
            ("no", "yes")[one] if isinstance(one, bool) else str(one)
            for one in values
            if isinstance(one, str | int | float)
        ]
        title = field.get("title") if isinstance(field, dict) else None
        if words and len(words) == len(values):
            yield title if isinstance(title, str) else key.replace("_", " ").capitalize(), ", ".join(words)


def _meeting(review: Review) -> str:
    said = [str(review.meeting[key]) for key in ("at",) if key in review.meeting]
    if "facilitator" in review.meeting:
        said.append(f"led by {review.meeting['facilitator']}")
    if review.meeting.get("attendees"):
        said.append(f"with {', '.join(review.meeting['attendees'])}")
    return ", ".join(said)


def _strip(review: Review, level: SeverityLevel | None, dated: bool) -> Iterator[dict[str, str]]:
    """The milestones in their order, and the usual ones that are not known."""
    reached, verdicts = review.milestones, {end: verdict for _, end, _, verdict in _measured(review, level)}
    for name in MILESTONES:
        if mark := reached.get(name):
            yield {
                "name": name.capitalize(),
                "offset": _offset(review, mark.at),
                "time": ("~" if mark.approximate else "") + _local(review, mark.at, dated),
                "inferred": "by the event's words" if mark.inferred else "",
                "verdict": verdicts.get(name, ""),
            }
        elif name in USUAL:
            yield {"name": name.capitalize(), "offset": "unknown", "time": "", "inferred": "", "verdict": ""}


def _intervals(review: Review, level: SeverityLevel | None) -> Iterator[dict[str, str]]:
    for name, _, value, verdict in _measured(review, level):
        yield {"name": name, "value": value, "target": verdict or "none"}


def _measured(review: Review, level: SeverityLevel | None) -> Iterator[tuple[str, str, str, str]]:
    """Of each interval its name, the milestone that ends it, how long it was, and its target with the verdict."""
    reached = review.milestones
    targets = {"acknowledged": level.response, "resolved": level.resolution} if level else {}
    for name, starts, end in MEASURES:
        start = next((kind for kind in starts if kind in reached), None)
        value, target = "not recorded", targets.get(end)
        verdict = format_duration(target) if target else ""
        if start and end in reached:
            seconds = (reached[end].at - reached[start].at).total_seconds()
            assumed = "" if start == starts[0] else f", from {start}"
            value = format_duration(seconds) + assumed if seconds >= 0 else "contradictory"
            if target and seconds >= 0:
                verdict += ", met" if seconds <= target else ", missed"
        yield name, end, value, verdict


def _time(review: Review, moment: Moment, dated: bool) -> str:
    if moment.at is None:
        return moment.written
    return ("~" if moment.approximate else "") + _local(review, moment.at, dated)


def _local(review: Review, at: datetime, dated: bool) -> str:
    """The time in the review's zone, with its date in a timeline of several days."""
    local = at.astimezone(review.zone)
    clock = local.strftime("%H:%M:%S" if local.second else "%H:%M")
    return f"{local.date()} {clock}" if dated else clock


def _is_dated(review: Review) -> bool:
    """Whether the timeline leaves the review's day."""
    known = (moment.at for moment in review.timeline if moment.at)
    return any(at.astimezone(review.zone).date() != review.date for at in known)


def _offset(review: Review, at: datetime | None) -> str:
    base = started(review) or next((moment.at for moment in review.timeline if moment.at), None)
    if at is None or base is None:
        return ""
    seconds = (at - base).total_seconds()
    return format_duration(seconds) if seconds < 0 else f"+{format_duration(seconds)}"
