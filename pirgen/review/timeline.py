"""Reads the times of a timeline and places its entries on the calendar.

A time is known to the minute, approximate (`~19:30`) or unknown. An unknown time never becomes a number.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from typing import NamedTuple, NoReturn

from pirgen.review.milestones import LAST_COUNTS, MILESTONES, PHRASES, Milestone, infer

NEXT_DAY_AFTER = timedelta(hours=4)
"""A bare `HH:MM` that is more than this before its predecessor is on the next day; otherwise it is out of order."""


_TIME = re.compile(
    r"(?P<about>~)?(?:(?P<date>[0-9]{4}-[0-9]{2}-[0-9]{2})(?:[Tt ]))?"
    r"(?P<clock>[0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,6})?)?)(?P<zone>[Zz]|[+-][0-9]{2}:[0-9]{2})?"
)
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_OFFSET = re.compile(r"[+-][0-9]{2}:[0-9]{2}")


class Clock(NamedTuple):
    """The settings for reading times: the time zone, and the phrases that mark each milestone."""

    zone: str = "UTC"
    phrases: Mapping[str, tuple[str, ...]] = PHRASES
    zone_is_stated: bool = False
    """Whether somebody stated the zone; otherwise it is assumed."""


class Moment(NamedTuple):
    """One entry of a timeline. `resolve` places it on the calendar.

    `written` is the time as it is written. `at` is that time in UTC, None where it is unknown or unreadable.
    """

    written: str
    event: str
    kind: str | None = None
    by: str = ""
    link: str = ""
    at: datetime | None = None
    approximate: bool = False
    inferred: bool = False
    out_of_order: bool = False


def zone_of(name: str) -> tzinfo | None:
    """The zone for an IANA name or an offset such as `+02:00`; None where there is no such zone."""
    if _OFFSET.fullmatch(name):
        hours, minutes = int(name[1:3]), int(name[4:])
        if hours > 14 or minutes > 59:
            return None
        return timezone(timedelta(hours=hours, minutes=minutes) * (-1 if name[0] == "-" else 1))
    if name in ("localtime", "posixrules", "Factory") or name.startswith(("right/", "posix/")):
        return None  # these differ between machines
    if name == "UTC":
        return UTC
    from zoneinfo import ZoneInfo

    try:
        return ZoneInfo(name)
    except (ValueError, OSError, LookupError):
        return None


def parse_date(text: str) -> date | None:
    """The date in `YYYY-MM-DD`, else None. Only years 2 to 9998 count, so that no zone leads out of the calendar."""
    try:
        day = date.fromisoformat(text) if _DATE.fullmatch(text) else None
    except ValueError:
        return None
    return day if day and 1 < day.year < date.max.year else None


def has_zone(text: str) -> bool:
    """Whether a time is written with a zone."""
    found = _TIME.fullmatch(text)
    return bool(found and found["zone"])


def parse_time(text: str, zone: tzinfo) -> datetime | None:
    """The moment, in UTC, of a time that is written with its date; None for other forms."""
    found = _TIME.fullmatch(text)
    return _read(found, date.min, zone) if found and found["date"] else None


def is_time(text: str) -> bool:
    """Whether a text is a time of a timeline: in one of the four forms, and on the calendar."""
    if text == "unknown":
        return True
    found = _TIME.fullmatch(text)
    if found is None or (found["zone"] and not found["date"]):
        return False
    return _read(found, date(2000, 1, 1), UTC) is not None


def resolve(entries: Iterable[Moment], day: date | None, clock: Clock) -> tuple[Moment, ...]:
    """Place the entries of a timeline on the calendar, in the order written.

    A bare `HH:MM` falls on the first day, from `day` on, on which it is no more than `NEXT_DAY_AFTER` before
    its predecessor. Explicit kinds take precedence over kinds inferred from phrases: a kind is inferred only where
    no entry states it.
    """
    zone = zone_of(clock.zone) or UTC
    entries = tuple(entries)
    stated = {entry.kind for entry in entries if entry.kind}
    moments: list[Moment] = []
    latest: datetime | None = None
    for entry in entries:
        at, approximate = _place(entry.written, day, zone, latest)
        inferred = None if entry.kind else infer(entry.event, clock.phrases)
        if inferred in stated:
            inferred = None
        late = bool(at and latest and at < latest and not approximate)
        kind = entry.kind or inferred
        moments.append(Moment(
            entry.written, entry.event, kind, entry.by, entry.link, at, approximate, inferred is not None, late
        ))  # fmt: skip
        if at and not approximate:
            latest = max(at, latest) if latest else at
    return tuple(moments)


def milestones(moments: Iterable[Moment]) -> dict[str, Milestone]:
    """The milestones reached, by kind. The first entry of a kind counts; for `resolved`, the last one."""
    reached: dict[str, Milestone] = {}
    for moment in moments:
        if moment.kind in MILESTONES and moment.at and (moment.kind in LAST_COUNTS or moment.kind not in reached):
            reached[moment.kind] = Milestone(moment.at, moment.inferred, moment.approximate)
    return reached


def _place(written: str, day: date | None, zone: tzinfo, latest: datetime | None) -> tuple[datetime | None, bool]:
    found = _TIME.fullmatch(written)
    if found is None:
        return None, False
    approximate = bool(found["about"])
    if found["zone"]:
        return (_read(found, date.min, zone) if found["date"] else None), approximate
    first = day
    if found["date"]:
        first = parse_date(found["date"])
    elif day and latest:
        first = max(day, (latest - NEXT_DAY_AFTER).astimezone(zone).date())
    if first is None:
        return None, approximate
    at = _read(found, first, zone)
    if not found["date"] and at and latest and latest - at > NEXT_DAY_AFTER:
        at = _read(found, first := first + timedelta(days=1), zone)
    if at and latest and at < latest:
        again = _read(found, first, zone, fold=1)  # the hour that is repeated when daylight saving ends
        at = again if again and again >= latest else at
    return at, approximate


def _read(found: re.Match[str], day: date, zone: tzinfo, fold: int = 0) -> datetime | None:
    """The moment in UTC. Python compares two times in the same zone by their wall clock, which would be wrong here."""
    try:
        if found["date"]:
            day = date.fromisoformat(found["date"])
        if written_zone := found["zone"]:
            zone = UTC if written_zone in "Zz" else zone_of(written_zone) or _fail()
        at = datetime.combine(day, time.fromisoformat(found["clock"]), zone)
        there = at.replace(fold=fold).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    exists = there.astimezone(zone).replace(tzinfo=None) == at.replace(tzinfo=None)
    return there if exists and 1 < there.year < date.max.year else None


def _fail() -> NoReturn:
    raise ValueError
