"""The next free id after those that there are."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import count
from typing import Any


def numbered_after(ids: Iterable[Any], first: str, prefix: str = "[A-Za-z]") -> str:
    """The highest number of the commonest prefix plus one, with as many digits; `first` where no id ends in a number.

    What is no text is passed over. `prefix` is the pattern with which a prefix begins.
    """
    return next(numbers_after(ids, first, prefix))


def numbers_after(ids: Iterable[Any], first: str, prefix: str = "[A-Za-z]") -> Iterator[str]:
    """The id that `numbered_after` gives, and those that follow it without end."""
    pattern = re.compile(rf"({prefix}[A-Za-z0-9._-]*?)([0-9]{{1,9}})")
    numbered = [found for one in ids if isinstance(one, str) and (found := pattern.fullmatch(one))]
    if not numbered:
        start = pattern.fullmatch(first)
        assert start is not None, f"{first} ends in a number"
        name, number, digits = start[1], int(start[2]), len(start[2])
    else:
        [(name, _)] = Counter(found[1] for found in numbered).most_common(1)
        highest = max((found[2] for found in numbered if found[1] == name), key=int)
        number, digits = int(highest) + 1, len(highest)
    for following in count(number):
        yield f"{name}{following:0{digits}d}"
