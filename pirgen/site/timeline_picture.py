"""The picture of a review's timeline: to scale, over an hour or over days, with its milestones by name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import NamedTuple

from pirgen.review import Review
from pirgen.review.duration import format_duration
from pirgen.review.milestones import MILESTONES, Interval, Milestone, began
from pirgen.site.scale import CHARACTER, moments

WIDTH, MARGIN, LINE = 720, 24, 16
"""In pixels: the width of the picture, its margin on each side, and the height of a line of labels."""
TICKS, YEAR = 8, 300 * 86_400


class Mark(NamedTuple):
    """An entry of the timeline: its position, and the text shown when somebody points at it."""

    x: float
    text: str
    approximate: bool
    is_milestone: bool


class Label(NamedTuple):
    """The name of a milestone: where it begins, and on which line above the marks."""

    x: float
    text: str
    line: int


class Picture(NamedTuple):
    """The values that the template draws. Positions are in pixels; texts are not escaped."""

    top: int
    lasted: tuple[float, float] | None
    """The positions of the start and the end of the incident; None where the end is not known."""
    eased: float | None
    """The position at which the effect on users ended, where that is between the two; else None."""
    due: tuple[float, str] | None
    """The position and the text of the severity's target; None where it is not in the picture."""
    ticks: list[tuple[float, str]]
    marks: list[Mark]
    labels: list[Label]
    span: str
    unknown: int
    """How many entries have no known time."""
    reached: str
    width: int = WIDTH
    line: int = LINE


def picture(review: Review, interval: Interval, target: int | None) -> Picture | None:
    """The values for the template `charts/timeline.svg.j2`; None where fewer than two different times are known.

    `target` is the longest time in seconds that the interval should take; None where there is no target.
    """
    known = [moment for moment in review.timeline if moment.at]
    times = sorted({moment.at for moment in known if moment.at})
    if len(times) < 2:
        return None
    first, last = times[0].astimezone(review.zone), times[-1]
    span = (last - first).total_seconds()

    reached = review.milestones
    base = began(reached) or times[0]
    names = [(mark.at, name) for name, mark in _ordered(reached)]
    room = WIDTH - MARGIN - max([MARGIN, *(_width(text) for _, text in names)])

    def after(seconds: float) -> float:
        return round(MARGIN + room * seconds / span, 1)

    def place(at: datetime) -> float:
        return after((at.astimezone(UTC) - times[0]).total_seconds())

    ticks = moments(first, last, TICKS)
    end = reached.get("resolved") or reached.get("mitigated")
    eased = reached.get("mitigated")
    first_mark = interval.began(reached)
    due = ((first_mark[1].at if first_mark else base) - times[0]).total_seconds() + target if target else span
    labels = _labels([(place(at), text) for at, text in names])
    return Picture(
        top=12 + LINE * (1 + max((label.line for label in labels), default=0)),
        lasted=(place(base), place(end.at)) if end and end.at > base else None,
        eased=place(eased.at) if eased and end and base < eased.at < end.at else None,
        due=(after(due), format_duration(target or 0)) if due < span else None,
        ticks=[(place(tick), text) for tick, text in zip(ticks, _clocks(ticks, span), strict=True)],
        marks=[
            Mark(place(m.at), f"{_clock(m.at.astimezone(review.zone))} {m.event}", m.approximate, m.kind in MILESTONES)
            for m in known
            if m.at
        ],
        labels=labels,
        span=format_duration(span, exact=True),
        unknown=len(review.timeline) - len(known),
        reached=", ".join(text for _, text in names),
    )


def _ordered(reached: Mapping[str, Milestone]) -> list[tuple[str, Milestone]]:
    return sorted(reached.items(), key=lambda pair: (pair[1].at, MILESTONES.index(pair[0])))


def _labels(places: list[tuple[float, str]]) -> list[Label]:
    """Names to the right of their marks, each above all names whose marks it reaches over.

    So no two names touch, and no line from a name down to its mark crosses another name.
    """
    labels: list[Label] = []
    for x, text in sorted(places, reverse=True):
        end = x + _width(text)
        labels.append(Label(x, text, max((other.line + 1 for other in labels if other.x < end), default=0)))
    return labels


def _width(text: str) -> float:
    return len(text) * CHARACTER + 12


def _clocks(ticks: list[datetime], span: float) -> Iterator[str]:
    """The label of each tick: its time, or its date at midnight. Over more than YEAR all are dates with a year."""
    for tick in ticks:
        midnight = tick.hour == tick.minute == 0
        if span > YEAR:
            yield f"{tick:%Y-%m-%d}"
            continue
        yield f"{tick:%b} {tick.day}" if midnight and len(ticks) > 1 else f"{tick:%H:%M}"


def _clock(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M}"
