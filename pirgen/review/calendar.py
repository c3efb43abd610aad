"""Reads days as people write them on a command line: `2026-11-27`, `friday`, `last friday`, `+1w`, `2w`, `today`."""

from __future__ import annotations

import re
from datetime import date, timedelta

from pirgen.errors import PirgenError
from pirgen.review.timeline import parse_date

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
FORMS = "YYYY-MM-DD, `friday`, `last friday`, `+1w`, `10d` or `today`"
"""What people may write, for messages and help."""

_WORDS = {"today": 0, "yesterday": -1, "tomorrow": 1, "last week": -7, "next week": 7}
_SPAN = re.compile(r"([+-]?)([0-9]{1,4}) ?(d|days?|w|weeks?)")
_WEEKDAY = re.compile(r"(?:(last|next) )?([a-z]+)")


def parse_day(text: str, today: date, *, ahead: bool) -> date | None:
    """The day that a text means, else None.

    `ahead` says which way a weekday or a span without a sign goes: `friday` is the next Friday after `today`, or the
    last one before it; `2w` is in two weeks, or two weeks ago. A day outside of the years 2 to 9998 is None.
    """
    words = " ".join(text.lower().split())
    found = parse_date(words) or _near(words, today, 1 if ahead else -1)
    return found if found and 1 < found.year < date.max.year else None


def read_day(text: str, today: date, *, ahead: bool, what: str) -> date:
    """The day that a text means, see `parse_day`; raises PirgenError that names `what` it was given for."""
    day = parse_day(text, today, ahead=ahead)
    if day is None:
        raise PirgenError(f"{what}: `{text}` is not a day; write {FORMS}")
    return day


def _near(words: str, today: date, way: int) -> date | None:
    """A day that is named by its distance from `today`."""
    days = _WORDS.get(words)
    if span := _SPAN.fullmatch(words):
        sign, count, unit = span.groups()
        days = {"+": 1, "-": -1, "": way}[sign] * int(count) * (7 if unit.startswith("w") else 1)
    elif days is None and (named := _WEEKDAY.fullmatch(words)):
        days = _to_weekday(named[2], today, {"last": -1, "next": 1, None: way}[named[1]])
    try:
        return None if days is None else today + timedelta(days=days)
    except OverflowError:
        return None


def _to_weekday(name: str, today: date, way: int) -> int | None:
    """How many days it is to the next or last day of that name, never 0; a name may be cut to three letters."""
    fit = [index for index, day in enumerate(WEEKDAYS) if len(name) > 2 and day.startswith(name)]
    if not fit:
        return None
    return (fit[0] - today.weekday() - 1) % 7 + 1 if way > 0 else -((today.weekday() - fit[0] - 1) % 7 + 1)
