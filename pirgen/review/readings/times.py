"""Times of a timeline: `6:05`, `1:42 PM`, `~6:00`, `14.02`, `2025/10/05 14:02 UTC`, `noon`, `24:35`, `00:10 (+1)`."""

from __future__ import annotations

import re
from datetime import timedelta

from pirgen.review.readings import Known, Reading, dates, distinct
from pirgen.review.readings.zones import ABBREVIATIONS, UTC, WHICH, offset_of
from pirgen.review.timeline import is_time

WHICH_DAY = "it is not clear which day that is"
UNKNOWN = ("?", "??", "???", "n/a", "not known", "unknown time", "unkown")
NOON = ("noon", "12 noon", "midday")
MIDNIGHT = ("midnight", "12 midnight")
_ABOUT = re.compile(r"(?:~|≈|about|around|approx\.?|approximately|roughly|circa|ca\.?) ?")
_NEXT_DAY = re.compile(r"\A(.{1,60}?),? ?\(?(?:the )?(?:next|following) (?:day|morning)\)?")
_DAYS_LATER = re.compile(r"\A(.{1,60}?) ?(?:\(\+ ?([1-9]) ?(?:d|days?)?\)|\+ ?([1-9]) ?(?:d|days?))")
_PAST_MIDNIGHT = re.compile(r"2[4-9](?=[:.][0-5][0-9]\Z)")
_CLOCK = re.compile(
    r"(?:(?P<day>.{0,60}[^ t,])(?:t|,? (?:at )?))??"
    r"(?P<hour>[0-9]{1,2})(?:(?:[:.]|h(?=[0-9]))(?P<minute>[0-9]{2})(?:[:.](?P<second>[0-9]{2})(?:[.,](?P<part>[0-9]{1,9}))?)?)?"
    r"(?: ?(?P<half>[ap])\.?m\.?)?(?: ?(?:h|hrs?|hours|o'clock|uhr))?"
    r"(?: ?(?P<zone>[+-][0-9]{1,2}(?::?[0-9]{2})?|(?:utc|gmt)[+-][0-9:]{1,5}|z|[a-z]{3,4}))?"
)
_FOUR_DIGITS = re.compile(r"(~?)([0-9]{2})([0-9]{2}) ?(?:h|hrs?|hours)?")


def read(text: str, known: Known) -> Reading | None:
    """The time that a text means. An hour without `am` and `pm` is one of 24."""
    words = text.lower()
    if words in UNKNOWN:
        return Reading(("unknown",))
    if found := _NEXT_DAY.fullmatch(words):
        return _on_a_later_day(found[1], known, 1, 2)
    if found := _DAYS_LATER.fullmatch(words):
        return _on_a_later_day(found[1], known, int(found[2] or found[3]))
    about = _ABOUT.match(words)
    words = words[about.end() :] if about else words
    mark = "~" if about or words.endswith("?") else ""
    words = words.rstrip("? ")
    if words in NOON:
        return Reading((f"{mark}12:00",))
    if words in MIDNIGHT:
        return _on_a_later_day(f"{mark}00:00", known, 0, 1)
    if found := _PAST_MIDNIGHT.match(words):
        return _on_a_later_day(f"{mark}{int(found[0]) - 24:02d}{words[2:]}", known, 1)
    if found := _FOUR_DIGITS.fullmatch(words):
        return distinct([_checked(f"{mark}{found[2]}:{found[3]}")], "")
    found = _CLOCK.fullmatch(words)
    clock = _clock(found) if found else None
    if found is None or clock is None:
        return None
    days, safe = _days(found["day"], known, needed=bool(found["zone"]))
    zones = _zones(found["zone"])
    question = dates.ORDER if len(days) > 1 else WHICH
    return distinct(
        [_checked(f"{mark}{day}{' ' if day and not zone else 'T' if day else ''}{clock}{zone}")
         for day in days for zone in zones], question, safe=safe
    )  # fmt: skip


def _clock(found: re.Match[str]) -> str | None:
    hour, minute, half = int(found["hour"]), found["minute"], found["half"]
    if half and hour <= 12:
        hour = hour % 12 + (12 if half == "p" else 0)
    elif (half == "a" and hour > 12) or not (minute or half):
        return None
    second = f":{found['second']}" if found["second"] else ""
    part = f".{found['part'][:6]}" if found["part"] else ""
    return f"{hour:02d}:{minute or '00'}{second}{part}"


def _days(written: str | None, known: Known, *, needed: bool) -> tuple[tuple[str, ...], bool]:
    """The days that a time may be on; one empty text where it has none and needs none. And whether that is sure."""
    if written:
        reading = dates.read(written, known)
        return (reading.values, reading.safe) if reading else ((), True)
    if needed:
        return ((known.day.isoformat(),) if known.day else ()), False
    return ("",), True


def _zones(written: str | None) -> list[str]:
    if not written:
        return [""]
    if written in UTC:
        return ["Z"]
    if offset := offset_of(written):
        return [offset]
    return [offset for _, offset in ABBREVIATIONS.get(written, ())]


def _on_a_later_day(words: str, known: Known, *days: int) -> Reading | None:
    """The time so many days after the incident began. One is a guess: they may be counted from the entry before."""
    clock = words if is_time(words) else (reading.values[0] if (reading := read(words, known)) else "")
    if not clock or known.day is None or "-" in clock or clock == "unknown":
        return None
    mark, clock = ("~", clock[1:]) if clock.startswith("~") else ("", clock)
    dates = (known.day + timedelta(days=more) for more in days)
    return distinct([_checked(f"{mark}{day.isoformat()} {clock}") for day in dates], WHICH_DAY, safe=False)


def _checked(written: str) -> str | None:
    return written if is_time(written) else None
