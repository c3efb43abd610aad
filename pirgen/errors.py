"""What stops a run: not the author's mistake but the environment's, told in one clear line."""

import re
from collections.abc import Iterable


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """The end of a message about a word that is not known; empty where none is like it. INC-3 is like INC-003 alone."""
    from difflib import get_close_matches

    numbers = [int(found) for found in re.findall("[0-9]{1,18}", word)]
    names = {name.lower(): name for name in known if [int(n) for n in re.findall("[0-9]{1,18}", name)] == numbers}
    near = get_close_matches(word.lower(), names, 1, 0.5)
    return f"; did you mean {names[near[0]]}?" if near else ""


class PirgenError(Exception):
    """Something outside the reviews is wrong: usage, configuration, environment.

    The message is shown as it is, without a traceback.
    """

    exit_code = 2


class HistoryMissingError(PirgenError):
    """The answer lies in history that this clone does not have."""

    exit_code = 3
