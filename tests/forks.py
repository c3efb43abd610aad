"""Runs pirgen as a process of its own that need not import anything: it is a fork of one that has all modules.

To start Python and to import takes three quarters of a short run, and the tests start pirgen some thousand times. All
that a process has of its own, a fork has, too: folder, environment, streams, signals, exit code. It differs in what
Python reads when it starts, so a run whose environment says something about that is a real start; `run` says so.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import os
import pickle
import pkgutil
import select
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from functools import cache
from io import FileIO
from pathlib import Path

import pirgen
import pirgen.__main__
from tests import hits

STARTS = ("PYTHON", "LANG", "LC_")
"""How the names of variables begin that Python reads when it starts."""
LAZY = ("jsonschema_rs", "jsonschema", "jinja2", "msgspec", "click.shell_completion", "email.utils", "sqlite3")
"""What pirgen imports inside of functions and is not its own."""
RARE = ("lsp", "mcp", "mkdocs_plugin", "testing")
"""What few runs need, or none."""
_PID = struct.Struct("=i")


def run(
    arguments: tuple[str, ...], folder: Path, environment: Mapping[str, str], timeout: float
) -> subprocess.CompletedProcess[str]:
    """The finished process. Raises TimeoutExpired, after which it is gone.

    Where the environment differs from this process's in a variable that Python reads when it starts, this is a real
    start.
    """
    command = [sys.executable, "-m", "pirgen", *arguments]
    if any(os.environ.get(name) != text for name, text in environment.items() if name.startswith(STARTS)):
        return subprocess.run(
            command, cwd=folder, env=environment, capture_output=True, text=True, encoding="utf-8", timeout=timeout
        )
    with (
        hits.told(environment) as around,
        tempfile.TemporaryFile() as asked,
        tempfile.TemporaryFile() as out,
        tempfile.TemporaryFile() as err,
    ):
        pickle.dump((command, str(folder), dict(around)), asked)
        asked.seek(0)
        code = _forked([asked.fileno(), out.fileno(), err.fileno()], command, timeout)
        texts = []
        for stream in (out, err):
            stream.seek(0)
            texts.append(stream.read().decode().replace("\r\n", "\n"))
    return subprocess.CompletedProcess(command, code, *texts)


def _forked(files: list[int], command: list[str], timeout: float) -> int:
    end = time.monotonic() + timeout
    told, telling = os.pipe()
    with os.fdopen(told, "rb", buffering=0) as answer:
        try:
            socket.send_fds(_server(os.getpid()), [b"run"], [*files, telling])
        finally:
            os.close(telling)
        pid = _number(answer, end)
        try:
            return _number(answer, end)
        except TimeoutError:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
            raise subprocess.TimeoutExpired(command, timeout) from None


def _number(answer: FileIO, end: float) -> int:
    if not select.select([answer], [], [], max(0, end - time.monotonic()))[0]:
        raise TimeoutError
    number: int = _PID.unpack(answer.read(_PID.size))[0]
    return number


@cache
def _server(asker: int) -> socket.socket:
    """The server of this process: two that ask the same one at once would not be told apart."""
    ours, theirs = socket.socketpair()
    subprocess.Popen(
        [sys.executable, "-m", "tests.forks", str(theirs.fileno())],
        cwd=Path(__file__).parent.parent,
        pass_fds=[theirs.fileno()],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
    )
    theirs.close()
    return ours


def _serve(number: int) -> None:
    """Answers until nobody can ask any more; in a fork, runs pirgen instead, and returns or raises as it ended."""
    asking = socket.socket(fileno=number)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the forks that wait for theirs are nobody's concern
    while True:
        message, files, *_ = socket.recv_fds(asking, 16, 4)
        if not message:
            return
        if os.fork() == 0:
            asking.close()
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            if (pid := os.fork()) == 0:
                _become(*files)
                pirgen.__main__.run()
                return
            os.write(files[3], _PID.pack(pid))
            ended = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
            with contextlib.suppress(BrokenPipeError):
                os.write(files[3], _PID.pack(ended))
            os._exit(0)
        for file in files:
            os.close(file)


def _become(asked: int, out: int, err: int, telling: int) -> None:
    with os.fdopen(asked, "rb") as file:
        command, folder, environment = pickle.load(file)
    os.dup2(out, 1)
    os.dup2(err, 2)
    for number in (out, err, telling):
        os.close(number)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    hits.tell(environment)
    time.tzset()
    sys.path[0] = folder
    sys.argv = [pirgen.__main__.__file__, *command[3:]]


if __name__ == "__main__":
    own = [module.name for module in pkgutil.walk_packages(pirgen.__path__, "pirgen.")]
    for name in (*(name for name in own if name.split(".")[1] not in RARE), *LAZY):
        importlib.import_module(name)
    gc.freeze()
    _serve(int(sys.argv[1]))
