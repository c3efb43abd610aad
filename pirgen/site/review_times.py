"""The times of a review as its page tells them: the milestones with their targets, and the entries of the timeline."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import NamedTuple

from pirgen.config.policy import SeverityLevel
from pirgen.review import Review
from pirgen.review.duration import format_duration
from pirgen.review.milestones import INTERVALS, MILESTONES, STANDS_IN, USUAL, Interval, Milestone, began
from pirgen.review.timeline import Moment


class Entry(NamedTuple):
    """An entry of the timeline as the page shows it."""

    day: str
    """The day, where the timeline has several and the entry before is on another; else empty."""
    time: str
    offset: str
    moment: Moment


class Step(NamedTuple):
    """A milestone in the strip."""

    name: str
    value: str
    """How long after the start it was reached; of the first milestone its time."""
    notes: tuple[str, ...] = ()
    verdict: str = ""
    """The target, and whether it was met."""
    look: str = ""


class Times:
    """The times of one review; values that many lines need are worked out once."""

    def __init__(self, review: Review, level: SeverityLevel | None, intervals: Mapping[str, Interval]) -> None:
        self.level, self.intervals, self.timeline = level, intervals, review.timeline
        self.reached, self.zone = review.milestones, review.zone
        known = [moment.at for moment in review.timeline if moment.at]
        self.base = began(self.reached) or next(iter(known), None)
        first = INTERVALS["mttr"].began(self.reached)
        self.is_rough = first is not None and first[1].approximate
        """Whether the time from which all offsets are counted is only roughly known."""
        self.is_dated = any(at.astimezone(self.zone).date() != review.date for at in known)
        """Whether the timeline has times on other days than the review's date."""

    def strip(self) -> Iterator[Step]:
        """The milestones that were reached and the usual ones that are not known, in their order; none without one."""
        for name in MILESTONES if self.reached else ():
            if mark := self.reached.get(name):
                yield self._reached(name, mark)
            elif name in USUAL:
                other = STANDS_IN.get(name)
                counted = (f"counted from {other}",) if other in self.reached else ()
                targets = [f"target {format_duration(limit)}" for _, limit in self._ending(name) if limit]
                yield Step(name.capitalize(), "not recorded", counted, ", ".join(targets), "unknown")

    def entries(self) -> Iterator[Entry]:
        """The entries of the timeline. One whose time is not known is told in the words of the review."""
        day: date | None = None
        for moment in self.timeline:
            on = moment.at.astimezone(self.zone).date() if moment.at else day
            shown = f"{on:%a} {on.day} {on:%b} {on.year}" if on and on != day and self.is_dated else ""
            day = on
            time = self._clock(moment.at, rough=moment.approximate) if moment.at else moment.written
            yield Entry(shown, time, self._offset(moment.at, rough=moment.approximate), moment)

    def _reached(self, name: str, mark: Milestone) -> Step:
        offset, clock = self._offset(mark.at, rough=mark.approximate), self._clock(mark.at, rough=mark.approximate)
        local = mark.at.astimezone(self.zone)
        day = f"{local.day} {local:%b}" if self.is_dated else ""
        verdicts, met = [], []
        for interval, limit in self._ending(name):
            taken = interval.measure(self.reached)
            if taken is None:
                verdicts += [f"target {format_duration(limit)}"] if limit else []
                continue
            if taken.seconds < 0:
                verdicts.append(f"before it was {taken.start}")
                continue
            if taken.began != self.base:
                verdicts.append(
                    f"{'~' * taken.approximate}{format_duration(taken.seconds, exact=True)} from {taken.start}"
                )
            if limit:
                met.append(taken.seconds <= limit)
                verdicts.append(f"target {format_duration(limit)}, {'met' if met[-1] else 'missed'}")
        is_first = mark.at == self.base
        said = (day, "" if is_first else clock, "inferred" if mark.inferred else "")
        look = "" if not met else "good" if all(met) else "bad"
        value, note = clock if is_first else offset, ", ".join(filter(None, said))
        return Step(name.capitalize(), value, (note,) if note else (), ", ".join(verdicts), look)

    def _ending(self, name: str) -> Iterator[tuple[Interval, int | None]]:
        """The intervals that end with a milestone, with their targets in seconds; None where there is none."""
        for interval in self.intervals.values():
            if interval.end == name:
                yield interval, getattr(self.level, interval.limit, None) if interval.limit else None

    def _offset(self, at: datetime | None, *, rough: bool = False) -> str:
        """How long after the start a time is: empty where that is not known, with `~` where one of the two is rough."""
        if at is None or self.base is None:
            return ""
        seconds = (at - self.base).total_seconds()
        shown = f"{'+' if seconds >= 0 else ''}{format_duration(seconds, exact=True)}"
        return f"~{shown}" if (rough or self.is_rough) and seconds else shown

    def _clock(self, at: datetime, *, rough: bool = False) -> str:
        """A time of day in the review's zone, with `~` where it is only roughly known."""
        local = at.astimezone(self.zone)
        return ("~" if rough else "") + local.strftime("%H:%M:%S" if local.second else "%H:%M")
