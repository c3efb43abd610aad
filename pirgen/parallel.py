"""One piece of work for each of many items, by as many processes as there are cores."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

T = TypeVar("T")
WORTHWHILE = 200
"""From how many items on a second process saves more time than it costs."""


def spread(items: Sequence[T], work: Callable[[T], Any]) -> list[Any]:
    """What `work` makes of each item, in their order: data that JSON can hold.

    A bare fork, because starting a pool costs more than most runs take. What a process does not deliver, for
    whatever reason, is done here again, so that errors are raised here.
    """
    count = _processes() if len(items) >= WORTHWHILE else 1
    first = [work(item) for item in items[:1]]  # imports what the others need before there are others
    workers = [_Worker(items[index::count], work) for index in range(1, count)]
    try:
        shares = [first + [work(item) for item in items[::count][1:]]]
        for index, worker in enumerate(workers, 1):
            shares.append(worker.results() or [work(item) for item in items[index::count]])
    except BaseException:
        for worker in workers:
            worker.kill()
        raise
    return [shares[index % count][index // count] for index in range(len(items))]


class _Worker:
    """A process that works on a share of the items."""

    def __init__(self, items: Sequence[T], work: Callable[[T], Any]) -> None:
        reader, writer = os.pipe()
        self.process = os.fork()
        if self.process == 0:
            try:
                os.close(reader)
                with os.fdopen(writer, "wb") as pipe:
                    pipe.write(json.dumps([work(item) for item in items]).encode())
            finally:
                os._exit(0)
        os.close(writer)
        self.pipe = os.fdopen(reader, "rb")

    def results(self) -> Any:
        """What it made, once it is done; None where it failed."""
        try:
            with self.pipe:
                return json.loads(self.pipe.read())
        except ValueError:
            return None
        finally:
            os.waitpid(self.process, 0)

    def kill(self) -> None:
        """Make an end, if it has none yet."""
        if not self.pipe.closed:
            self.pipe.close()
            os.kill(self.process, 9)
            os.waitpid(self.process, 0)


def _processes() -> int:
    import threading

    if not hasattr(os, "fork") or threading.active_count() > 1:  # a fork copies locks that nobody there can release
        return 1
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(cores, 8)
