"""The nth operation on a file fails: a full disk, no permission, a bad disk.

Commands that write end with exit code 2 and a sentence, or do without what failed; every file is whole.
"""

from __future__ import annotations

import errno
import os
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from tests.attack.ground import WRITING, end, files, outcomes, project, put_back, said, start, torn

TIMES = 1_500
OPERATIONS = ("open", "mkdir", "replace", "link", "fsync", "fdopen", "chmod", "lstat", "scandir", "listdir")
ERRORS = (errno.ENOSPC, errno.EACCES, errno.EIO, errno.EROFS, errno.EDQUOT, errno.EMFILE)


def failing(which: int, error: int) -> Callable[[], None]:
    """Makes the operation number `which` fail, and tells on `hit` beside the project that it was reached."""
    count = 0

    def wrap(function: Callable[..., Any]) -> Callable[..., Any]:
        def wrapped(*arguments: Any, **more: Any) -> Any:
            nonlocal count
            count += 1
            if count == which:
                function_open = getattr(wrapped, "opened", None)
                assert function_open is not None
                os.close(function_open("../hit", os.O_WRONLY | os.O_CREAT))
                raise OSError(error, os.strerror(error), arguments[0] if isinstance(arguments[0], str | Path) else None)
            return function(*arguments, **more)

        wrapped.opened = os_open  # type: ignore[attr-defined]
        return wrapped

    os_open = os.open

    def plant() -> None:
        for name in OPERATIONS:
            setattr(os, name, wrap(getattr(os, name)))

    return plant


def attempts(folder: Path, chance: random.Random, times: int) -> Iterator[str]:
    repo = project(folder / "project")
    before = files(repo.folder)
    after = {words: outcomes(repo.folder, words) for words in WRITING}
    hit, which = folder / "hit", dict.fromkeys(WRITING, 0)
    for number in range(times):
        words = WRITING[number % len(WRITING)]
        which[words] += 1
        hit.unlink(missing_ok=True)
        code = end(start(repo.folder, words, failing(which[words], chance.choice(ERRORS))))
        found = torn(files(repo.folder), before, after[words])
        text = said(repo.folder)
        if "Traceback" in text or code not in {0, 1, 2}:
            found = f"exit code {code}: {text}"
        if not hit.exists():  # there are no more operations: begin again, with other errors
            which[words] = 0
        yield f"{words}, operation {which[words]}: {found}" if found else ""
        put_back(repo.folder, before)
