"""One folder of what was worked out and need not be again: data, never code, and believed only when whole.

What is damaged, or was written for another version, configuration or Python, counts as absent and is made anew.
"""

from __future__ import annotations

import json
import os
import stat
from contextlib import suppress
from pathlib import Path
from typing import Any

from pirgen.source import write

FOLDER = ".pirgen_cache"


def key(*parts: str) -> str:
    """What kept data depends on beside the files it is about: these texts, and pirgen's own code and schemas."""
    import sys

    here = Path(__file__).parent
    code = []
    for folder in (here, here / "rules", here / "schemas", here.parent / "schemas"):
        with suppress(OSError), os.scandir(folder) as entries:
            code += [(e.name, e.stat().st_mtime_ns) for e in entries if e.name.endswith((".py", ".json"))]
    return _digest("\0".join((sys.version, str(sorted(code)), *parts)).encode("utf-8", "surrogatepass"))


def load(root: Path, name: str, made_for: str) -> Any:
    """The data kept under a name for a `key`; None where there is none that can be believed."""
    folder, file = root / FOLDER, root / FOLDER / f"{name}.json"
    try:
        if not (stat.S_ISDIR(folder.lstat().st_mode) and stat.S_ISREG(file.lstat().st_mode)):
            return None
        head, _, body = file.read_bytes().partition(b"\n")
        return json.loads(body) if head.decode() == made_for + _digest(body) else None
    except (OSError, ValueError, RecursionError):
        return None


def save(root: Path, name: str, made_for: str, data: Any) -> None:
    """Keep data under a name, whole or not at all; where the folder cannot be written, nothing is kept."""
    folder = root / FOLDER
    with suppress(OSError):
        folder.mkdir(exist_ok=True)
        if not stat.S_ISDIR(folder.lstat().st_mode):
            return
        if not (folder / ".gitignore").exists():
            write(folder / ".gitignore", "*\n")
        body = json.dumps(data, separators=(",", ":"))
        write(folder / f"{name}.json", f"{made_for}{_digest(body.encode())}\n{body}")


def _digest(data: bytes) -> str:
    from hashlib import blake2b

    return blake2b(data, digest_size=16).hexdigest()
