"""Two commands, run alternately: how long each takes, and how much memory ours holds."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

BIN = Path(sys.executable).parent


@dataclass
class Command:
    """A command, and what comes before each run of it."""

    name: str
    words: list[str]
    prepare: Callable[[], object] = lambda: None


def run(command: list[str], folder: Path) -> float:
    """Wall time of one process, in seconds."""
    start = time.perf_counter()
    subprocess.run(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
    return time.perf_counter() - start


def memory(command: list[str], folder: Path) -> float:
    """The most that a process and its children (git too) held together, in MiB, what they share counted once."""
    process = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    most = 0
    while process.poll() is None:
        most = max(most, sum(map(_held, _family(process.pid))))
        time.sleep(0.01)
    return most / 1024


def _family(process: int) -> Iterator[int]:
    yield process
    try:
        children = " ".join(file.read_text() for file in Path(f"/proc/{process}/task").glob("*/children"))
    except OSError:  # it has ended
        return
    for child in children.split():
        yield from _family(int(child))


def _held(process: int) -> int:
    try:
        lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)


def compare(title: str, folder: Path, ours: Command, theirs: Command, rounds: int) -> None:
    """Run both alternately and print one line: median wall times, the median of their ratios, our memory."""
    pairs = []
    for _ in range(rounds + 1):
        ours.prepare()
        pairs.append((run(ours.words, folder), run(theirs.words, folder)))
    walls = [statistics.median(pair[side] for pair in pairs[1:]) for side in (0, 1)]
    ratio = statistics.median(pair[0] / pair[1] for pair in pairs[1:])
    ours.prepare()
    held = memory(ours.words, folder)
    print(f"{title}: pirgen {walls[0]:.3f} s, {theirs.name} {walls[1]:.3f} s, ratio {ratio:.3f}, {held:.0f} MiB")
