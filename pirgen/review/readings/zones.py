"""Time zones: `UTC+2`, `berlin`, `PST`."""

from __future__ import annotations

import re
from functools import cache

from pirgen.review.readings import Known, Reading, distinct
from pirgen.review.timeline import zone_of

WHICH = "it is not clear which zone that is"
ABBREVIATIONS: dict[str, tuple[tuple[str, str], ...]] = {
    "acst": (("Australia/Adelaide", "+09:30"),),
    "aedt": (("Australia/Sydney", "+11:00"),),
    "aest": (("Australia/Sydney", "+10:00"),),
    "bst": (("Europe/London", "+01:00"), ("Asia/Dhaka", "+06:00")),
    "cdt": (("America/Chicago", "-05:00"), ("America/Havana", "-04:00")),
    "cest": (("Europe/Berlin", "+02:00"),),
    "cet": (("Europe/Berlin", "+01:00"),),
    "cst": (("America/Chicago", "-06:00"), ("Asia/Shanghai", "+08:00")),
    "edt": (("America/New_York", "-04:00"),),
    "eest": (("Europe/Helsinki", "+03:00"),),
    "est": (("America/New_York", "-05:00"),),
    "hkt": (("Asia/Hong_Kong", "+08:00"),),
    "ist": (("Asia/Kolkata", "+05:30"), ("Europe/Dublin", "+01:00"), ("Asia/Jerusalem", "+02:00")),
    "jst": (("Asia/Tokyo", "+09:00"),),
    "kst": (("Asia/Seoul", "+09:00"),),
    "mdt": (("America/Denver", "-06:00"),),
    "mst": (("America/Denver", "-07:00"), ("Asia/Kuala_Lumpur", "+08:00")),
    "nzdt": (("Pacific/Auckland", "+13:00"),),
    "nzst": (("Pacific/Auckland", "+12:00"),),
    "pdt": (("America/Los_Angeles", "-07:00"),),
    "pst": (("America/Los_Angeles", "-08:00"), ("Asia/Manila", "+08:00")),
    "sgt": (("Asia/Singapore", "+08:00"),),
}
"""For each abbreviation the zones that use it, with the offset that it stands for there."""
UTC = ("z", "utc", "gmt", "zulu")
_OFFSET = re.compile(r"(?:utc|gmt)? ?([+-]) ?([0-9]{1,2})(?::?([0-9]{2}))?")


def read(text: str, known: Known) -> Reading | None:
    """The zone that a text means. An abbreviation stands for one offset, or for a zone that also has another one."""
    words = text.lower()
    if words in UTC:
        return Reading(("UTC",))
    if offset := offset_of(words):
        return Reading((offset,))
    if words in ABBREVIATIONS:
        named = ABBREVIATIONS[words]
        return distinct([*(zone for zone, _ in named), *(offset for _, offset in named[:1] if len(named) == 1)], WHICH)
    name = words.replace(" ", "_")
    zones = _by_city().get(name.rsplit("/", 1)[-1], ())
    return distinct([zone for zone in zones if "/" not in name or zone.lower() == name], WHICH)


def offset_of(words: str) -> str | None:
    """The offset, such as `+02:00`, in words such as `utc+2`; None where there is none."""
    found = _OFFSET.fullmatch(words)
    offset = f"{found[1]}{int(found[2]):02d}:{found[3] or '00'}" if found else ""
    return offset if offset and zone_of(offset) else None


@cache
def _by_city() -> dict[str, list[str]]:
    """The IANA zones by the last part of their names, in lower case."""
    from zoneinfo import available_timezones

    found: dict[str, list[str]] = {}
    for name in sorted(available_timezones()):
        if name.split("/")[0] not in ("Etc", "posix", "right") and zone_of(name):
            found.setdefault(name.rsplit("/", 1)[-1].lower(), []).append(name)
    return found
