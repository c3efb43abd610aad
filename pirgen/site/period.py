"""Groups days by month, or by quarter or year where there would be too many months to tell apart."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import NamedTuple

MOST = 60
"""How many periods a picture tells apart."""


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


def place(spans: list[Period], day: date) -> int:
    """The index of the period that a day lies in."""
    return next(number for number, span in enumerate(spans) if day < span.end)


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
