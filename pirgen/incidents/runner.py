"""Runs the command that a person typed, shows its output while it runs, and keeps what proves that it ran.

The output goes to a file that git ignores, beside the log. Only `keep` makes a file of it that can be committed, with
secrets and addresses taken out.
"""

from __future__ import annotations

import os
import select
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from pirgen.errors import PirgenError
from pirgen.files import create, write
from pirgen.incidents.redaction import redacted, require_patterns
from pirgen.project import Project
from pirgen.runtime import environment, extras

TIMEOUT = 600
"""After how many seconds a command is ended, unless somebody says otherwise."""
MOST = 16 << 20
"""How many bytes of a command's output are kept. All of them are shown, counted and hashed."""
MOST_COMMITTED = 1 << 18
"""How many bytes of it are committed at most."""
GRACE = 2
"""For how many seconds a command may go on after it was told to end, and its output after it has ended."""
FOLDER = ".output"


class Run(NamedTuple):
    """A command that was run."""

    command: str
    exit: int
    """Its exit status; negative for the signal that ended it."""
    seconds: float
    bytes: int
    """How much it printed to stdout and stderr, in bytes."""
    sha256: str
    stopped: str = ""
    """`timeout` or `interrupt` where it was stopped before it ended."""
    kept: Path | None = None
    """The file with its output; None where that could not be written."""

    @property
    def failed(self) -> bool:
        """Whether it was stopped, or ended with another status than 0."""
        return bool(self.exit or self.stopped)

    def values(self) -> dict[str, Any]:
        """What an event says about it."""
        said = {"command": self.command, "exit": self.exit, "stopped": self.stopped, "seconds": round(self.seconds)}
        return {**said, "bytes": self.bytes, "sha256": self.sha256}


def run(
    command: Sequence[str],
    *,
    show: Callable[[bytes], None],
    folder: Path,
    name: str,
    patterns: Sequence[str] = (),
    timeout: float = TIMEOUT,
) -> Run:
    """Run a command with this process's stdin, and pass its output to `show` as it comes.

    The output is kept in `folder`/.output/`name`.txt. The command and all processes that it started are ended after
    `timeout` seconds, and on Ctrl-C. `patterns` are taken out of the command as it is recorded. Raises PirgenError
    where the command cannot be run, or where what is needed for `patterns` is not installed.
    """
    require_patterns(patterns)
    began = time.monotonic()
    try:
        process = subprocess.Popen(  # noqa: S603 - no shell
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, bufsize=0, process_group=0
        )
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise PirgenError(f"`{command[0]}` cannot be run: {reason}") from None
    digest, size, stopped = sha256(), 0, ""
    file = _opened(folder, name)
    until = began + timeout
    try:
        with _foreground(process.pid):
            for chunk in _chunks(process, until):
                digest.update(chunk)
                if file and size < MOST:
                    with suppress(OSError):
                        file.write(chunk[: MOST - size])
                size += len(chunk)
                show(chunk)
            process.wait(max(0.1, until - time.monotonic()))
    except KeyboardInterrupt:
        stopped = "interrupt"
    except (TimeoutError, subprocess.TimeoutExpired):
        stopped = "timeout"
    finally:
        _end(process)
        if file:
            with suppress(OSError):
                file.close()
    if process.returncode == -signal.SIGINT:  # Ctrl-C goes to whoever has the terminal
        stopped = "interrupt"
    return Run(
        redacted(shlex.join(command), patterns),
        process.returncode,
        time.monotonic() - began,
        size,
        digest.hexdigest(),
        stopped,
        Path(file.name) if file else None,
    )


def keep(made: Run, target: Path, project: Project) -> str:
    """Write the output of a command to a file that can be committed, without secrets and addresses.

    Returns the file's path in the project. Raises PirgenError where detect-secrets is not installed, and where there
    is no output.
    """
    require_redaction()
    if made.kept is None:
        raise PirgenError("the output was not kept, so it cannot be committed")
    with made.kept.open("rb") as file:
        text = file.read(MOST_COMMITTED).decode("utf-8", "replace")
    cut = f"\n(the first {MOST_COMMITTED} of {made.bytes} bytes)\n" if made.bytes > MOST_COMMITTED else ""
    write(target, redacted(text, project.config.redaction, secrets=True) + cut, root=project.root)
    return target.relative_to(project.root).as_posix()


def require_redaction() -> None:
    """Raise PirgenError where detect-secrets is not installed."""
    if not extras.is_installed("detect_secrets"):
        raise PirgenError(f"--keep-output looks for secrets, and {extras.needed('detect_secrets')}")


def output_name(kind: str, at: datetime) -> str:
    """The name of the file for a command's output, without its ending."""
    return f"{at:%Y%m%dT%H%M%SZ}-{kind}"


def _opened(folder: Path, name: str) -> BinaryIO | None:
    """A new file for the output, which git ignores; None where it cannot be made."""
    place = folder / FOLDER
    with suppress(OSError, PirgenError):
        if not (place / ".gitignore").exists():
            write(place / ".gitignore", "*\n", root=folder)
        for number in range(100):
            with suppress(FileExistsError):
                return create(place / f"{name}{f'-{number}' if number else ''}.txt", root=folder)
    return None


@contextmanager
def _foreground(group: int) -> Iterator[None]:
    """Give the terminal to a group of processes, so that they can ask for a password, and take it back."""
    if not environment.stdin_is_terminal():
        yield
        return
    terminal, own = sys.stdin.fileno(), os.getpgrp()
    before = signal.signal(signal.SIGTTOU, signal.SIG_IGN)  # else giving it away would stop this process
    try:
        with suppress(OSError):
            os.tcsetpgrp(terminal, group)
            os.killpg(group, signal.SIGCONT)
        yield
    finally:
        with suppress(OSError):
            os.tcsetpgrp(terminal, own)
        signal.signal(signal.SIGTTOU, before)


def _chunks(process: subprocess.Popen[bytes], until: float) -> Iterator[bytes]:
    """The output of a process as it comes. Raises TimeoutError at `until`.

    Output also ends soon after the process has ended, though a process that it left behind may hold the pipe open.
    """
    assert process.stdout
    ended: float | None = None
    while True:
        now = time.monotonic()
        if now > until:
            raise TimeoutError
        if ended is None and process.poll() is not None:
            ended = now
        if ended is not None and now > ended + GRACE:
            return
        ready, _, _ = select.select([process.stdout], [], [], 0.1)
        if ready:
            chunk = os.read(process.stdout.fileno(), 65_536)
            if not chunk:
                return
            yield chunk


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a command that still runs, with all that it started, and wait for it."""
    if process.poll() is None:
        with suppress(ProcessLookupError, PermissionError, subprocess.TimeoutExpired, KeyboardInterrupt):
            os.killpg(process.pid, signal.SIGTERM)
            process.wait(GRACE)
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    if process.stdout:
        process.stdout.close()
    process.wait()
