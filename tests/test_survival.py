"""The median of times of which some still run, held against another way to work it out."""

from __future__ import annotations

import statistics
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pirgen.report.survival import median

TIMES = st.lists(st.integers(0, 12), max_size=12)


@given(st.lists(st.integers(0, 12), min_size=1, max_size=30))
def test_without_open_ones_it_is_the_ordinary_median(ended: list[int]) -> None:
    assert median(ended) == statistics.median(ended)


def redistributed(ended: list[int], censored: list[int]) -> float | None:
    """The same by Efron's way of 1967: what is censored gives its weight, in equal parts, to all that are later."""
    marks = sorted([*((time, 0) for time in ended), *((time, 1) for time in censored)])
    weights = [Fraction(1, len(marks) or 1)] * len(marks)
    for place, (_, is_censored) in enumerate(marks):
        later = len(marks) - place - 1
        if is_censored and later:
            share = weights[place] / later
            weights[place:] = [Fraction(0), *(weight + share for weight in weights[place + 1 :])]
    gone, half = Fraction(0), None
    for weight, (time, is_censored) in zip(weights, marks, strict=True):
        if is_censored:
            continue
        if half is not None:
            return (half + time) / 2
        gone += weight
        if gone > Fraction(1, 2):
            return time
        half = time if gone == Fraction(1, 2) else None
    return half


@given(TIMES, TIMES)
def test_it_is_what_redistribution_to_the_right_gives(ended: list[int], censored: list[int]) -> None:
    assert median(ended, censored) == redistributed(ended, censored)


@given(TIMES, TIMES, st.integers(0, 12))
def test_an_open_item_never_lowers_it(ended: list[int], censored: list[int], more: int) -> None:
    before, after = median(ended, censored), median(ended, [*censored, more])
    assert after is None or (before is not None and before <= after)


@given(TIMES, TIMES, st.integers(0, 12), st.integers(0, 12))
def test_to_wait_longer_never_lowers_it(ended: list[int], censored: list[int], so_far: int, more: int) -> None:
    before, after = median(ended, [*censored, so_far]), median(ended, [*censored, so_far + more])
    assert after is None or (before is not None and before <= after)


@pytest.mark.parametrize(
    ("ended", "censored", "expected"),
    [
        ([], [], None),
        ([], [300], None),
        ([1], [300] * 9, None),
        ([1], [300], 1),
        ([1, 5], [3, 10], 5),
        # the remissions of 21 children under 6-mercaptopurine, in weeks, known from Freireich and others (1963)
        ([6, 6, 6, 7, 10, 13, 16, 22, 23], [6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35], 23),
    ],
)
def test_known_medians(ended: list[float], censored: list[float], expected: float | None) -> None:
    assert median(ended, censored) == expected


def test_many_times_are_not_thrown_off_by_rounding() -> None:
    assert median(range(0, 20_000, 2), range(20_000, 40_000)) is None
    assert median(range(10_000), [10_000] * 10_000) == 9_999
    assert median([*range(10_000), 20_001], [10_000] * 9_999) == (9_999 + 20_001) / 2
