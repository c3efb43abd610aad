"""What people mean by values that are not in pirgen's form: `1:42 PM`, `27 minutes`, `P2 - High`.

A kind of value is a module of this folder with a function `read`, which takes the text as it is written and what is
`Known` besides, and returns a `Reading`; None where nobody can tell. `KINDS` says which values a module reads.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from importlib import import_module
from typing import NamedTuple

from pirgen.diagnostic import Path

LONGEST = 80
"""Texts with more characters are no such value."""
KINDS = {
    "date": "dates",
    "person": "people",
    "pirgen-date-and-time": "times",
    "pirgen-duration": "durations",
    "pirgen-entry-time": "times",
    "pirgen-timezone": "zones",
    "severity": "severities",
}
"""The module for each kind of value: a `format` or a definition of the schema, or the name of a field."""


class Reading(NamedTuple):
    """What a text may mean, in pirgen's form."""

    values: tuple[str, ...]
    """One value where that is what it means; else those that it may mean."""
    question: str = ""
    """What is not clear about several values."""
    safe: bool = True
    """Whether one value says all that the text says."""


class Known(NamedTuple):
    """What is known besides a value: how a file and its surroundings speak."""

    written: Callable[[Path], str] = lambda path: ""
    """The characters of the value at a path; empty where it is not on one line."""
    file_stem: str = ""
    owners: Callable[[], frozenset[str]] = frozenset
    """Who may own action items, in lower case; empty where anybody may."""
    severities: Sequence[tuple[str, Sequence[str]]] = ()
    """Each severity, with its other names."""
    day: date | None = None
    """The day on which the incident began."""


def read(kind: str, text: str, known: Known) -> Reading | None:
    """What a text of this kind may mean; None where nobody can tell, or where there is no such kind."""
    text = " ".join(text.split())
    if kind not in KINDS or not text or len(text) > LONGEST:
        return None
    found: Reading | None = import_module(f"{__name__}.{KINDS[kind]}").read(text, known)
    return found if found and found.values else None


def distinct(values: Sequence[str | None], question: str, *, safe: bool = True) -> Reading | None:
    """The reading of these values, without repeats; None where there are none."""
    found = tuple(dict.fromkeys(value for value in values if value))
    return Reading(found, question if len(found) > 1 else "", safe) if found else None
