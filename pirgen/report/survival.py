"""The median of times of which some still run: the estimator of Kaplan and Meier."""

from __future__ import annotations

from collections.abc import Collection
from math import isclose


def median(ended: Collection[float], censored: Collection[float] = ()) -> float | None:
    """The median of times, in their unit; None where it is not reached, or where nothing has ended.

    `ended` are the times that came to their end. `censored` are those that have not, each as long as it was watched:
    what is still open after 300 days takes more than 300 days, and to leave it out would make the median too short.
    Without censored times it is the ordinary median.

    Source: E. L. Kaplan and P. Meier, "Nonparametric estimation from incomplete observations", Journal of the American
    Statistical Association 53 (1958). After each end, the share that survives is multiplied by (n - 1) / n, where n are
    those still watched; what is censored at that very moment is still watched. The median is the time at which the
    share falls below one half. Where it stays at one half for a while, it is the middle of that while.
    """
    watched = len(ended) + len(censored)
    surviving, half = 1.0, None
    for time, is_censored in sorted([*((time, False) for time in ended), *((time, True) for time in censored)]):
        if not is_censored:
            if half is not None:
                return (half + time) / 2
            surviving *= (watched - 1) / watched
            if isclose(surviving, 0.5):
                half = time
            elif surviving < 0.5:
                return time
        watched -= 1
    return half
