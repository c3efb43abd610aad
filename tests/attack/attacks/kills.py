"""A process that writes is killed at any moment (SIGKILL).

Every file is then as it was or as it should be, and `git status` shows nothing else.
"""

from __future__ import annotations

import os
import random
import signal
import time
from collections.abc import Iterator
from pathlib import Path

from tests.attack.ground import WRITING, end, files, outcomes, project, put_back, start, torn

TIMES = 1_000


def attempts(folder: Path, chance: random.Random, times: int) -> Iterator[str]:
    repo = project(folder / "project")
    before = files(repo.folder)
    after = {words: outcomes(repo.folder, words) for words in WRITING}
    for number in range(times):
        words = WRITING[number % len(WRITING)]
        child = start(repo.folder, words)
        time.sleep(chance.uniform(0.005, 0.12))
        os.kill(child, signal.SIGKILL)
        end(child)
        found = torn(files(repo.folder), before, after[words])
        yield f"{words}: {found}" if found else ""
        put_back(repo.folder, before)
