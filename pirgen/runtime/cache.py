"""One folder of what was worked out and need not be again: data, never code, and believed only when whole.

What is damaged, or was written for another version, configuration or Python, counts as absent and is made anew.
"""

from __future__ import annotations

import json
import os
import stat
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

from pirgen.files import write
from pirgen.runtime import environment

FOLDER = ".pirgen_cache"
ABANDONED = 3_600_000_000_000
"""After how many nanoseconds a draft belongs to no run any more, but to one that was killed."""


def key(*parts: str) -> str:
    """What kept data depends on beside the files it is about: these texts, and pirgen's own code and schemas."""
    import sys

    return _digest("\0".join((sys.version, _code(), *parts)).encode("utf-8", "surrogatepass"))


@cache
def _code() -> str:
    """What identifies pirgen's own code by its content: each installation dates its files anew."""
    package = Path(__file__).parents[1]
    found = []
    for top in (package, package.parent / "schemas"):  # in a working copy the schemas lie beside the package
        for folder, _, names in os.walk(top):
            for name in names:
                if name.endswith((".py", ".json")):
                    path = f"{folder}/{name}"
                    with open(path, "rb") as file:  # noqa: PTH123
                        found.append(f"{path[len(str(top)) :]} {_digest(file.read())}")
    return "\n".join(sorted(found))


def load(root: Path, name: str, made_for: str) -> Any:
    """The data kept under a name for a `key`; None where there is none that can be believed."""
    body = load_bytes(root, name, made_for)
    try:
        return None if body is None else json.loads(body)
    except (ValueError, RecursionError):
        return None


def load_bytes(root: Path, name: str, made_for: str) -> bytes | None:
    """The bytes kept under a name for a `key`; None where there are none that can be believed."""
    folder, file = root / FOLDER, root / FOLDER / f"{name}.json"
    try:
        if not (stat.S_ISDIR(folder.lstat().st_mode) and stat.S_ISREG(file.lstat().st_mode)):
            return None
        head, _, body = file.read_bytes().partition(b"\n")
    except OSError:
        return None
    return body if head == (made_for + _digest(body)).encode() else None


def save(root: Path, name: str, made_for: str, data: Any) -> None:
    """Keep data under a name, whole or not at all; where the folder cannot be written, nothing is kept."""
    save_bytes(root, name, made_for, json.dumps(data, separators=(",", ":")).encode())


def save_bytes(root: Path, name: str, made_for: str, body: bytes) -> None:
    """Keep bytes under a name, whole or not at all; where the folder cannot be written, nothing is kept."""
    folder = root / FOLDER
    with suppress(OSError):
        folder.mkdir(exist_ok=True)
        if not stat.S_ISDIR(folder.lstat().st_mode):
            return
        if not (folder / ".gitignore").exists():
            write(folder / ".gitignore", "*\n")
        write(folder / f"{name}.json", b"%s%s\n%s" % (made_for.encode(), _digest(body).encode(), body))
        for draft in folder.glob(".*.json.*"):
            if draft.stat().st_mtime_ns < environment.clock_ns() - ABANDONED:
                draft.unlink()


def _digest(data: bytes) -> str:
    from hashlib import blake2b

    return blake2b(data, digest_size=16).hexdigest()
