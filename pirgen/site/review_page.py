"""The content of a review's page: its values in the order, the time zone and the words that suit a reader."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import NamedTuple

from pirgen.config import Config
from pirgen.config.policy import SeverityLevel
from pirgen.review import Review
from pirgen.review.duration import format_duration
from pirgen.review.milestones import INTERVALS, MILESTONES, USUAL, Interval, began
from pirgen.review.related import Relations
from pirgen.review.timeline import Moment
from pirgen.site.timeline_picture import picture
from pirgen.templating import Templates


class Entry(NamedTuple):
    """An entry of the timeline as the page shows it."""

    time: str
    offset: str
    moment: Moment


class Step(NamedTuple):
    """A milestone in the strip; `time` is empty where the milestone is not known."""

    name: str
    offset: str = "unknown"
    time: str = ""
    inferred: str = ""
    verdict: str = ""


class Measure(NamedTuple):
    """An interval: the milestone that ends it, how long it was, and its target with the verdict."""

    name: str
    end: str
    value: str
    target: str


class Related(NamedTuple):
    """Another incident; `page` is empty where it has no page."""

    id: str
    title: str
    page: str
    why: str


class Evidence(NamedTuple):
    """What history and the code host add to a page that is built with the site."""

    edit_url: str = ""
    states: Mapping[str, str] = {}
    """Where each action item stands, by action id, as Markdown."""
    shallow: bool = False
    since: tuple[str, ...] = ()
    """What happened since the review was complete for the first time, oldest first, as Markdown."""


def review_page(
    file: str,
    review: Review,
    relations: Relations,
    config: Config,
    templates: Templates,
    evidence: Evidence | None = None,
) -> str:
    """The page of the review in `file`. Raises PirgenError for a wrong template.

    A committed page has no `evidence`. It says what its review says. Of other reviews it says only whether those that
    it names have pages. Otherwise a new review would change the pages of old ones, and two branches would conflict.
    """
    level = config.severity(review.severity)
    sheet = Sheet(review, level, config.intervals)
    measures = list(sheet.measures())
    return templates.render(
        "review.md.j2",
        file=file,
        review=review,
        severity=severity_name(review.severity, config),
        custom=list(_custom(review, config)),
        tags=[tag for tag in dict.fromkeys((review.severity, *review.services, *review.tags)) if tag],
        strip=list(sheet.strip(measures)),
        intervals=measures,
        picture=picture(review, config.intervals["mttr"], level.resolution if level else None),
        timeline=[
            Entry(sheet.time(moment), sheet.offset(moment.at, rough=moment.approximate), moment)
            for moment in review.timeline
        ],
        related=[
            Related(name, other.headline if other and evidence else "", f"{name}.md" if other else "", why)
            for name, why in (relations.all if evidence else relations.named)(review)
            for other in [relations.reviews.get(name)]
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
    """The title and the value of each of the project's custom fields whose value fits into a line."""
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


class Sheet:
    """A review prepared for its page; values that many lines need are worked out once."""

    def __init__(self, review: Review, level: SeverityLevel | None, intervals: Mapping[str, Interval]) -> None:
        self.level, self.intervals = level, intervals
        self.reached, self.zone = review.milestones, review.zone
        known = [moment.at for moment in review.timeline if moment.at]
        self.base = began(self.reached) or next(iter(known), None)
        first = INTERVALS["mttr"].began(self.reached)
        self.is_rough = first is not None and first[1].approximate
        """Whether the time from which all offsets are counted is only roughly known."""
        self.is_dated = any(at.astimezone(self.zone).date() != review.date for at in known)
        """Whether the timeline has times on other days than the review's date."""

    def strip(self, measures: Iterable[Measure]) -> Iterator[Step]:
        """The milestones that were reached and the usual ones that are not known, in their order."""
        targets = {one.end: f"took {one.value}, target {one.target}" for one in measures if "," in one.target}
        for name in MILESTONES:
            if mark := self.reached.get(name):
                time = ("~" if mark.approximate else "") + self._local(mark.at)
                inferred = "by the event's words" if mark.inferred else ""
                offset = self.offset(mark.at, rough=mark.approximate)
                yield Step(name.capitalize(), offset, time, inferred, targets.get(name, ""))
            elif name in USUAL:
                yield Step(name.capitalize())

    def measures(self) -> Iterator[Measure]:
        """The intervals, including those of which nothing is known."""
        for interval in self.intervals.values():
            limit: int | None = getattr(self.level, interval.limit, None) if interval.limit else None
            value, verdict = "not recorded", format_duration(limit) if limit else ""
            if taken := interval.measure(self.reached):
                value = "contradictory"
                if taken.seconds >= 0:
                    about, assumed = "~" * taken.approximate, f", from {taken.start}" * taken.assumed
                    value = f"{about}{format_duration(taken.seconds, exact=True)}{assumed}"
                    if limit:
                        verdict += ", met" if taken.seconds <= limit else ", missed"
            yield Measure(f"Time to {interval.verb}", interval.end, value, verdict)

    def time(self, moment: Moment) -> str:
        """The time of a moment in the review's zone; the text of the review where the time is not known."""
        if moment.at is None:
            return moment.written
        return ("~" if moment.approximate else "") + self._local(moment.at)

    def offset(self, at: datetime | None, *, rough: bool = False) -> str:
        """How long after the start a time is: empty where that is not known, with `~` where one of the two is rough."""
        if at is None or self.base is None:
            return ""
        seconds = (at - self.base).total_seconds()
        shown = f"{'+' if seconds >= 0 else ''}{format_duration(seconds, exact=True)}"
        return f"~{shown}" if (rough or self.is_rough) and seconds else shown

    def _local(self, at: datetime) -> str:
        """A time in the review's zone, with its date where `is_dated`."""
        local = at.astimezone(self.zone)
        clock = local.strftime("%H:%M:%S" if local.second else "%H:%M")
        return f"{local.date()} {clock}" if self.is_dated else clock
