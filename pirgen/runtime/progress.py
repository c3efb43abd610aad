"""How far long work is: on a terminal's stderr, from its second second on, and gone when the work is done."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Iterator
from typing import TypeVar

from pirgen.runtime import environment

T = TypeVar("T")
PATIENCE, STEP = 1.0, 0.1
"""After how many seconds people wonder, and how many pass from one line to the next."""


def watched(items: Iterable[T], count: int, what: str) -> Iterator[T]:
    """The items as they come, of which there are `count`; `what` says what is done with them."""
    if not environment.shows_progress():
        yield from items
        return
    due = time.monotonic() + PATIENCE
    shown = False
    try:
        for number, item in enumerate(items):
            if time.monotonic() > due:
                shown, due = True, time.monotonic() + STEP
                _show(f"{what}: {100 * number // count}%")
            yield item
    finally:
        if shown:
            _show("")


def _show(text: str) -> None:
    sys.stderr.write(f"\r{text}\x1b[K")
    sys.stderr.flush()
