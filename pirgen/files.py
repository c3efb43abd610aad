"""Finds, reads and writes files; all files are written by `write`."""

from __future__ import annotations

import os
import stat
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from errno import EINVAL, EISDIR, ELOOP, ENOTDIR, ETIMEDOUT
from pathlib import Path
from typing import BinaryIO, NamedTuple

from pirgen.errors import ChangedError, PirgenError

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

    @property
    def digest(self) -> str:
        """What identifies the content, or why there is none."""
        from hashlib import blake2b

        return blake2b(self.error.encode() + b"\0" + self.data, digest_size=16).hexdigest()


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
        handle = os.open(path, os.O_RDONLY | _BINARY)
        try:  # `open` and room for MAX_READ bytes take five times as long
            data = os.read(handle, found.st_size + 1)
            if len(data) != found.st_size:  # another program writes it
                with open(path, "rb") as file:  # noqa: PTH123
                    return read_all(file, name)
            return Source(name, data)
        finally:
            os.close(handle)
    except OSError as error:
        return Source(name, b"", f"cannot be read: {error.strerror or error}")


def read_all(stream: BinaryIO, name: str) -> Source:
    """Read a stream to its end, or up to `MAX_READ` bytes. Raises nothing; the result has an `error` instead."""
    try:
        data = stream.read(MAX_READ + 1)
    except OSError as error:
        return Source(name, b"", f"cannot be read: {error.strerror or error}")
    return Source(name, b"", TOO_LARGE) if len(data) > MAX_READ else Source(name, data)


def top_of(folder: Path) -> Path | None:
    """The top of the git worktree around a folder: the nearest folder with a `.git`, from the folder upwards.

    None where there is none.
    """
    return next((one for one in (folder, *folder.parents) if (one / ".git").exists()), None)


def is_inside(top: Path, path: Path) -> bool:
    """Whether a path is in the repository at `top`, and stays in it, out of `.git`, where links are followed."""
    real, home = Path(os.path.realpath(path)), Path(os.path.realpath(top))
    return path.is_relative_to(top) and real.is_relative_to(home) and ".git" not in real.relative_to(home).parts


def is_below(path: str, folders: Iterable[str]) -> bool:
    """Whether a path (relative, with slashes) lies in one of the folders."""
    return path.startswith(tuple([f"{folder}/" for folder in folders]))


def is_source(path: str, folders: Iterable[str]) -> bool:
    """Whether a path names a YAML file in one of the folders that is not hidden; `find` uses the same rule."""
    inside = [path.removeprefix(f"{folder}/") for folder in folders if path.startswith(f"{folder}/")]
    return path.endswith(SUFFIXES) and any(not f"/{rest}".count("/.") for rest in inside)


def find(root: Path, folders: Iterable[str], suffixes: tuple[str, ...] = SUFFIXES) -> Iterator[str]:
    """The paths of the YAML files below `folders`, or of those with other suffixes, relative to `root`, each once.

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
                if (name.endswith(suffixes) or name in links) and not name.startswith(".") and path not in seen:
                    seen.add(path)
                    yield path


def _is_repository(folder: str) -> bool:
    """Whether a folder has a `.git` that is a repository, or a file that points to one."""
    git = f"{folder}/.git"
    return os.path.isfile(git) or os.path.isfile(f"{git}/HEAD")  # noqa: PTH113


def _unless_absent(error: OSError) -> None:
    if not isinstance(error, FileNotFoundError):
        raise error


def inside(root: Path, folder: Path) -> Path:
    """Where a folder below `root` is once its links are followed.

    Raises PirgenError where that is outside of `root`, or among git's own files: pirgen writes nothing there.
    """
    real = folder.resolve()
    if not is_inside(root, folder):
        shown = folder.relative_to(root) if folder.is_relative_to(root) else folder
        raise PirgenError(f"{shown} leads out of the project, to {real}; pirgen writes nothing there")
    return real


def write(
    path: Path,
    text: str | bytes,
    *,
    root: Path | None = None,
    instead_of: bytes | None = None,
    exclusive: bool = False,
    lasting: bool = False,
) -> None:
    """Write a file completely or not at all. Text is written as UTF-8, with its line ends unchanged.

    A path below `root` stays below it, also where somebody puts a link into it meanwhile. An existing file keeps its
    mode. A pipe or a terminal is written to; no other file that is not a regular one is replaced. With `instead_of`
    the file must still hold these bytes. With `lasting` the text is on the disk when this returns, so that it outlives
    a loss of power. A process that is killed leaves its draft among git's own files, where `git add` finds none.

    Raises PirgenError where the path leads out of `root`, ChangedError where the file holds other bytes,
    FileExistsError where `exclusive` is set and the file exists, OSError where the file cannot be written.
    """
    if not path.name:
        raise IsADirectoryError(EISDIR, "is not the name of a file", str(path))
    data = text.encode("utf-8", "replace") if isinstance(text, str) else text
    with _opened(path.parent, root, make=True) as folder:
        try:
            there = folder.stat(path.name)
            if there and not stat.S_ISREG(there.st_mode):
                _pour(path, data)
                return
            with _git_folder(path.parent) as git:
                for drafts in (git, folder) if git else (folder,):
                    try:
                        _replace(folder, path.name, drafts, data, there, instead_of, exclusive, lasting)
                        return
                    except OSError:  # such as another file system than git's
                        if drafts is folder:
                            raise
        except OSError as error:  # report the file's name, not the draft's
            error.filename, error.filename2 = str(path), None
            raise


def create(path: Path, *, root: Path) -> BinaryIO:
    """Open a new file below `root`, to be written as its content comes. Raises as `write` does with `exclusive`."""
    with _opened(path.parent, root, make=True) as folder:
        return open(path, "xb", opener=lambda _, flags: folder.open(path.name, flags))


def remove(path: Path, *, root: Path) -> None:
    """Remove a file below `root`, if it is there.

    Raises PirgenError where the path leads out of `root`, OSError where the file cannot be removed.
    """
    with suppress(FileNotFoundError), _opened(path.parent, root) as folder:
        os.unlink(folder.prefix + path.name, dir_fd=folder.handle)


class _Folder(NamedTuple):
    """An open folder. Its files are meant whatever happens to its path; on Windows those at its path are meant."""

    handle: int | None
    prefix: str = ""
    """What to put before a name."""

    def stat(self, name: str) -> os.stat_result | None:
        """What kind of file has a name in this folder; None where there is none."""
        with suppress(FileNotFoundError):
            return os.stat(self.prefix + name, dir_fd=self.handle, follow_symlinks=False)
        return None

    def open(self, name: str, flags: int) -> int:
        """Open a file of this folder that is no link."""
        return os.open(self.prefix + name, flags | _NO_LINK, 0o666, dir_fd=self.handle)


_BINARY = getattr(os, "O_BINARY", 0)
_NO_LINK = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0) | _BINARY
_HAS_HANDLES = os.open in os.supports_dir_fd


@contextmanager
def _opened(folder: Path, root: Path | None, *, make: bool = False) -> Iterator[_Folder]:
    """Open a folder; with `make` also one that is missing. One below `root` is reached from there without any link."""
    base, place = (Path(os.path.abspath(one)) for one in (root or folder, folder))  # noqa: PTH100 - keeps links
    is_bound = root is not None and place.is_relative_to(base)
    real = inside(base, place) if is_bound else folder
    if make and (not is_bound or not _HAS_HANDLES):
        try:
            real.mkdir(parents=True, exist_ok=True)
        except FileExistsError as error:
            raise NotADirectoryError(ENOTDIR, "is not a folder", str(folder)) from error
    if not _HAS_HANDLES:
        yield _Folder(None, f"{real}{os.sep}")
        return
    top = base.resolve() if is_bound else real
    handle = os.open(top, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        for part in real.relative_to(top).parts:
            if make:
                with suppress(FileExistsError):
                    os.mkdir(part, dir_fd=handle)
            try:
                below = os.open(part, os.O_RDONLY | os.O_DIRECTORY | _NO_LINK, dir_fd=handle)
            except OSError as error:
                error.filename = str(folder)
                raise
            os.close(handle)
            handle = below
        yield _Folder(handle)
    finally:
        os.close(handle)


@contextmanager
def _git_folder(folder: Path) -> Iterator[_Folder | None]:
    """The folder of git's own files for a folder of a repository, if drafts may be put there; None elsewhere."""
    top = top_of(Path(os.path.abspath(folder))) if _HAS_HANDLES else None  # noqa: PTH100
    handle = -1
    if top:
        with suppress(OSError, ValueError):
            place = top / ".git"
            if place.is_file():
                with place.open(encoding="utf-8") as file:
                    place = top / file.read(4_096).removeprefix("gitdir:").strip()
            handle = os.open(place, os.O_RDONLY | os.O_DIRECTORY | _NO_LINK)
    try:
        yield None if handle < 0 else _Folder(handle)
    finally:
        if handle >= 0:
            os.close(handle)


def _replace(
    folder: _Folder,
    name: str,
    drafts: _Folder,
    data: bytes,
    there: os.stat_result | None,
    instead_of: bytes | None,
    exclusive: bool,
    lasting: bool,
) -> None:
    """Write a draft in `drafts` and put it in the place of a file, or beside it where there is none."""
    draft = f".{name}.{os.urandom(4).hex()}" if drafts is folder else f"pirgen-{os.urandom(8).hex()}"
    try:
        with os.fdopen(drafts.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL), "wb") as file:
            file.write(data)
            if there and os.chmod in os.supports_fd:
                os.chmod(file.fileno(), stat.S_IMODE(there.st_mode))  # noqa: PTH101
            if lasting:
                file.flush()
                os.fsync(file.fileno())
        if instead_of is not None:
            with os.fdopen(folder.open(name, os.O_RDONLY), "rb") as file:
                if file.read(len(instead_of) + 1) != instead_of:
                    raise ChangedError(f"{name} was changed by another program meanwhile and left as it is; try again")
        if exclusive:
            os.link(drafts.prefix + draft, folder.prefix + name, src_dir_fd=drafts.handle, dst_dir_fd=folder.handle)
        else:
            source, target = drafts.prefix + draft, folder.prefix + name
            os.replace(source, target, src_dir_fd=drafts.handle, dst_dir_fd=folder.handle)
    finally:
        with suppress(FileNotFoundError):
            os.unlink(drafts.prefix + draft, dir_fd=drafts.handle)


def _pour(path: Path, data: bytes) -> None:
    """Write into a pipe or a character device such as a terminal, also through a link. Raises OSError for others."""
    kind = path.stat().st_mode
    if not (stat.S_ISFIFO(kind) or stat.S_ISCHR(kind)):
        what = "is a symbolic link; name the file itself" if path.is_symlink() else "is not a regular file"
        raise OSError(ELOOP if path.is_symlink() else EINVAL, what, str(path))
    handle = os.open(path, os.O_WRONLY | os.O_NONBLOCK | os.O_NOCTTY)  # a pipe without a reader is an error, no wait
    os.set_blocking(handle, True)
    with os.fdopen(handle, "wb") as file:
        file.write(data)


@contextmanager
def locked(folder: Path, *, root: Path | None = None) -> Iterator[None]:
    """Keep other processes that ask for the same lock out of a folder, which is made where it is missing.

    The lock ends with the process, however it ends, and leaves no file behind. On Windows nothing is locked.

    Raises PirgenError where a folder below `root` leads out of it, OSError where the folder cannot be made or opened,
    or where others hold the lock for `PATIENCE` seconds and nothing in the folder changes.
    """
    import random

    with _opened(folder, root, make=True) as opened:
        try:
            import fcntl
        except ImportError:
            yield
            return
        assert opened.handle is not None
        seen, until = 0, 0.0
        while True:
            with suppress(BlockingIOError):
                fcntl.flock(opened.handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            changed, now = os.fstat(opened.handle).st_mtime_ns, time.monotonic()
            if changed != seen:  # somebody has written, so the lock goes round
                seen, until = changed, now + PATIENCE
            elif now > until:
                raise TimeoutError(ETIMEDOUT, "another process has been writing here for too long", str(folder))
            time.sleep(random.uniform(0.001, 0.02))  # noqa: S311
        yield


def append(path: Path, line: str, *, root: Path) -> None:
    """Add a line at the end of a file, which is made where it is missing. All or nothing is written, for good.

    The caller holds the lock of the folder. A last line without a line end is ended first. Drafts of processes that
    were killed are removed.

    Raises PirgenError where the path leads out of `root`, OSError where the file cannot be read or written, or is a
    symbolic link.
    """
    for name in os.listdir(path.parent):  # noqa: PTH208
        if name.startswith(f".{path.name}.") and len(name) == len(f".{path.name}.") + 8:
            path.with_name(name).unlink(missing_ok=True)
    while True:
        before = _identity(path)
        old = path.read_bytes() if before else b""
        end = b"" if not old or old.endswith(b"\n") else b"\n"
        if _identity(path) == before:
            write(path, old + end + line.encode() + b"\n", root=root, lasting=True)
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
