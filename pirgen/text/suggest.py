"""The known name that a person may have meant by an unknown one."""

from __future__ import annotations

import re
from collections.abc import Iterable


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """The end of a message about a word that is not known; empty where none is like it. INC-3 is like INC-003 alone."""
    from difflib import get_close_matches

    numbers = [int(found) for found in re.findall("[0-9]{1,18}", word)]
    names = {name.lower(): name for name in known if [int(n) for n in re.findall("[0-9]{1,18}", name)] == numbers}
    near = get_close_matches(word.lower(), names, 1, 0.5)
    return f"; did you mean {names[near[0]]}?" if near else ""
