"""Finds, reads and writes files; all files are written by `write`."""

from __future__ import annotations

import os
import stat
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from errno import EISDIR, ELOOP, ENOTDIR, ETIMEDOUT
from pathlib import Path
from typing import NamedTuple

MAX_BYTES = 1 << 19
"""The largest file that is parsed, in bytes. A long review has about 10,000 bytes."""
MAX_READ = 3 << 20
"""The largest file that is read, in bytes. GitHub reads a CODEOWNERS file of this size."""
TOO_LARGE = f"is larger than {MAX_READ >> 20} MiB"
"""The error of a source that is too large to be read."""

SUFFIXES = (".yaml", ".yml")
PATIENCE = 10
"""For how many seconds a process waits for another one that holds a folder's lock."""


class Source(NamedTuple):
    """Text that may become a document, from a file, a git blob or an editor's buffer.

    `name` is the path shown to people, `data` holds the bytes. Where the text could not be read, `error` gives the
    reason and `data` is empty.
    """

    name: str
    data: bytes
    error: str = ""
    is_regular: bool = True
    """False for links, pipes and the like, which have no content in git."""


def read(path: str | Path, name: str) -> Source:
    """Read a worktree file of at most `MAX_READ` bytes. Raises nothing; the result has an `error` instead.

    Symbolic links are not followed, because git stores a link's target path and not the content behind it.
    """
    try:
        found = os.lstat(path)
        kind = found.st_mode
        if stat.S_ISLNK(kind):
            return Source(name, b"", "is a symbolic link, which has no history of its own", is_regular=False)
        if not stat.S_ISREG(kind):
            return Source(name, b"", "is not a regular file", is_regular=False)
        if found.st_size > MAX_READ:
            return Source(name, b"", TOO_LARGE)
        with open(path, "rb") as file:  # noqa: PTH123
            return Source(name, file.read(MAX_READ))
    except OSError as error:
        return Source(name, b"", f"cannot be read: {error.strerror or error}")


def top_of(folder: Path) -> Path | None:
    """The top of the git worktree around a folder: the nearest folder with a `.git`, from the folder upwards.

    None where there is none.
    """
    return next((one for one in (folder, *folder.parents) if (one / ".git").exists()), None)


def is_below(path: str, folders: Iterable[str]) -> bool:
    """Whether a path (relative, with slashes) lies in one of the folders."""
    return any(path.startswith(f"{folder}/") for folder in folders)


def is_source(path: str, folders: Iterable[str]) -> bool:
    """Whether a path names a YAML file in one of the folders that is not hidden; `find` uses the same rule."""
    inside = [path.removeprefix(f"{folder}/") for folder in folders if path.startswith(f"{folder}/")]
    return path.endswith(SUFFIXES) and any(not f"/{rest}".count("/.") for rest in inside)


def find(root: Path, folders: Iterable[str]) -> Iterator[str]:
    """The paths of the YAML files below `folders`, relative to `root`, sorted, each once.

    Hidden files and files of another repository or checkout are left out. For a folder that is a symbolic link, the
    path of the link itself is returned, so that reading it reports the link.

    Raises OSError where a folder exists but cannot be read.
    """
    seen: set[str] = set()
    for folder in sorted(set(folders)):
        top = os.path.join(root, folder)  # noqa: PTH118 - ten times as fast as Path
        steps = [folder[:end] for end, mark in enumerate(f"{folder}/") if mark == "/"] if folder != "." else []
        if link := next((step for step in steps if os.path.islink(os.path.join(root, step))), ""):  # noqa: PTH114, PTH118
            yield link
            continue
        if any(_is_repository(os.path.join(root, step)) for step in steps):  # noqa: PTH118
            continue
        for here, subfolders, names in os.walk(top, onerror=_unless_absent):
            if here != top and _is_repository(here):
                subfolders.clear()
                continue
            subfolders[:] = sorted(name for name in subfolders if not name.startswith("."))
            below = f"{folder}{here[len(top) :]}/".replace(os.sep, "/").removeprefix("./")
            links = [name for name in subfolders if os.path.islink(f"{here}/{name}")]  # noqa: PTH114
            for name in sorted((*names, *links)):
                path = below + name
                if (name.endswith(SUFFIXES) or name in links) and not name.startswith(".") and path not in seen:
                    seen.add(path)
                    yield path


def _is_repository(folder: str) -> bool:
    """Whether a folder has a `.git` that is a repository, or a file that points to one."""
    git = f"{folder}/.git"
    return os.path.isfile(git) or os.path.isfile(f"{git}/HEAD")  # noqa: PTH113


def _unless_absent(error: OSError) -> None:
    if not isinstance(error, FileNotFoundError):
        raise error


def write(path: Path, text: str | bytes, *, exclusive: bool = False, lasting: bool = False) -> None:
    """Write a file completely or not at all. Text is written as UTF-8, with its line ends unchanged.

    An existing file keeps its mode. With `lasting` the text is on the disk when this returns, so that it outlives a
    loss of power. Raises FileExistsError where `exclusive` is set and the file exists, OSError where the file cannot
    be written.
    """
    if not path.name:
        raise IsADirectoryError(EISDIR, "is not the name of a file", str(path))
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except FileExistsError as error:
        raise NotADirectoryError(ENOTDIR, "is not a folder", str(path.parent)) from error
    draft = path.with_name(f".{path.name}.{os.urandom(4).hex()}")
    try:
        with draft.open("xb") as file:
            file.write(text.encode() if isinstance(text, str) else text)
            if lasting:
                file.flush()
                os.fsync(file.fileno())
        if path.exists():
            import shutil

            shutil.copymode(path, draft)
        if exclusive:
            os.link(draft, path)
        else:
            draft.replace(path)
    except OSError as error:  # report the file's name, not the draft's
        error.filename, error.filename2 = str(path), None
        raise
    finally:
        draft.unlink(missing_ok=True)


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Keep other processes that ask for the same lock out of a folder, which is made where it is missing.

    The lock ends with the process, however it ends, and leaves no file behind. On Windows nothing is locked.

    Raises OSError where the folder cannot be made or opened, or where others hold the lock for `PATIENCE` seconds and
    nothing in the folder changes.
    """
    import random

    folder.mkdir(parents=True, exist_ok=True)
    try:
        import fcntl
    except ImportError:
        yield
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        seen, until = 0, 0.0
        while True:
            with suppress(BlockingIOError):
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            changed, now = os.fstat(handle).st_mtime_ns, time.monotonic()
            if changed != seen:  # somebody has written, so the lock goes round
                seen, until = changed, now + PATIENCE
            elif now > until:
                raise TimeoutError(ETIMEDOUT, "another process has been writing here for too long", str(folder))
            time.sleep(random.uniform(0.001, 0.02))  # noqa: S311
        yield
    finally:
        os.close(handle)


def append(path: Path, line: str) -> None:
    """Add a line at the end of a file, which is made where it is missing. All or nothing is written, for good.

    The caller holds the lock of the folder. A last line without a line end is ended first. Drafts of processes that
    were killed are removed. Raises OSError where the file cannot be read or written, or is a symbolic link.
    """
    for name in os.listdir(path.parent):  # noqa: PTH208
        if name.startswith(f".{path.name}.") and len(name) == len(f".{path.name}.") + 8:
            path.with_name(name).unlink(missing_ok=True)
    while True:
        before = _identity(path)
        old = path.read_bytes() if before else b""
        end = b"" if not old or old.endswith(b"\n") else b"\n"
        if _identity(path) == before:
            write(path, old + end + line.encode() + b"\n", lasting=True)
            return


def _identity(path: Path) -> tuple[int, int, int] | None:
    """Numbers that change when another program writes a file; None where there is no file."""
    try:
        found = path.lstat()
    except FileNotFoundError:
        return None
    if stat.S_ISLNK(found.st_mode):
        raise OSError(ELOOP, "is a symbolic link", str(path))
    return found.st_ino, found.st_size, found.st_mtime_ns
