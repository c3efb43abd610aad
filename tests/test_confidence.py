"""The confidence intervals: known ones, what always holds, and the same digits everywhere."""

from __future__ import annotations

import statistics

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pirgen.report.confidence import MOST, Z, bootstrap, wilson

SECONDS = st.lists(st.integers(0, 10**9), min_size=2, max_size=MOST + 50)


@pytest.mark.parametrize(
    ("done", "of", "low", "high"),
    [  # the first four: R. G. Newcombe, Statistics in Medicine 17 (1998), table I
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
        (29, 29, 0.8830, 1.0),
    ],
)
def test_wilson_gives_the_published_intervals(done: int, of: int, low: float, high: float) -> None:
    found = wilson(done, of)
    assert found
    assert (round(found.low, 4), round(found.high, 4)) == (low, high)


@given(st.integers(1, 10_000).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of))))
def test_wilson_holds_the_shares_that_one_normal_test_does_not_refuse(counts: tuple[int, int]) -> None:
    done, of = counts
    found = wilson(done, of)
    assert found
    assert 0 <= found.low <= done / of <= found.high <= 1
    assert found.low < found.high
    for end in found:
        if 0 < end < 1:
            assert abs(abs(done / of - end) / (end * (1 - end) / of) ** 0.5 - Z) < 1e-6
    other = wilson(of - done, of)
    assert other
    assert other.low == pytest.approx(1 - found.high)


def test_nothing_has_no_interval() -> None:
    assert wilson(0, 0) is None
    assert bootstrap([]) is None
    assert bootstrap([60]) is None


@given(SECONDS)
def test_the_interval_of_a_mean_lies_in_the_values_and_is_always_the_same(values: list[int]) -> None:
    found = bootstrap(values)
    assert found == bootstrap(values)
    assert found
    assert min(values) <= found.low <= found.high <= max(values)


@given(st.lists(st.integers(0, 10**6), min_size=5, max_size=40, unique=True), st.integers(0, 10**6))
def test_it_moves_with_the_values(values: list[int], more: int) -> None:
    one, other = bootstrap(values), bootstrap([value + more for value in values])
    assert one
    assert other
    assert other == pytest.approx((one.low + more, one.high + more))
    assert one.low < statistics.fmean(values) < one.high


def test_the_two_ways_agree_where_they_meet() -> None:
    times = [((number * 7919) % 1000) ** 2 for number in range(MOST + 1)]
    few, many = bootstrap(times[:MOST]), bootstrap(times)
    assert few
    assert many
    for one, other in zip(few, many, strict=True):
        assert one == pytest.approx(other, rel=0.03)


def test_the_digits_are_the_same_on_every_python() -> None:
    assert bootstrap([120, 600, 1_800, 3_600, 86_400]) == (648, 52_680)
    assert bootstrap(range(0, 6_000, 40)) == (2701.8968340286137, 3258.1031659713863)


@given(st.lists(st.integers(0, 10**6), min_size=2, max_size=12))
def test_the_interval_of_the_opposite_values_is_the_opposite_interval(values: list[int]) -> None:
    one, other = bootstrap(values), bootstrap([-value for value in values])
    assert one and other
    assert (other.low, other.high) == (-one.high, -one.low)
