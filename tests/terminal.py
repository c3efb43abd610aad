"""A terminal for tests: a program runs in it, is sent keys, and its screen is read. It needs tmux."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

TIMEOUT = 60
"""After how many seconds a test fails that waits for something on the screen."""


class Terminal:
    """A program in a terminal of its own, by the name of its tmux server."""

    def __init__(self, name: str) -> None:
        self.name = name

    def tmux(self, *arguments: str, folder: Path | None = None, environment: Mapping[str, str] | None = None) -> str:
        """What a command of tmux prints."""
        command = ["tmux", "-L", self.name, "-f", os.devnull, *arguments]
        done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=folder, env=environment)
        return done.stdout

    def keys(self, *keys: str) -> None:
        """Press keys, by the names that tmux has for them."""
        self.tmux("send-keys", *keys)

    def screen(self, *, styled: bool = False) -> str:
        """What the screen shows, on request with the codes of its colours."""
        return self.tmux("capture-pane", "-p", *(["-e"] if styled else []))

    def wait_for(self, is_there: Callable[[str], bool]) -> str:
        """The screen as soon as it shows what is waited for. Raises AssertionError where it never does."""
        end = time.monotonic() + TIMEOUT
        while not is_there(shown := self.screen()):
            assert time.monotonic() < end, shown
            time.sleep(0.1)
        return shown


@contextmanager
def terminal(
    command: Sequence[str], folder: Path, *, columns: int = 100, lines: int = 30, environment: Mapping[str, str]
) -> Iterator[Terminal]:
    """A program that runs in a folder, in a terminal of this size."""
    shown = Terminal(f"pirgen-{os.getpid()}-{time.monotonic_ns()}")
    size = ["-x", str(columns), "-y", str(lines)]
    variables = {**os.environ, **environment, "TERM": "xterm-256color"}
    shown.tmux("new-session", "-d", *size, *command, folder=folder, environment=variables)
    try:
        yield shown
    finally:
        shown.tmux("kill-server")
