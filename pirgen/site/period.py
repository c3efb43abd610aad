"""Groups days by month, or by quarter or year where there would be too many months to tell apart."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from itertools import accumulate, groupby
from typing import NamedTuple

MOST = 60
"""How many periods a picture tells apart."""


GAP = 3
"""A picture draws more periods in a row than these without anything in them as wide as one."""


class Period(NamedTuple):
    """One or more consecutive months."""

    name: str
    first: date
    end: date
    """The day after the last day of the period."""


def periods(days: Iterable[date]) -> list[Period]:
    """All periods from the first day to the last, also empty ones: months, quarters or years, as fits."""
    known = sorted(days)
    if not known:
        return []
    first, last = (day.year * 12 + day.month - 1 for day in (known[0], known[-1]))
    months = next((size for size in (1, 3) if (last - first) // size < MOST), 12)
    return [_period(start, months) for start in range(first - first % months, last + 1, months)]


class Axis(NamedTuple):
    """Where periods stand beside each other: long stretches without anything in them are drawn short."""

    spans: list[Period]
    ends: tuple[float, ...]
    """Where each period ends, as a part of the whole."""
    gaps: tuple[float, ...]
    """The middles of the stretches that are drawn short."""

    def bounds(self, number: int) -> tuple[float, float]:
        """Where a period begins and ends, as parts (0 to 1) of the whole."""
        return self.ends[number - 1] if number else 0.0, self.ends[number]

    def at(self, day: date) -> float:
        """Where a day lies, as a part of the whole."""
        number = place(self.spans, day)
        span, (start, end) = self.spans[number], self.bounds(number)
        return start + (end - start) * ((day - span.first).days + 0.5) / (span.end - span.first).days


def axis(days: Iterable[date]) -> Axis:
    """The periods of some days, and where they stand. Without a day there are none."""
    known = [*days]
    spans = periods(known)
    filled = {place(spans, day) for day in known}
    widths: list[float] = []
    gaps = []
    for is_filled, run in groupby(range(len(spans)), filled.__contains__):
        count = len([*run])
        if is_filled or count <= GAP:
            widths += [1.0] * count
        else:
            gaps.append(sum(widths) + 0.5)
            widths += [1 / count] * count
    whole = sum(widths)
    return Axis(spans, tuple(end / whole for end in accumulate(widths)), tuple(middle / whole for middle in gaps))


def place(spans: list[Period], day: date) -> int:
    """The index of the period that a day lies in."""
    return bisect_right(spans, day, key=lambda span: span.end)


def samples(first: date, last: date, most: int = 60) -> Iterator[date]:
    """Evenly spaced days from `first` to `last`, both included; at most `most` + 1 of them."""
    step = max(1, -(-(last - first).days // most))
    day = first
    while day < last:
        yield day
        day += timedelta(days=step)
    yield last


def _period(start: int, months: int) -> Period:
    first = date(start // 12, start % 12 + 1, 1)
    end = date((start + months) // 12, (start + months) % 12 + 1, 1)
    name = {1: f"{first:%Y-%m}", 3: f"{first.year}-Q{first.month // 3 + 1}", 12: f"{first.year}"}[months]
    return Period(name, first, end)
