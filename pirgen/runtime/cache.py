"""A folder that keeps results between runs. It holds data and never code.

Data that is damaged, or that was written for another version, configuration or Python, counts as absent and is made
again.
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
"""The age in nanoseconds from which a draft is deleted: its run must have been killed."""


def key(*parts: str) -> str:
    """A digest of all that kept data depends on besides its files: `parts`, Python, and pirgen's code and schemas."""
    import sys

    return _digest("\0".join((sys.version, _code(), *parts)).encode("utf-8", "surrogatepass"))


@cache
def _code() -> str:
    """The digests of pirgen's code and schemas. Their file times differ between installations and are not used."""
    package = Path(__file__).parents[1]
    found = []
    for top in (package, package.parent / "schemas"):  # in a working copy the schemas are beside the package
        for folder, _, names in os.walk(top):
            for name in names:
                if name.endswith((".py", ".json")):
                    path = f"{folder}/{name}"
                    with open(path, "rb") as file:  # noqa: PTH123
                        found.append(f"{path[len(str(top)) :]} {_digest(file.read())}")
    return "\n".join(sorted(found))


def load(root: Path, name: str, made_for: str) -> Any:
    """The data kept under a name for the `key` `made_for`; None where there is none or it is damaged."""
    body = load_bytes(root, name, made_for)
    try:
        return None if body is None else json.loads(body)
    except (ValueError, RecursionError):
        return None


def load_bytes(root: Path, name: str, made_for: str) -> bytes | None:
    """The bytes kept under a name for the `key` `made_for`; None where there are none or they are damaged."""
    folder, file = root / FOLDER, root / FOLDER / f"{name}.json"
    try:
        if not (stat.S_ISDIR(folder.lstat().st_mode) and stat.S_ISREG(file.lstat().st_mode)):
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
