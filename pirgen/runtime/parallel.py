"""One piece of work for each of many items, by as many processes as there are cores."""

from __future__ import annotations

import marshal
import os
from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

from pirgen.runtime.progress import watched

T = TypeVar("T")
WORTHWHILE = 200
"""From how many items on a second process saves more time than it costs."""


def spread(items: Sequence[T], work: Callable[[Sequence[T]], Iterable[Any]], what: str) -> list[Any]:
    """What `work` makes of the items, one result each, in their order: plain data and bytes, as `marshal` holds them.

    A bare fork, because starting a pool costs more than most runs take. What a process does not deliver, for
    whatever reason, is done here again, so that errors are raised here. `what` says what is done, see `watched`.
    """
    made = list(work(items[:1]))  # imports what the others need before there are others
    count = cores() if len(items) >= WORTHWHILE and _may_fork() else 1
    size = len(items) // count + 1
    share, *shares = [items[start : start + size] for start in range(1, len(items), size)] or [items[1:]]
    workers = [_Worker(theirs, work) for theirs in shares]
    try:
        made += watched(work(share), len(share), what)
        for theirs, worker in zip(shares, workers, strict=True):
            made += worker.results(len(theirs)) or work(theirs)
    except BaseException:
        for worker in workers:
            worker.kill()
        raise
    return made


class _Worker:
    """A process that works on a share of the items."""

    def __init__(self, items: Sequence[T], work: Callable[[Sequence[T]], Iterable[Any]]) -> None:
        reader, writer = os.pipe()
        self.process = os.fork()
        if self.process == 0:
            try:
                os.close(reader)
                with os.fdopen(writer, "wb") as pipe:
                    pipe.write(marshal.dumps(list(work(items))))
            finally:
                os._exit(0)
        os.close(writer)
        self.pipe = os.fdopen(reader, "rb")

    def results(self, count: int) -> Any:
        """What it made, once it is done; None where it failed."""
        try:
            with self.pipe:
                made = marshal.loads(self.pipe.read())  # noqa: S302 - written by a fork of this process
            return made if len(made) == count else None
        except (EOFError, ValueError, TypeError):
            return None
        finally:
            os.waitpid(self.process, 0)

    def kill(self) -> None:
        """Make an end, if it has none yet."""
        if not self.pipe.closed:
            self.pipe.close()
            os.kill(self.process, 9)
            os.waitpid(self.process, 0)


def cores() -> int:
    """How many processes are worth their memory."""
    found = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(found, 8)


def _may_fork() -> bool:
    import threading

    return hasattr(os, "fork") and threading.active_count() == 1  # a fork copies locks that nobody there can release
