"""Suggests the known name that a person may have meant by an unknown one."""

from __future__ import annotations

import re
from collections.abc import Iterable


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """The end of a message about an unknown word, with the most similar known name; empty where there is none.

    Names with other numbers are not suggested: for INC-3, INC-003 may be suggested, but not INC-4.
    """
    from difflib import get_close_matches

    numbers = [int(found) for found in re.findall("[0-9]{1,18}", word)]
    names = {name.lower(): name for name in known if [int(n) for n in re.findall("[0-9]{1,18}", name)] == numbers}
    near = get_close_matches(word.lower(), names, 1, 0.5)
    return f"; did you mean {names[near[0]]}?" if near else ""
