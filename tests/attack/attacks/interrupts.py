"""A process is interrupted at any moment (SIGINT).

It ends with exit code 130 or as if nothing had come, without a traceback, and every file is whole.
"""

from __future__ import annotations

import os
import random
import signal
import time
from collections.abc import Iterator
from pathlib import Path

from tests.attack.ground import READING, WRITING, end, files, outcomes, project, put_back, said, start, torn

TIMES = 500


def attempts(folder: Path, chance: random.Random, times: int) -> Iterator[str]:
    repo = project(folder / "project")
    before = files(repo.folder)
    every = WRITING + READING
    after = {words: outcomes(repo.folder, words) for words in every}
    for number in range(times):
        words = every[number % len(every)]
        child = start(repo.folder, words, fresh=number % 2 == 0)
        time.sleep(chance.uniform(0.02, 0.15 if number % 2 else 0.6))
        os.kill(child, signal.SIGINT)
        code = end(child)
        found = torn(files(repo.folder), before, after[words])
        if code not in {0, 1, 2, 130, -signal.SIGINT}:
            found = found or f"exit code {code}"
        if "Traceback" in said(repo.folder) and "/pirgen/" in said(repo.folder):  # else Python had not started
            found = said(repo.folder)
        yield f"{words}: {found}" if found else ""
        put_back(repo.folder, before)
