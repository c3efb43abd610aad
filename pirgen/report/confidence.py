"""How far a figure may be off by chance: confidence intervals of 95 % for a share and for a mean."""

from __future__ import annotations

import random
from collections.abc import Sequence
from functools import cache
from math import sqrt
from typing import NamedTuple

Z = 1.959963984540054
"""How many standard deviations from the middle of a normal distribution 95 % of it ends."""
RESAMPLES = 1_000
MOST = 100
"""Of how many values a bootstrap is made at most. It takes a time that grows with them, and brings ever less."""
SEED = 1979


class Bounds(NamedTuple):
    """The two ends of an interval."""

    low: float
    high: float


def wilson(done: int, of: int) -> Bounds | None:
    """The interval of the share `done / of`, from 0 to 1; None of nothing.

    Source: E. B. Wilson, "Probable inference, the law of succession, and statistical inference", Journal of the
    American Statistical Association 22 (1927). Unlike the normal one it holds for few values, and near 0 and 1.
    """
    if not of:
        return None
    share, room = done / of, Z * Z / of
    middle = share + room / 2
    around = Z * sqrt(share * (1 - share) / of + room / (4 * of))
    return Bounds(
        0.0 if not done else (middle - around) / (1 + room), 1.0 if done == of else (middle + around) / (1 + room)
    )


def bootstrap(values: Sequence[int]) -> Bounds | None:
    """The interval of the mean of whole numbers, in their unit; None for fewer than two of them.

    It is the percentile interval of B. Efron, "Bootstrap methods: another look at the jackknife", Annals of Statistics
    7 (1979): the means of `RESAMPLES` samples, each as large as the values and drawn from them with replacement,
    without the least and the greatest 2.5 %. The samples are the same each time, so the same values give the same
    interval. Of more than `MOST` values it is the normal one, `Z` standard errors around the mean but within the
    values; the bootstrap comes close to it there.
    """
    count = len(values)
    if count < 2:
        return None
    if count > MOST:
        squares = sum(value * value for value in values)
        return normal(count, sum(values), squares, min(values), max(values))
    drawn, take = _drawn(count), values.__getitem__
    totals = sorted(sum(map(take, drawn[start : start + count])) for start in range(0, len(drawn), count))
    outside = RESAMPLES // 40
    return Bounds(totals[outside] / count, totals[-1 - outside] / count)


def normal(count: int, total: int, squares: int, least: int, most: int) -> Bounds:
    """The normal interval of the mean of whole numbers, but within them; `squares` is the sum of their squares."""
    middle = total / count
    around = Z * sqrt((count * squares - total * total) / (count * count * (count - 1)))
    return Bounds(max(middle - around, least), min(middle + around, most))


@cache
def _drawn(count: int) -> bytes:
    """The places of the values in all samples, sample by sample: bytes below `count`, which is at most 256."""
    source, whole = random.Random(SEED), 256 // count * count  # noqa: S311 no secret
    places, others = bytes(one % count for one in range(256)), bytes(range(whole, 256))
    found = b""
    while len(found) < RESAMPLES * count:
        found += source.randbytes(2 * RESAMPLES * count).translate(places, others)
    return found[: RESAMPLES * count]
