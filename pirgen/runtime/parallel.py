"""Spreads work on many items over several processes, up to one for each core."""

from __future__ import annotations

import marshal
import os
from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

from pirgen.runtime.progress import debug, watched

T = TypeVar("T")
R = TypeVar("R")
WORTHWHILE = 200
"""The number of items from which a second process saves more time than it costs."""


def spread(
    items: Sequence[T],
    work: Callable[[Sequence[T]], Iterable[R]],
    what: str,
    send: Callable[[R], Any] | None = None,
    receive: Callable[[Any], R] | None = None,
    worthwhile: int | None = None,
) -> list[R]:
    """The results of `work`, one for each item, in the order of the items.

    `send` turns a result into plain data for `marshal`, and `receive` turns that data back into a result; results
    that are plain data need neither. `what` names the work, see `watched`. From `worthwhile` items on, by default
    WORTHWHILE, there are several processes. They are forked, because starting a pool takes longer than most runs. Where
    a process fails, this process does its share again and raises the error.
    """
    made = list(work(items[:1]))  # imports all that is needed before processes are forked
    count = cores() if len(items) >= (worthwhile or WORTHWHILE) and _may_fork() else 1
    size = max(1, -(-(len(items) - 1) // count))
    share, *shares = [items[start : start + size] for start in range(1, len(items), size)] or [items[1:]]
    workers = [_Worker(theirs, work, send) for theirs in shares]
    try:
        made += watched(work(share), len(share), what)
        for theirs, worker in zip(shares, workers, strict=True):
            results = worker.results(len(theirs))
            if results is None:
                debug("{}: a process failed, so its share of {} is done again", what, len(theirs))
                made += work(theirs)
            else:
                made += map(receive, results) if receive else results
    except BaseException:
        for worker in workers:
            worker.kill()
        raise
    return made


class _Worker:
    """A process that works on a share of the items."""

    def __init__(
        self,
        items: Sequence[Any],
        work: Callable[[Sequence[Any]], Iterable[Any]],
        send: Callable[[Any], Any] | None,
    ) -> None:
        reader, writer = os.pipe()
        self.process = os.fork()
        if self.process == 0:
            try:
                os.close(reader)
                with os.fdopen(writer, "wb") as pipe:
                    made = work(items)
                    pipe.write(marshal.dumps(list(map(send, made) if send else made)))
            finally:
                os._exit(0)
        os.close(writer)
        self.pipe = os.fdopen(reader, "rb")

    def results(self, count: int) -> list[Any] | None:
        """The results of the process, which is waited for; None where it failed."""
        try:
            with self.pipe:
                made: list[Any] = marshal.loads(self.pipe.read())  # noqa: S302 - written by a fork of this process
            return made if len(made) == count else None
        except (EOFError, ValueError, TypeError):
            return None
        finally:
            os.waitpid(self.process, 0)

    def kill(self) -> None:
        """End the process, if it has not ended yet."""
        if not self.pipe.closed:
            self.pipe.close()
            os.kill(self.process, 9)
            os.waitpid(self.process, 0)


def cores() -> int:
    """How many processes to use: one for each core, but at most 8, because each takes memory."""
    found = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(found, 8)


def _may_fork() -> bool:
    import threading

    return hasattr(os, "fork") and threading.active_count() == 1  # a fork copies locks that no thread in it can release
