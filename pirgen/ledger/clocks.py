"""When the commits of the mainline were made, where some clocks ran backwards or ahead."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import NamedTuple


class Adjustment(NamedTuple):
    """A commit whose own date is not believed."""

    commit: str
    committer_date: datetime
    """What the commit says, in UTC."""
    taken_as: datetime
    """What is counted instead: the time of the commit before it."""


def settle(dates: Sequence[int], now: int) -> list[int]:
    """The times of commits, oldest commit first, from their committer dates; both in seconds since 1970.

    Dates after `now` are wrong. Of the others the longest run that never goes back is believed; of runs of the same
    length it is the one with the later dates. A commit outside the run has the time of the commit before it, the
    first ones have that of the first commit in the run. Where no date can be believed, all are `now`.
    """
    if [*dates, now] == sorted([*dates, now]):
        return [*dates]
    run = _longest_run(dates, now)
    clock, times = dates[run[0]] if run else now, [*dates]
    believed = {*run}
    for index, date in enumerate(dates):
        clock = date if index in believed else clock
        times[index] = clock
    return times


def _longest_run(dates: Sequence[int], now: int) -> list[int]:
    """The indexes of the longest run that never goes back, by patience sorting from the latest commit to the oldest.

    https://en.wikipedia.org/wiki/Longest_increasing_subsequence#Efficient_algorithms
    """
    ends: list[int] = []  # for each length of a run: how late, negated, its oldest date can be
    holders: list[int] = []  # the index of that date
    later: dict[int, int] = {}  # the index of the next commit in the run
    for index in reversed(range(len(dates))):
        if dates[index] > now:
            continue
        place = bisect_right(ends, -dates[index])
        if place:
            later[index] = holders[place - 1]
        ends[place : place + 1] = [-dates[index]]
        holders[place : place + 1] = [index]
    found = holders[-1:]
    while found and found[-1] in later:
        found.append(later[found[-1]])
    return found


def adjustment(commit: str, date: int, taken: int) -> Adjustment:
    """An adjustment of a commit's date, both in seconds since 1970; git's dates may be beyond what Python knows."""
    return Adjustment(commit, datetime.fromtimestamp(min(date, _LAST), UTC), datetime.fromtimestamp(taken, UTC))


_LAST = int(datetime(9999, 12, 31, tzinfo=UTC).timestamp())
