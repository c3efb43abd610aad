"""Reads and writes durations such as `45m` and `1h30m`; also reads ISO 8601."""

from __future__ import annotations

import re

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

    It is rounded to two units unless `exact` is set.
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


def in_words(seconds: float) -> str:
    """A duration as a sentence has it, such as `45 minutes` or `1 hour 30 minutes`, rounded to two units."""
    names = {"d": "day", "h": "hour", "m": "minute", "s": "second"}
    parts = re.findall(r"([0-9]+)([dhms])", format_duration(abs(seconds)))
    return " ".join(f"{amount} {names[unit]}{'' if amount == '1' else 's'}" for amount, unit in parts)
