"""Reads and writes durations such as `45m` and `1h30m`; also reads ISO 8601. Says how long an incident lasted."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from pirgen.review.milestones import Milestone

TOLERANCE = 60
"""By how many seconds a stated duration may differ from the timeline: timelines are written to the minute."""

_UNITS = {"w": 604_800, "d": 86_400, "h": 3_600, "m": 60, "s": 1}
_AMOUNT = r"(?:([0-9]{1,6})%s)?"
_DURATION = re.compile("".join(_AMOUNT % unit for unit in _UNITS))
_ISO_DURATION = re.compile(
    "P" + "".join(_AMOUNT % unit for unit in "WD") + "(?:T" + "".join(_AMOUNT % unit for unit in "HMS") + ")?"
)


def parse_duration(text: str) -> int | None:
    """The seconds in a duration such as `1h30m` (units w d h m s, descending, each once) or ISO 8601, else None."""
    found = _DURATION.fullmatch(text) or _ISO_DURATION.fullmatch(text)
    if found is None or not any(found.groups()) or text.endswith("T"):
        return None
    return sum(int(amount) * size for amount, size in zip(found.groups(), _UNITS.values(), strict=True) if amount)


def format_duration(seconds: float, *, exact: bool = False) -> str:
    """A duration such as `45s`, `1h30m` or `3d14h`, with a minus where it is negative.

    It is rounded to two units unless `exact` is set. A duration of one incident is shown exactly, so that the same
    one reads alike everywhere and a missed target shows; those that sum up several, and axes, are rounded.
    """
    rest = round(abs(seconds))
    if not exact:
        for least, step in ((86_400, 3_600), (60, 60)):
            if rest >= least:
                rest = int(rest / step + 0.5) * step
    parts = []
    for unit in "dhms":
        amount, rest = divmod(rest, _UNITS[unit])
        if amount:
            parts.append(f"{amount}{unit}")
    return ("-" if seconds < 0 else "") + ("".join(parts) or "0m")


class Lasted(NamedTuple):
    """How long an incident lasted: what its review states, and what its timeline proves."""

    stated: str
    """The duration as the review states it; empty where it states none."""
    proven: Mapping[str, float]
    """The seconds between each pair of milestones that may bound an incident, by a text such as `started to resolved`.

    Empty where the timeline lacks one of the ends, or knows it only approximately. Negative where the timeline
    contradicts itself.
    """

    @property
    def fitting(self) -> float | None:
        """The first proven duration that is within `TOLERANCE` of the stated one; None where there is none."""
        stated = parse_duration(self.stated)
        fits = (one for one in self.proven.values() if stated is not None and abs(stated - one) <= TOLERANCE)
        return next(fits, None)

    @property
    def ends(self) -> str:
        """The milestones that the proven duration is between, where it matters; else empty.

        It does where the incident began at another time than it was detected, and where it went on after the end.
        """
        if self._told <= 0:
            return ""
        between = next(ends for ends, one in self.proven.items() if one == self._told)
        others = [one for ends, one in self.proven.items() if ends.endswith(" to resolved")] or [*self.proven.values()]
        return between if {*others} != {self._told} else ""

    @property
    def _told(self) -> float:
        """The proven duration that people are told, in seconds; 0 where there is none."""
        return self.fitting if self.fitting is not None else next(iter(self.proven.values()), 0)

    @property
    def is_contradicted(self) -> bool:
        """Whether a duration is stated and no proven one fits it."""
        return bool(self.proven) and parse_duration(self.stated) is not None and self.fitting is None

    def beside(self, derived: str) -> str:
        """A derived duration with the stated one beside it where the timeline contradicts that."""
        return f"{derived} (stated: {self.stated})" if derived and self.is_contradicted else derived

    def __str__(self) -> str:
        """The proven duration first. `18h (stated)` is one that the timeline does not prove; empty is unknown."""
        if self._told > 0:
            return self.beside(format_duration(self._told, exact=True))
        return self.stated and f"{self.stated} (stated)"


def lasted(stated: str, reached: Mapping[str, Milestone]) -> Lasted:
    """How long an incident lasted: from detected or started to resolved, or to mitigated."""
    exact = {kind: mark.at for kind, mark in reached.items() if not mark.approximate}
    proven = {
        f"{start} to {end}": (exact[end] - exact[start]).total_seconds()
        for start in ("detected", "started")
        for end in ("resolved", "mitigated")
        if start in exact and end in exact
    }
    return Lasted(stated, proven)


def in_words(seconds: float) -> str:
    """A duration as a sentence has it, such as `45 minutes` or `1 hour 30 minutes`, rounded to two units."""
    names = {"d": "day", "h": "hour", "m": "minute", "s": "second"}
    parts = re.findall(r"([0-9]+)([dhms])", format_duration(abs(seconds)))
    return " ".join(f"{amount} {names[unit]}{'' if amount == '1' else 's'}" for amount, unit in parts)
