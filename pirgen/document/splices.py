"""Replaces ranges of a text."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple


class Splice(NamedTuple):
    """A range of a text to replace, and the new text."""

    start: int
    end: int
    text: str


def spliced(text: str, splices: Iterable[Splice]) -> str | None:
    """The text with all of these made; None where two of them replace the same characters.

    Of several at one place, the first one comes first.
    """
    parts, rest = [], len(text)
    for _, splice in sorted(enumerate(splices), key=lambda one: (-one[1].start, -one[1].end, -one[0])):
        if splice.end > rest:
            return None
        parts += [text[splice.end : rest], splice.text]
        rest = splice.start
    return "".join((text[:rest], *reversed(parts)))
