"""Days as people write them on a command line."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pirgen.errors import PirgenError
from pirgen.review.calendar import WEEKDAYS, parse_day, read_day

FRIDAY = date(2026, 11, 20)


@pytest.mark.parametrize(
    ("text", "ahead", "back"),
    [
        ("2026-12-01", "2026-12-01", "2026-12-01"),
        ("today", "2026-11-20", "2026-11-20"),
        ("Tomorrow", "2026-11-21", "2026-11-21"),
        ("yesterday", "2026-11-19", "2026-11-19"),
        ("friday", "2026-11-27", "2026-11-13"),
        ("last friday", "2026-11-13", "2026-11-13"),
        ("next  Friday", "2026-11-27", "2026-11-27"),
        ("mon", "2026-11-23", "2026-11-16"),
        ("thurs", "2026-11-26", "2026-11-19"),
        ("+1w", "2026-11-27", "2026-11-27"),
        ("-1w", "2026-11-13", "2026-11-13"),
        ("2w", "2026-12-04", "2026-11-06"),
        ("10 days", "2026-11-30", "2026-11-10"),
        ("last week", "2026-11-13", "2026-11-13"),
    ],
)
def test_a_day_as_people_write_it(text: str, ahead: str, back: str) -> None:
    assert parse_day(text, FRIDAY, ahead=True) == date.fromisoformat(ahead)
    assert parse_day(text, FRIDAY, ahead=False) == date.fromisoformat(back)


@pytest.mark.parametrize("text", ["", "fr", "2026-02-30", "1m", "soon", "+99999w", "last", "next 2w", "friday!", "１d"])
def test_what_is_no_day_is_refused(text: str) -> None:
    assert parse_day(text, FRIDAY, ahead=True) is None
    with pytest.raises(PirgenError, match=r"--due: .* is not a day; write YYYY-MM-DD"):
        read_day(text, FRIDAY, ahead=True, what="--due")


@given(st.dates(date(3, 1, 1), date(9990, 1, 1)), st.sampled_from(WEEKDAYS))
def test_a_weekday_is_the_nearest_one_of_that_name_and_never_today(today: date, name: str) -> None:
    for ahead, way in ((True, 1), (False, -1)):
        day = parse_day(name, today, ahead=ahead)
        assert day is not None
        assert WEEKDAYS[day.weekday()] == name
        assert timedelta(1) <= (day - today) * way <= timedelta(7)
