"""Dates: `2 July 2019`, `14. März 2025`, `2025/10/05`, `31/01/2017`, a full timestamp."""

from __future__ import annotations

import re
from datetime import date

from pirgen.review.readings import Known, Reading, distinct
from pirgen.review.timeline import parse_date

MONTHS = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
_IN_GERMAN = (
    "januar", "februar", "märz", "april", "mai", "juni",
    "juli", "august", "september", "oktober", "november", "dezember",
)  # fmt: skip
ORDER = "it is not clear which number is the day and which the month"

_WEEKDAY = re.compile(r"(?:mon|tue|wed|thu|fri|sat|sun)[a-z]{0,7}\.?,? ")
_CLOCK = re.compile(
    r"(.{1,60}?)(?:t|,? (?:at )?)[0-9]{1,2}[:.][0-9]{2}(?:[:.][0-9.]+)? ?(?:[ap]m|[a-z]{1,5}|[+-][0-9:]+)?"
)
_YEAR_FIRST = re.compile(r"([0-9]{4})([-/.])([0-9]{1,2})\2([0-9]{1,2})|([0-9]{4})()([0-9]{2})([0-9]{2})")
_YEAR_LAST = re.compile(r"([0-9]{1,2})([-/.])([0-9]{1,2})\2([0-9]{4}|[0-9]{2})")
_DAY, _MONTH, _YEAR = r"([0-9]{1,2})(?:st|nd|rd|th|\.)?", r"([a-zä]{3,9})\.?", r"([0-9]{4})"
_NAMED = [
    (re.compile(f"{_DAY}[ -](?:of )?{_MONTH}(?:,? |-){_YEAR}"), (1, 2, 3)),
    (re.compile(f"{_MONTH}[ -]{_DAY}(?:,? |-){_YEAR}"), (2, 1, 3)),
    (re.compile(f"{_YEAR}[ -]{_MONTH}[ -]{_DAY}"), (3, 2, 1)),
    (re.compile(f"{_DAY}[ -](?:of )?{_MONTH}()"), (1, 2, 3)),
    (re.compile(f"{_MONTH}[ -]{_DAY}()"), (2, 1, 3)),
]


def read(text: str, known: Known) -> Reading | None:
    """The day that a text means. A day without its year is the next one from the incident on, which is a guess."""
    words = text.lower()
    if weekday := _WEEKDAY.match(words):
        words = words[weekday.end() :]
    if clock := _CLOCK.fullmatch(words):
        words = clock[1].rstrip(" ,")
    if found := _YEAR_FIRST.fullmatch(words):
        year, _, month, day = (part for part in found.groups() if part is not None)
        return distinct([_day(year, month, day)], "")
    if found := _YEAR_LAST.fullmatch(words):
        first, _, second, year = found.groups()
        year = year if len(year) == 4 else f"20{year}"
        return distinct([_day(year, second, first), _day(year, first, second)], ORDER)
    for pattern, (day_at, month_at, year_at) in _NAMED:
        if (found := pattern.fullmatch(words)) and (month := month_number(found[month_at])):
            if found[year_at]:
                return distinct([_day(found[year_at], month, found[day_at])], "")
            return distinct([_next(known.day, month, found[day_at])], "", safe=False) if known.day else None
    return None


def month_number(name: str) -> str:
    """The number of a month by its name, which may be cut to three letters; empty where there is none."""
    name = "sep" if name == "sept" else name
    both = enumerate(zip(MONTHS, _IN_GERMAN, strict=True), 1)
    return next((str(number) for number, months in both if any(month.startswith(name) for month in months)), "")


def _day(year: str, month: str, day: str) -> str | None:
    written = f"{year}-{int(month):02d}-{int(day):02d}"
    return written if parse_date(written) else None


def _next(start: date, month: str, day: str) -> str | None:
    years = (_day(f"{start.year + more:04d}", month, day) for more in range(2))
    return next((one for one in years if one and one >= start.isoformat()), None)
