"""Access to the clock, the terminal and the environment variables.

No other module reads these, so a test or a host program can replace them in one place.
"""

from __future__ import annotations

import os
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

from pirgen.errors import PirgenError

TRUST = "PIRGEN_TRUST"
"""The variable that says whether repositories are trusted."""
COLOURS = ("auto", "always", "never")
"""When output is coloured; `auto` asks the terminal and the environment."""
QUIET, NORMAL, VERBOSE = range(3)
"""How much is told on stderr: what is wrong; what to do next, too; what pirgen does, too."""
_chosen: dict[str, Any] = {}
"""What the command line says of output."""


def now() -> datetime:
    """The present moment, in UTC."""
    return datetime.now(UTC)


def clock_ns() -> int:
    """The present moment in nanoseconds since 1970, as file systems count it."""
    return time.time_ns()


def wait(seconds: float) -> None:
    """Do nothing for some seconds."""
    time.sleep(seconds)


def proxy(address: str) -> str:
    """The address of the proxy through which the environment wants a web address to be asked; empty for none."""
    from urllib.parse import urlsplit
    from urllib.request import getproxies, proxy_bypass

    parts = urlsplit(address)
    return "" if proxy_bypass(parts.netloc) else getproxies().get(parts.scheme, "")


def variable(name: str) -> str:
    """The value of an environment variable; empty where it is not set."""
    return os.environ.get(name, "")


def is_trusted() -> bool:
    """Whether a repository may say which code is run, and lead to files outside of it.

    Raises PirgenError for a value of `TRUST` that says neither.
    """
    told = variable(TRUST)
    if told not in ("", "all", "none"):
        raise PirgenError(f"{TRUST} is `{told}`; set it to `none` or `all`, or leave it out")
    return told != "none"


def distrust() -> None:
    """Trust no repository from now on, in this process and its children."""
    os.environ[TRUST] = "none"


def cache_home() -> Path | None:
    """The user's folder for caches (the XDG Base Directory Specification); None for a user without a home."""
    home = variable("HOME") or variable("USERPROFILE")
    places = (Path(variable("XDG_CACHE_HOME")), Path(home, ".cache"))
    return next((place for place in places if place.is_absolute()), None)


def variables(**changes: str) -> dict[str, str]:
    """All environment variables with some changes, for a child process."""
    return {**os.environ, **changes}


def tell(colour: str | None = None, voice: int | None = None) -> None:
    """Choose one of `COLOURS`, and how much is told; what is None stays as it is."""
    _chosen.update({key: value for key, value in (("colour", colour), ("voice", voice)) if value is not None})


def voice() -> int:
    """How much is told on stderr: `QUIET`, `NORMAL` or `VERBOSE`."""
    return int(_chosen.get("voice", NORMAL))


def stdin() -> BinaryIO | None:
    """The bytes of stdin; None where it is closed."""
    return sys.stdin.buffer if sys.stdin else None


def stdin_is_terminal() -> bool:
    """Whether stdin is a terminal, so that a person can be asked."""
    return bool(sys.stdin) and sys.stdin.isatty()


def stdout_is_terminal() -> bool:
    """Whether stdout is a terminal."""
    return sys.stdout.isatty()


def shows_progress() -> bool:
    """Whether stderr is a terminal on which a line can be overwritten, and who reads it wants to be told."""
    return sys.stderr.isatty() and variable("TERM") != "dumb" and voice() > QUIET


def wants_colour(*, on_stderr: bool = False) -> bool:
    """Whether stdout, or else stderr, may be coloured.

    The command line says so, else the environment, else whether it is a terminal that can.

    Sources: https://no-color.org, https://force-color.org.
    """
    colour = _chosen.get("colour", "auto")
    if colour != "auto":
        return bool(colour == "always")
    if variable("NO_COLOR"):
        return False
    is_terminal = sys.stderr.isatty() if on_stderr else stdout_is_terminal()
    return bool(variable("FORCE_COLOR")) or (is_terminal and variable("TERM") != "dumb")


def columns() -> int | None:
    """The width of the terminal in characters, or what COLUMNS says; None where there is no terminal."""
    import shutil

    return shutil.get_terminal_size((0, 0)).columns or None
