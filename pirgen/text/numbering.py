"""The next free id after those that there are."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from typing import Any


def numbered_after(ids: Iterable[Any], first: str, prefix: str = "[A-Za-z]") -> str:
    """The highest number of the commonest prefix plus one, with as many digits; `first` where no id ends in a number.

    What is no text is passed over. `prefix` is the pattern with which a prefix begins.
    """
    pattern = re.compile(rf"({prefix}[A-Za-z0-9._-]*?)([0-9]{{1,9}})")
    numbered = [found for one in ids if isinstance(one, str) and (found := pattern.fullmatch(one))]
    if not numbered:
        return first
    [(commonest, _)] = Counter(found[1] for found in numbered).most_common(1)
    highest = max((found[2] for found in numbered if found[1] == commonest), key=int)
    return f"{commonest}{int(highest) + 1:0{len(highest)}d}"
