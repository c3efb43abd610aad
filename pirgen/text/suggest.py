"""Suggests the known name that a person may have meant by an unknown one."""

from __future__ import annotations

import re
from collections.abc import Iterable

LONGEST = 64
"""Names with more characters are not compared."""


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """The end of a message about an unknown word, with the most similar known name; empty where none is similar.

    Names with other numbers are not suggested: for INC-3, INC-003 may be suggested, but not INC-4.
    """
    name = nearest(word, known)
    return f"; did you mean {name}?" if name else ""


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The most similar known name, by the same measure; None where none is similar."""
    numbers = [int(found) for found in re.findall("[0-9]{1,18}", word)]
    names = (name for name in known if [int(n) for n in re.findall("[0-9]{1,18}", name)] == numbers)
    ranked = sorted((rank, name) for name in names if (rank := _unlikeness(_plain(word), _plain(name))) is not None)
    return ranked[0][1] if ranked else None


def _plain(word: str) -> str:
    return re.sub(r"(?<![0-9])0+(?=[0-9])", "", word.lower())


def _unlikeness(word: str, name: str) -> int | None:
    """How many slips of the keyboard make one word of the other; None where these are too many to be slips.

    A beginning of at least three letters counts as one slip.
    """
    if len(word) > 2 and name.startswith(word):
        return min(1, len(name) - len(word))
    shorter = min(len(word), len(name))
    most = max(1, shorter // 3) if shorter > 2 else 0
    if max(len(word), len(name)) > LONGEST or abs(len(word) - len(name)) > most:
        return None
    slips = _slips(word, name)
    return slips if slips <= most else None


def _slips(word: str, name: str) -> int:
    """The least number of letters that are added, left out, replaced, or swapped with their neighbour."""
    before: list[int] = []
    row: list[int] = [*range(len(name) + 1)]
    for i, mine in enumerate(word):
        following = [i + 1]
        for j, theirs in enumerate(name):
            least = min(row[j] + (mine != theirs), row[j + 1] + 1, following[j] + 1)
            if i and j and mine == name[j - 1] and word[i - 1] == theirs:
                least = min(least, before[j - 1] + 1)
            following.append(least)
        before, row = row, following
    return row[-1]
