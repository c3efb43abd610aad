"""What people mean by values in another form than pirgen's."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pirgen.review.duration import parse_duration
from pirgen.review.readings import KINDS, Known, read
from pirgen.review.timeline import is_time, parse_date, zone_of

KNOWN = Known(
    owners=lambda: frozenset(["@ernst", "ann@example.org", "@org/platform", "@jo-doe"]),
    severities=(("P1", ("Critical", "P1 Critical", "SEV-A")), ("P2", ("High",)), ("P3", ("Medium",))),
    day=date(2019, 7, 2),
)
ONE = {
    "date": {
        "2 July 2019": "2019-07-02", "July 2, 2019": "2019-07-02", "Tue, 2nd of July 2019": "2019-07-02",
        "2-Jul-2019": "2019-07-02", "2019 Sept 2": "2019-09-02", "2025/10/05": "2025-10-05", "2025.1.5": "2025-01-05",
        "20251005": "2025-10-05", "2025-10-05T14:30:00Z": "2025-10-05", "2025-10-05 14:30": "2025-10-05",
        "2 July 2019 at 2:30 pm": "2019-07-02", "31/01/2017": "2017-01-31", "4/18/25": "2025-04-18",
        "5/5/2025": "2025-05-05",
        "14. März 2025": "2025-03-14", "1. Dez. 2025": "2025-12-01", "3. Mai 2025": "2025-05-03",
    },
    "pirgen-duration": {
        "27 minutes": "27m", "1 hour 30 min": "1h30m", "1 hour, 30 minutes and 5 seconds": "1h30m5s",
        "2.5 hours": "2h30m", "2,5h": "2h30m", "half an hour": "30m", "an hour": "1h", "two days": "2d",
        "1h30": "1h30m",
        "45 Minuten": "45m", "1 Stunde 20 min": "1h20m",
        "01:05:00": "1h5m", "1:30h": "1h30m", "30m1h": "1h30m", "pt27m": "27m", "18 H": "18h",
    },
    "pirgen-entry-time": {
        "6:05": "06:05", "1:42 PM": "13:42", "8:01am": "08:01", "12:30am": "00:30", "12:05 p.m.": "12:05",
        "~6:00": "~06:00", "about 6:00": "~06:00", "14:52?": "~14:52", "14.02": "14:02", "14.02.33": "14:02:33",
        "1342": "13:42", "0605h": "06:05", "14h02": "14:02", "2pm": "14:00", "?": "unknown",
        "noon": "12:00", "around noon": "~12:00",
        "2025/10/05 14:02": "2025-10-05 14:02", "5 Oct 2025 2:02 pm": "2025-10-05 14:02",
        "2025-10-05 14:02 UTC": "2025-10-05T14:02Z", "2025-10-05 14:02 CEST": "2025-10-05T14:02+02:00",
        "2025-10-05 14:02 +0200": "2025-10-05T14:02+02:00",
        "2025-10-05T14:02:11.123456789Z": "2025-10-05T14:02:11.123456Z",
    },
    "pirgen-timezone": {
        "UTC+2": "+02:00", "gmt -5": "-05:00", "Z": "UTC", "berlin": "Europe/Berlin", "europe/berlin": "Europe/Berlin",
        "New York": "America/New_York",
    },
    "severity": {
        "P2 - High": "P2", "p2": "P2", "sev1": "P1", "SEV-3": "P3", "1": "P1", "high": "P2", "P1 (Critical)": "P1",
        "sev-a": "P1", "Severity 2": "P2",
    },
    "person": {
        "ernst": "@ernst", "ann": "ann@example.org", "platform": "@org/platform", "Ann <ann@x.org>": "ann@x.org",
        "@waf.": "@waf", "mailto:a@b.ch": "a@b.ch",
    },
}  # fmt: skip
GUESSED = {
    "date": {"july 16": "2019-07-16", "1 Jul": "2020-07-01"},
    "pirgen-duration": {"about 2 hours": "2h", "~27m": "27m"},
    "pirgen-entry-time": {
        "14:02 UTC": "2019-07-02T14:02Z",
        "24:35": "2019-07-03 00:35",
        "~25.05": "~2019-07-03 01:05",
        "00:10 (+1)": "2019-07-03 00:10",
        "7:05 pm (+2d)": "2019-07-04 19:05",
        "06:00 +1 day": "2019-07-03 06:00",
    },
    "severity": {"high impact": "P2"},
    "person": {"sre": "@sre", "Jo Doe": "@jo-doe"},
}
SEVERAL = {
    "date": {"03/04/2025": ("2025-04-03", "2025-03-04"), "5.10.2025": ("2025-10-05", "2025-05-10")},
    "pirgen-duration": {"27": ("27m", "27h"), "1:30": ("1h30m", "1m30s")},
    "pirgen-entry-time": {
        "midnight": ("2019-07-02 00:00", "2019-07-03 00:00"),
        "18:00 next day": ("2019-07-03 18:00", "2019-07-04 18:00"),
        "2025-10-05 14:02 PST": ("2025-10-05T14:02-08:00", "2025-10-05T14:02+08:00"),
        "03/04/2025 9:00": ("2025-04-03 09:00", "2025-03-04 09:00"),
    },
    "pirgen-timezone": {"PST": ("America/Los_Angeles", "Asia/Manila"), "CEST": ("Europe/Berlin", "+02:00")},
    "severity": {"P2 - Critical": ("P2", "P1")},
    "person": {"@ann and @bob": ("@ann", "@bob"), "ernst, ann": ("@ernst", "ann@example.org")},
}
NONE = {
    "date": ["yesterday", "2025-13-01", "30 Feb 2025", "Jul 2019", "99999999", "x"],
    "pirgen-duration": ["3 moons", "0 minutes", "1.0001 seconds", "soon", "-5m"],
    "pirgen-entry-time": ["31:00", "14:60", "2", "13:05 AM", "noonish", "14:02 xyz"],
    "pirgen-timezone": ["Mars", "UTC+99", "new york/x"],
    "severity": ["P9", "major", "sev 0"],
    "person": ["the whole team", "@", "a b c"],
}


@pytest.mark.parametrize(("kind", "text", "value"), [(k, t, v) for k, some in ONE.items() for t, v in some.items()])
def test_what_has_one_reading(kind: str, text: str, value: str) -> None:
    found = read(kind, text, KNOWN)
    assert found is not None
    assert (found.values, found.question, found.safe) == ((value,), "", True)


@pytest.mark.parametrize(("kind", "text", "value"), [(k, t, v) for k, some in GUESSED.items() for t, v in some.items()])
def test_what_is_a_guess_is_not_safe(kind: str, text: str, value: str) -> None:
    found = read(kind, text, KNOWN)
    assert found is not None
    assert (found.values, found.safe) == ((value,), False)


@pytest.mark.parametrize(
    ("kind", "text", "values"), [(k, t, v) for k, some in SEVERAL.items() for t, v in some.items()]
)
def test_what_has_two_readings_is_asked(kind: str, text: str, values: tuple[str, ...]) -> None:
    found = read(kind, text, KNOWN)
    assert found is not None
    assert found.values == values
    assert found.question


@pytest.mark.parametrize(("kind", "text"), [(k, t) for k, some in NONE.items() for t in some])
def test_what_nobody_can_read(kind: str, text: str) -> None:
    assert read(kind, text, KNOWN) is None


FITS: dict[str, Callable[[str], bool]] = {
    "date": lambda text: parse_date(text) is not None,
    "pirgen-duration": lambda text: parse_duration(text) is not None,
    "pirgen-entry-time": is_time,
    "pirgen-timezone": lambda text: zone_of(text) is not None,
    "severity": lambda text: text in ("P1", "P2", "P3"),
}
PIECES = st.sampled_from(
    [
        "2",
        "05",
        "14",
        ":",
        ".",
        "/",
        "-",
        " ",
        "~",
        "am",
        "PM",
        "h",
        "m",
        "min",
        "Oct",
        "July",
        "2025",
        "UTC",
        "PST",
        "+",
        "next day",
        "and",
        ",",
        "P1",
        "sev",
        "half",
        "?",
        "T",
        "Z",
        "é",
        "٣",
        "²",
    ]
)
TEXTS = st.one_of(st.text(max_size=90), st.lists(PIECES, max_size=9).map("".join))


@given(kind=st.sampled_from(sorted(KINDS)), text=TEXTS)
def test_every_reading_is_in_pirgens_form(kind: str, text: str) -> None:
    found = read(kind, text, KNOWN)
    for value in found.values if found else ():
        assert FITS.get(kind, bool)(value), (kind, text, value)
