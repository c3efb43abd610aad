"""An object of the history is cut, changed, exchanged or gone.

The answer is then the same, or it says what cannot be read.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

from tests.attack.ground import end, project, said, start

TIMES = 300
WORDS = "report --export json --no-cache --as-of 2025-11-01"


def attempts(folder: Path, chance: random.Random, times: int) -> Iterator[str]:
    repo = project(folder / "project")
    end(start(repo.folder, WORDS))
    plain = said(repo.folder)
    objects = sorted(path for path in (repo.folder / ".git/objects").glob("??/*") if path.is_file())
    for number in range(times):
        path, other = objects[number % len(objects)], chance.choice(objects)
        data = path.read_bytes()
        mode = path.stat().st_mode
        path.chmod(0o644)
        place = chance.randrange(len(data))
        hurt = chance.choice(
            [data[:place], data[:place] + bytes([data[place] ^ 1 << chance.randrange(8)]) + data[place + 1 :],
             other.read_bytes(), b"", None]
        )  # fmt: skip
        if hurt is None:
            path.unlink()
        else:
            path.write_bytes(hurt)
        code = end(start(repo.folder, WORDS))
        text = said(repo.folder)
        is_honest = text == plain or code in {2, 3} or "unreadable" in text.replace('"unreadable": []', "")
        found = "" if is_honest else f"another answer, exit code {code}"
        if "Traceback" in text or code not in {0, 2, 3}:
            found = f"exit code {code}: {text[:300]}"
        yield f"{path.parent.name}{path.name}: {found}" if found else ""
        path.write_bytes(data)
        path.chmod(mode)
