"""Positions in a picture: round steps for its axes, and labels cut to the room that they have."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from math import ceil, log, log10

CHARACTER = 6.8
"""The width of a character of a label, in pixels at a font size of 11."""
_MINUTE, _HOUR, _DAY = 60, 3_600, 86_400
STEPS = (
    *(_MINUTE * count for count in (1, 2, 5, 10, 15, 30)),
    *(_HOUR * count for count in (1, 2, 3, 6, 12)),
    *(_DAY * count for count in (1, 2, 7, 14, 28, 91, 182, 364)),
)
"""Steps that people count time in, in seconds."""
SPANS = (_MINUTE, 10 * _MINUTE, _HOUR, 6 * _HOUR, *(_DAY * count for count in (1, 7, 28, 91, 364, 1092)))
"""The durations at which a logarithmic axis has lines, in seconds."""


def moments(start: datetime, end: datetime, most: int) -> list[datetime]:
    """Round times from `start` to `end` in the zone of `start`, with at most `most` steps between them."""
    span = (end - start).total_seconds()
    step = next((step for step in STEPS if span / step <= most), STEPS[-1] * ceil(span / STEPS[-1] / most))
    midnight = start.replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None)
    first = midnight + timedelta(seconds=step * ceil((start.replace(tzinfo=None) - midnight).total_seconds() / step))
    steps = [timedelta(seconds=step * number) for number in range(int(span // step) + 2)]
    if step < _DAY:  # step in UTC, because clocks may be put forward or back in between
        found = [(first.replace(tzinfo=start.tzinfo).astimezone(UTC) + one).astimezone(start.tzinfo) for one in steps]
    else:
        found = [(first + one).replace(tzinfo=start.tzinfo) for one in steps]
    earliest, latest = start.astimezone(UTC), end.astimezone(UTC)
    return [one for one in found if earliest <= one.astimezone(UTC) <= latest]


def numbers(highest: float, most: int = 5) -> list[int]:
    """Round whole numbers from 0 to at least `highest`, in at most `most` steps of 1, 2 or 5 times a power of 10."""
    rough = max(highest / most, 1)
    power = 10 ** int(log10(rough))
    step = next(factor * power for factor in (1, 2, 5, 10) if factor * power >= rough)
    return [step * number for number in range(ceil(max(highest, 1) / step) + 1)]


def spans(shortest: float, longest: float) -> list[int]:
    """The lines of a logarithmic axis for durations from `shortest` to `longest`, all in seconds."""
    lower = [step for step in SPANS if step <= shortest][-1:] or [SPANS[0]]
    beyond = SPANS[-1] * (int(longest // SPANS[-1]) + 1)
    upper = next((step for step in SPANS if step >= longest and step > lower[0]), beyond)
    return [*lower, *(step for step in SPANS if lower[0] < step < upper), upper]


def part(value: float, lowest: float, highest: float) -> float:
    """The position of a value on a logarithmic axis, from 0 at `lowest` to 1 at `highest`; 0 for lower values."""
    return log(max(value, lowest) / lowest) / log(highest / lowest)


def short(text: str, room: float) -> str:
    """The text, cut and ended with `…` where it is wider than `room` in pixels."""
    most = max(1, int(room / CHARACTER))
    return text if len(text) <= most else f"{text[: most - 1]}…"
