"""Odd command lines, about three a try, on odd projects: mutated files, arguments and states of git.

No traceback, no hang, a documented exit code, an answer that can be parsed, nothing written elsewhere: see
`tests.fuzz`.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

from tests.fuzz import made, tried

TIMES = 1_000


def attempts(folder: Path, chance: random.Random, times: int) -> Iterator[str]:
    for _ in range(times):
        yield tried(made(chance.getrandbits(32)))
