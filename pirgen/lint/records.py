"""Verdicts as plain data, for a cache and for the way from one process to another.

Every tuple becomes a list that begins with the name of its class, so a field that is added to a class is carried
along without a word here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, NamedTuple, get_args

from pirgen.diagnostic import Cause, Change, Diagnostic, Edit, Fix, Reason, Severity, Span
from pirgen.lint.suppressions import Ignore


class Verdict(NamedTuple):
    """What is found in a file, the ignores in it, and what unusual its rules were told about other files."""

    diagnostics: tuple[Diagnostic, ...] = ()
    ignores: tuple[Ignore, ...] = ()
    answers: Mapping[str, Any] = {}


NOTHING = Verdict()
"""The verdict on most files."""
_NESTED = (list, dict)
_MAKERS: dict[str, Callable[..., Any]] = {
    "": lambda *items: items,
    "date": date.fromisoformat,
    **{
        kind.__name__: kind
        for kind in (Verdict, Diagnostic, Span, Severity, Reason, Cause, Change, Ignore, Fix, *get_args(Edit))
    },
}


def pack(value: Any) -> Any:
    """Lists, mappings, texts and numbers that say what a value says; both JSON and marshal hold them."""
    if isinstance(value, tuple):
        return [type(value).__name__ if hasattr(value, "_fields") else "", *map(pack, value)]
    if isinstance(value, dict):
        return {key: pack(inner) for key, inner in value.items()}
    if isinstance(value, Severity | Reason):
        return [type(value).__name__, value.value]
    return ["date", value.isoformat()] if isinstance(value, date) else value


def unpack(data: Any) -> Any:
    """The value that `pack` made data of."""
    if isinstance(data, list):
        # most values are texts and numbers, and a call for each of them takes longer than all the rest
        return _MAKERS[data[0]](*[unpack(one) if isinstance(one, _NESTED) else one for one in data[1:]])
    return {key: unpack(inner) for key, inner in data.items()} if isinstance(data, dict) else data
