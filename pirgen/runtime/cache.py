"""Keeps results between runs in a folder of the user's own, never in the repository. It holds data and never code.

Data that is damaged, or that was written for another version, configuration or Python, counts as absent and is made
again. So does data in a folder that another user owns or may write.
"""

from __future__ import annotations

import json
import os
import stat
import sys
from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

from pirgen.files import write
from pirgen.runtime import environment

PLACE = "PIRGEN_CACHE_DIR"
"""The environment variable that names the folder in place of the user's own."""
CODE = "code"
"""The name under which the digests of pirgen's own files are kept."""
ROOT = "root"
"""The file that says of which project a folder is."""
OTHERS, WRITE = 0o077, 0o022
"""What users other than the owner may do with a file: anything, or write it."""
SIZE = 16
"""The length of a digest in bytes."""
TICK = 2_000_000_000
"""The coarsest step of a file system's clock, in nanoseconds. Two changes within it may have the same time."""
ABANDONED = 3_600_000_000_000
"""The age in nanoseconds from which a draft is deleted: its run must have been killed."""


def key(root: Path, *parts: str) -> str:
    """A digest of all that the kept data of the project at `root` depends on besides its files.

    That is `parts`, Python, the installed libraries, and pirgen's code, schemas and templates.
    """
    return _digest("\0".join((sys.version, *_libraries(), _code(root), *parts)).encode("utf-8", "surrogatepass"))


def _libraries() -> Iterator[str]:
    """The installed libraries with their versions, as their folders of metadata are named."""
    for folder in sys.path:
        with suppress(OSError):
            yield from sorted(name for name in os.listdir(folder) if name.endswith(".dist-info"))  # noqa: PTH208


@cache
def _code(root: Path) -> str:
    """The digests of pirgen's code, schemas and templates.

    Their file times differ between installations, so they only tell whether the digests of the last run still hold.
    """
    package = Path(__file__).parents[1]
    files: dict[str, str] = {}
    for top in (package, package.parent / "schemas"):  # in a working copy the schemas are beside the package
        for folder, _, names in os.walk(top):
            paths = (f"{folder}/{name}" for name in names if name.endswith((".py", ".json", ".j2")))
            files |= {path: path[len(str(top)) :] for path in paths}
    before = settled()
    stamps = [stamp(os.stat(path), before) for path in files]  # noqa: PTH116
    made_for = _digest(repr([*zip(files, stamps, strict=True)]).encode("utf-8", "surrogatepass")) if all(stamps) else ""
    known = load_bytes(root, CODE, made_for) if made_for else None
    if known is None:
        known = "\n".join(sorted(f"{name} {_digest(Path(path).read_bytes())}" for path, name in files.items())).encode()
        if made_for:
            save_bytes(root, CODE, made_for, known)
    return known.decode()


def stamp(found: os.stat_result, settled: int) -> int:
    """A number that changes when a file's content changes, made from its times, size and inode.

    It is 0 where a change could go unnoticed: of a link, and of a file that was changed after `settled`, see there.
    """
    is_known = found.st_mtime_ns < settled and stat.S_ISREG(found.st_mode)
    return hash((found.st_mtime_ns, found.st_ctime_ns, found.st_size, found.st_ino)) if is_known else 0


def settled() -> int:
    """The moment, in nanoseconds since 1970, up to which file times can be believed."""
    return environment.clock_ns() - TICK


def load(root: Path, name: str, made_for: str) -> Any:
    """The data kept under a name for the `key` `made_for`; None where there is none or it is damaged."""
    body = load_bytes(root, name, made_for)
    try:
        return None if body is None else json.loads(body)
    except (ValueError, RecursionError):
        return None


def load_bytes(root: Path, name: str, made_for: str) -> bytes | None:
    """The bytes kept under a name for the `key` `made_for`; None where there are none or they are damaged."""
    place = folder(root)
    if place is None or not _is_believed(place):
        return None
    file = place / f"{name}.json"
    try:
        if not stat.S_ISREG(file.lstat().st_mode):
            return None
        head, _, body = file.read_bytes().partition(b"\n")
    except OSError:
        return None
    return body if head == (made_for + _digest(body)).encode() else None


def save(root: Path, name: str, made_for: str, data: Any) -> None:
    """Keep data under a name, completely or not at all. Nothing is kept where the folder cannot be written."""
    save_bytes(root, name, made_for, json.dumps(data, separators=(",", ":")).encode())


def save_bytes(root: Path, name: str, made_for: str, body: bytes) -> None:
    """Keep bytes under a name, completely or not at all. Nothing is kept where the folder cannot be written."""
    place = folder(root)
    if place is None:
        return
    with suppress(OSError):
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        place.mkdir(mode=0o700, exist_ok=True)
        if not _is_believed(place):
            return
        if not (place / ROOT).exists():
            write(place / ".gitignore", "*\n")
            write(place / ROOT, os.fsencode(root))
            _forget_vanished(place.parent)
        write(place / f"{name}.json", b"%s%s\n%s" % (made_for.encode(), _digest(body).encode(), body))
        for draft in place.glob(".*.json.*"):
            if draft.stat().st_mtime_ns < environment.clock_ns() - ABANDONED:
                draft.unlink()


def base() -> Path | None:
    """The folder that holds those of all projects; None where there is none, as for a user without a home.

    It is what `PLACE` names, else `pirgen` in the user's folder for caches.
    """
    if told := environment.variable(PLACE):
        return Path(told).absolute()
    caches = environment.cache_home()
    return caches / "pirgen" if caches else None


def folder(root: Path) -> Path | None:
    """The folder of what is kept for the project at `root`; None where there is none."""
    place = base()
    return place / _digest(os.fsencode(root)) if place else None


def _is_believed(place: Path) -> bool:
    """Whether only this user can have written what is in the folder of a project."""
    return _is_own(place.parent, WRITE) and _is_own(place, OTHERS)


def _is_own(place: Path, denied: int) -> bool:
    """Whether a path is a folder, no link, of this user, in which others lack the rights `denied`."""
    try:
        found = place.lstat()
    except OSError:
        return False
    if not hasattr(os, "geteuid"):  # Windows keeps others out of a user's folders by other means
        return stat.S_ISDIR(found.st_mode)
    return stat.S_ISDIR(found.st_mode) and found.st_uid == os.geteuid() and not found.st_mode & denied


def _forget_vanished(place: Path) -> None:
    """Delete what is kept of projects that are no longer where they were."""
    import shutil

    for note in place.glob(f"{'[0-9a-f]' * 2 * SIZE}/{ROOT}"):
        root = note.read_bytes()
        # a folder whose name says something else is not ours to delete
        if note.parent.name == _digest(root) and not os.path.lexists(root):
            shutil.rmtree(note.parent, ignore_errors=True)


def _digest(data: bytes) -> str:
    from hashlib import blake2b

    return blake2b(data, digest_size=SIZE).hexdigest()
