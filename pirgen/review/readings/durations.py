"""Durations: `27 minutes`, `1 hour 30 min`, `2.5 hours`, `01:30:00`."""

from __future__ import annotations

import re
from fractions import Fraction

from pirgen.review.duration import format_duration, parse_duration
from pirgen.review.readings import Known, Reading, distinct

UNIT = "it is not clear in which unit"
_UNITS = {
    604_800: ("w", "wk", "wks", "week", "weeks", "woche", "wochen"),
    86_400: ("d", "day", "days", "tag", "tage"),
    3_600: ("h", "hr", "hrs", "hour", "hours", "std", "stunde", "stunden"),
    60: ("m", "min", "mins", "minute", "minutes", "minuten"),
    1: ("s", "sec", "secs", "second", "seconds", "sekunde", "sekunden"),
}
_SIZES = {name: size for size, names in _UNITS.items() for name in names}
_WORDS = {
    "a": "1",
    "an": "1",
    "one": "1",
    "two": "2",
    "three": "3",
    "four": "4",
    "five": "5",
    "six": "6",
    "half": "0.5",
}
_ABOUT = re.compile(r"(?:~|≈|about|around|approx\.?|approximately|roughly|almost|circa|ca\.?) ?")
_PART = re.compile(r"([0-9]{1,6}(?:[.,][0-9]{1,3})?) ?([a-z]+)\.?(?:,? and |, ?| )?")
_HOURS_AND_MINUTES = re.compile(r"([0-9]{1,3}) ?h ?([0-5][0-9])")
_CLOCK = re.compile(r"([0-9]{1,3}):([0-5][0-9])(?::([0-5][0-9]))?( ?(?:h|hrs?|hours?))?")


def read(text: str, known: Known) -> Reading | None:
    """The duration that a text means. One that says `about` is read without that, which takes something away."""
    words = text.lower()
    about = _ABOUT.match(words)
    words = words[about.end() :] if about else words
    if words.isdecimal():
        return distinct([f"{words}{unit}" for unit in "mh" if _canonical(f"{words}{unit}")], UNIT)
    if found := _HOURS_AND_MINUTES.fullmatch(words):
        return distinct([_canonical(f"{found[1]}h{found[2]}m")], "", safe=not about)
    if found := _CLOCK.fullmatch(words):
        first, second, third, is_hours = found.groups()
        if third:
            return distinct([_canonical(f"{first}h{second}m{third}s")], "", safe=not about)
        in_hours = _canonical(f"{first}h{second}m")
        return distinct([in_hours, None if is_hours else _canonical(f"{first}m{second}s")], UNIT, safe=not about)
    seconds = parse_duration(words) or parse_duration(words.upper()) or _sum(words)
    return distinct([_written(seconds)], "", safe=not about) if seconds else None


def _canonical(text: str) -> str | None:
    return _written(parse_duration(text))


def _written(seconds: int | None) -> str | None:
    return format_duration(seconds, exact=True) if seconds and seconds > 0 else None


def _sum(words: str) -> int | None:
    """The seconds in a row of amounts with their units; None where there is anything else."""
    words = words.replace("half an ", "half ").replace("half a ", "half ")
    words = " ".join(_WORDS.get(word, word) for word in words.split())
    total, at = Fraction(0), 0
    while at < len(words):
        part = _PART.match(words, at)
        if part is None or part[2] not in _SIZES:
            return None
        total += Fraction(part[1].replace(",", ".")) * _SIZES[part[2]]
        at = part.end()
    return int(total) if total.denominator == 1 else None
