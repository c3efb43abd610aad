"""Times, durations and milestones."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pirgen.review.duration import Lasted, format_duration, lasted, parse_duration
from pirgen.review.milestones import INTERVALS, Milestone
from pirgen.review.timeline import Clock, Moment, has_zone, is_time, milestones, parse_date, resolve, zone_of


def times(*written: str, day: str = "2025-10-05", zone: str = "UTC") -> list[str]:
    moments = resolve([Moment(text, "") for text in written], date.fromisoformat(day), Clock(zone))
    return [
        ("!" if moment.out_of_order else "") + (moment.at.strftime("%d %H:%M") if moment.at else "-")
        for moment in moments
    ]


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("45m", 2_700),
        ("1h30m", 5_400),
        ("2d4h", 187_200),
        ("1w", 604_800),
        ("90s", 90),
        ("0m", 0),
        ("PT45M", 2_700),
        ("P1DT2H", 93_600),
        ("", None),
        ("45", None),
        ("1h1h", None),
        ("30m1h", None),
        ("~1hr", None),
        ("1:30", None),
        ("90 minutes", None),
        ("-5m", None),
        ("P", None),
        ("PT", None),
        ("P1DT", None),
        ("1.5h", None),
        ("٤٥m", None),
        ("45m\n", None),
    ],
)
def test_durations(text: str, seconds: int | None) -> None:
    assert parse_duration(text) == seconds


@given(st.integers(0, 10**8))
def test_an_exact_duration_reads_back(seconds: int) -> None:
    assert parse_duration(format_duration(seconds, exact=True)) == seconds


@given(st.integers(0, 10**8))
def test_a_rounded_duration_has_two_units_and_is_near(seconds: int) -> None:
    text = format_duration(seconds)
    assert sum(char.isalpha() for char in text) <= 2
    read = parse_duration(text)
    assert read is not None
    assert abs(read - seconds) <= (1_800 if seconds >= 86_400 - 30 else 30)


@pytest.mark.parametrize(
    "text",
    ["14:30", "14:30:20", "~19:30", "unknown", "2025-10-05 14:30", "2025-10-05T14:30:00Z", "2025-10-05T14:30+02:00"],
)
def test_forms_of_time(text: str) -> None:
    assert is_time(text)


@pytest.mark.parametrize(
    "text",
    ["24:00", "14.35", "14:35 CEST", "2:30 PM", "14:60", "2025-02-30 10:00", "14:30Z", "", "~", "9:05", "2025-10-05"],
)
def test_what_is_no_time(text: str) -> None:
    assert not is_time(text)


def test_dates_are_of_the_calendar_and_of_one_form() -> None:
    assert parse_date("2024-02-29") == date(2024, 2, 29)
    assert [parse_date(text) for text in ("2025-02-29", "2025-W40-7", "20251005", "2025-1-1", "")] == [None] * 5
    ends = ("0001-12-31", "0002-01-01", "9998-12-31", "9999-01-01")
    assert [parse_date(text) for text in ends] == [None, date(2, 1, 1), date(9998, 12, 31), None]


def test_a_large_step_back_is_the_next_day_and_a_small_one_is_out_of_order() -> None:
    assert times("23:50", "23:58", "00:35") == ["05 23:50", "05 23:58", "06 00:35"]
    assert times("20:45", "12:34") == ["05 20:45", "06 12:34"]
    assert times("14:32", "14:30") == ["05 14:32", "!05 14:30"]
    assert times("23:50", "00:10", "23:55") == ["05 23:50", "06 00:10", "!05 23:55"]
    assert times("22:00", "06:00", "22:00", "06:00") == ["05 22:00", "06 06:00", "06 22:00", "07 06:00"]


def test_dated_and_bare_times_mix() -> None:
    assert times("2025-10-08 23:00", "23:30", "00:10") == ["08 23:00", "08 23:30", "09 00:10"]
    assert times("2025-10-04 23:50", "00:10") == ["04 23:50", "05 00:10"]


def test_what_goes_back_is_measured_by_the_latest_time_before_it() -> None:
    assert times("10:00", "09:00", "09:30", "10:10") == ["05 10:00", "!05 09:00", "!05 09:30", "05 10:10"]


def test_approximate_and_unknown_times_judge_nothing() -> None:
    assert times("14:30", "~14:20", "unknown", "14:25") == ["05 14:30", "05 14:20", "-", "!05 14:25"]


def test_zones_are_compared_by_the_moment_and_not_by_the_wall_clock() -> None:
    assert times("2025-10-05T14:30+02:00", "2025-10-05T12:40Z") == ["05 12:30", "05 12:40"]
    assert times("2025-10-05 14:30", "2025-10-05T12:40Z", zone="Europe/Berlin") == ["05 12:30", "05 12:40"]


def test_the_hour_that_comes_twice_goes_on() -> None:
    assert times("02:40", "02:55", "02:10", day="2025-10-26", zone="Europe/Berlin") == [
        "26 00:40",
        "26 00:55",
        "26 01:10",
    ]
    twice = times("02:40", "02:10", "02:10", day="2025-10-26", zone="Europe/Berlin")
    assert twice == ["26 00:40", "26 01:10", "26 01:10"], "nothing goes back where two entries have one time"
    dated = ["2025-10-26 02:50", "2025-10-26 02:10"]
    assert times(*dated, day="2025-10-26", zone="Europe/Berlin") == ["26 00:50", "26 01:10"]


def test_the_hour_that_is_left_out_does_not_exist() -> None:
    assert times("01:50", "02:30", "03:10", day="2025-03-30", zone="Europe/Berlin") == ["30 00:50", "-", "30 01:10"]


def test_the_ends_of_the_calendar_are_no_crash() -> None:
    assert times("23:50", "00:10", day="9999-12-31") == ["-", "-"]
    assert times("00:10", day="0001-01-01", zone="+14:00") == ["-"]


@pytest.mark.parametrize(
    ("name", "minutes"), [("Europe/Berlin", 60), ("UTC", 0), ("+05:30", 330), ("-08:30", -510), ("+14:00", 840)]
)
def test_zones(name: str, minutes: int) -> None:
    zone = zone_of(name)
    assert zone is not None
    assert zone.utcoffset(datetime(2025, 1, 1)) == timedelta(minutes=minutes)  # noqa: DTZ001 - the zone is asked


@pytest.mark.parametrize(
    ("first", "last", "approximate"), [("14:00", "15:00", False), ("~14:00", "15:00", True), ("14:00", "~15:00", True)]
)
def test_an_interval_is_as_exact_as_both_its_ends(first: str, last: str, approximate: bool) -> None:
    said = [Moment(first, "x", kind="detected"), Moment(last, "y", kind="resolved")]
    taken = INTERVALS["mttr"].measure(milestones(resolve(said, date(2025, 10, 5), Clock("UTC"))))
    assert taken
    assert (taken.seconds, taken.start, taken.approximate) == (3_600, "detected", approximate)


@pytest.mark.parametrize(
    "name",
    ["CEST ", "Nowhere/City", "", "+15:00", "+02:60", "../../etc/passwd", "Europe", "\0", "localtime", "right/UTC"],
)
def test_what_is_no_zone(name: str) -> None:
    assert zone_of(name) is None


def reached(*entries: tuple[str, str, str | None]) -> dict[str, str]:
    moments = resolve([Moment(*entry) for entry in entries], date(2025, 10, 5), Clock())
    return {
        kind: mark.at.strftime("%H:%M") + ("?" if mark.inferred else "") for kind, mark in milestones(moments).items()
    }


def test_an_explicit_kind_beats_an_inferred_one() -> None:
    said: list[tuple[str, str, str | None]] = [
        ("14:30", "Alert triggered", None),
        ("14:40", "A customer called", "detected"),
        ("15:00", "Incident resolved", None),
    ]
    assert reached(*said) == {"detected": "14:40", "resolved": "15:00?"}


def test_the_first_entry_of_a_kind_counts_and_for_resolved_the_last() -> None:
    said = [(f"14:{minute}", "", kind) for kind in ("mitigated", "resolved") for minute in ("10", "20")]
    assert reached(*sorted(said)) == {"mitigated": "14:10", "resolved": "14:20"}


@given(st.lists(st.integers(0, 6 * 24 * 60 - 1), min_size=1, max_size=12).map(sorted))
def test_bare_times_in_order_and_never_20_hours_apart_keep_their_days(minutes: list[int]) -> None:
    start = datetime(2025, 10, 5, tzinfo=UTC)
    kept = [minutes[0] % 1440]
    for minute in minutes[1:]:
        kept.append(kept[-1] + (minute - minutes[0]) % (20 * 60 - 1))
    truth = [start + timedelta(minutes=minute) for minute in kept]
    moments = resolve([Moment(at.strftime("%H:%M"), "") for at in truth], start.date(), Clock())
    assert [moment.at for moment in moments] == truth


HOUR = timedelta(hours=1)


def how_long(stated: str, **hours: float) -> Lasted:
    """How long it lasted where milestones were reached so many hours after some moment."""
    start = datetime(2025, 10, 5, tzinfo=UTC)
    return lasted(stated, {kind: Milestone(start + HOUR * at, False, False) for kind, at in hours.items()})


@pytest.mark.parametrize(
    ("stated", "hours", "shown"),
    [
        ("18h", {"detected": 0, "resolved": 21}, "21h (stated: 18h)"),
        ("2d19h", {"detected": 0, "resolved": 67.25}, "2d19h15m (stated: 2d19h)"),
        ("21h", {"detected": 0, "resolved": 21}, "21h"),
        ("60m", {"detected": 0, "resolved": 1}, "1h"),
        ("PT22H", {"started": 0, "detected": 1, "resolved": 22}, "22h"),
        ("", {"detected": 0, "resolved": 21}, "21h"),
        ("18h", {"detected": 0}, "18h (stated)"),
        ("18h", {"detected": 3, "resolved": 0}, "18h (stated)"),
        ("", {}, ""),
    ],
)
def test_what_the_timeline_proves_comes_before_what_is_stated(stated: str, hours: dict[str, float], shown: str) -> None:
    assert str(how_long(stated, **hours)) == shown


@pytest.mark.parametrize(
    ("stated", "hours", "ends"),
    [
        ("22h", {"started": 0, "detected": 1, "resolved": 22}, "started to resolved"),
        ("", {"started": 0, "detected": 1, "resolved": 22}, "detected to resolved"),
        ("", {"detected": 1, "mitigated": 2, "resolved": 22}, ""),
        ("1h", {"detected": 1, "mitigated": 2, "resolved": 22}, "detected to mitigated"),
        ("", {"started": 1, "detected": 2, "mitigated": 3}, "detected to mitigated"),
        ("", {"started": 1, "detected": 1, "resolved": 22}, ""),
        ("", {"detected": 1, "resolved": 22}, ""),
        ("1h", {"started": 5, "detected": 6, "resolved": 2}, ""),
        ("1h", {}, ""),
    ],
)
def test_milestones_are_named_where_others_would_give_another_duration(
    stated: str, hours: dict[str, float], ends: str
) -> None:
    assert how_long(stated, **hours).ends == ends


@given(st.integers(0, 10**7), st.integers(0, 10**7))
def test_a_stated_duration_beside_another_never_reads_the_same(stated: int, proven: int) -> None:
    found = how_long(format_duration(stated, exact=True), detected=0, resolved=proven / 3_600)
    assert found.is_contradicted == (abs(stated - proven) > 60)
    derived, _, beside = str(found).partition(" (stated: ")
    assert derived != beside.rstrip(")")


@pytest.mark.parametrize(
    ("text", "stated"),
    [("14:30Z", True), ("2025-10-05T14:30+02:00", True), ("14:30", False), ("2025-10-05T14:30", False), ("x", False)],
)
def test_a_time_says_whether_it_has_a_zone(text: str, stated: bool) -> None:
    assert has_zone(text) is stated


@pytest.mark.parametrize(("start", "end"), [(True, True), (True, False), (False, True), (False, False)])
def test_a_time_is_inferred_where_one_of_its_ends_is(start: bool, end: bool) -> None:
    first, last = (
        Milestone(datetime(2025, 10, 5, hour, tzinfo=UTC), inferred=one, approximate=False)
        for hour, one in ((1, start), (2, end))
    )
    found = INTERVALS["mttr"].measure({"detected": first, "resolved": last})
    assert found and (found.inferred, found.approximate) == (start or end, False)


def test_what_is_out_of_order_is_not_moved_to_the_second_of_two_hours() -> None:
    moments = resolve([Moment("05:00", ""), Moment("02:30", "")], date(2025, 10, 26), Clock("Europe/Berlin"))
    assert [(f"{one.at:%H:%M}" if one.at else "", one.out_of_order) for one in moments] == [
        ("04:00", False),
        ("00:30", True),
    ]


def test_a_stated_kind_is_not_inferred() -> None:
    stated, read = resolve(
        [Moment("14:30", "Incident resolved", kind="detected"), Moment("14:31", "Incident resolved")],
        date(2025, 10, 5), Clock("UTC"),
    )  # fmt: skip
    assert [(one.kind, one.inferred) for one in (stated, read)] == [("detected", False), ("resolved", True)]
