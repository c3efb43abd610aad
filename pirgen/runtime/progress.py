"""Shows the progress of long work on stderr where that is a terminal.

Progress is shown after one second and erased when the work is done.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Iterator
from typing import TypeVar

from pirgen.runtime import environment
from pirgen.text.terminal import printable

T = TypeVar("T")
PATIENCE, STEP = 1.0, 0.1
"""Seconds until progress is shown first, and seconds between updates."""


def watched(items: Iterable[T], count: int, what: str) -> Iterator[T]:
    """The items, while progress is shown. `count` is their number; `what` names the work."""
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


def note(text: str) -> None:
    """Say on stderr, in a line of its own, why a run goes on without an answer; `text` is printable."""
    sys.stderr.write(f"pirgen: {text}\n")
    sys.stderr.flush()


def debug(text: str, *values: object) -> None:
    """Say on stderr what pirgen does, where that is asked for; `values` are put into the text, and made printable."""
    if environment.voice() >= environment.VERBOSE:
        note(printable(text.format(*values)))


def _show(text: str) -> None:
    sys.stderr.write(f"\r{text}\x1b[K")
    sys.stderr.flush()
