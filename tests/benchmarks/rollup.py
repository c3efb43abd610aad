"""What many repositories cost: time, size and memory of exports and rollups of repositories made for it.

    python -m tests.benchmarks.rollup [--repositories 3 300] [--reviews 40] [--keep DIR]

Prints the lines of the tables in docs/how-to/many-repositories.md. Each line is checked: the rollup's figures are those
that Python counts from all ledgers together.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from pirgen.config import Config
from pirgen.ledger import Ledger, read_ledger
from pirgen.warehouse import export
from pirgen.warehouse.engine import connected
from pirgen.warehouse.formats import parquet
from pirgen.warehouse.tables import tables
from tests.benchmarks.compare import BIN, memory, run
from tests.benchmarks.lint import review
from tests.test_rollup import told, union

NOW = datetime(2026, 1, 1, tzinfo=UTC)
START = 1_740_000_000
TOUCHES = 4
"""How many commits change one review."""


def commits(repository: int, reviews: int) -> Iterator[bytes]:
    """A stream for git fast-import: each review comes, and its items are closed one by one."""
    chance = random.Random(repository)
    texts = [review(random.Random(repository * 1_000 + number), number) for number in range(reviews)]
    due = [number for number in range(reviews) for _ in range(TOUCHES)]
    chance.shuffle(due)
    for step, number in enumerate(due):
        data = texts[number].encode()
        texts[number] = texts[number].replace('-01"\n  - id', '-01"\n    status: done\n  - id', 1)
        head = f"commit refs/heads/main\ncommitter A <a@example.org> {START + step * 6_000} +0000\ndata 1\nx\n"
        yield f"{head}M 100644 inline pir/INC-{number:05d}.yaml\ndata {len(data)}\n".encode() + data + b"\n"


def make(folder: Path, repository: int, reviews: int) -> None:
    """One bare repository with a remote of its own name."""
    git = ["git", "-C", str(folder)]
    subprocess.run(["git", "init", "--quiet", "--bare", "--initial-branch=main", str(folder)], check=True)
    stream = b"".join(commits(repository, reviews))
    subprocess.run([*git, "fast-import", "--quiet"], input=stream, check=True)
    url = f"https://code.example.org/acme/r{repository:03d}"
    subprocess.run([*git, "config", "remote.origin.url", url], check=True)


def size(folder: Path) -> int:
    """The bytes of all files below a folder."""
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())


class Spent:
    """Wall time, and the processor time of this process and those that it started, in seconds."""

    def __init__(self) -> None:
        self.wall = self.processor = 0.0

    @contextmanager
    def more(self) -> Iterator[None]:
        """Adds what the block takes."""
        wall, processor = time.perf_counter(), sum(os.times()[:4])
        yield
        self.wall += time.perf_counter() - wall
        self.processor += sum(os.times()[:4]) - processor

    def __str__(self) -> str:
        return f"{self.wall:.1f} s ({self.processor:.1f} s)"


def measure(place: Path, clones: list[Path]) -> str:
    """A line of the table. Raises AssertionError where a figure is another one than Python counts."""
    count, took, ledgers = len(clones), {"jsonl": Spent(), "parquet": Spent()}, list[Ledger]()
    folders = {form: place / f"{form}-{count}" for form in took}
    reading = Spent()
    for clone in clones:
        with reading.more():
            ledgers.append(read_ledger(clone, Config(), now=NOW, as_of="2025-12-31"))
        source = export.source_of(clone, ledgers[-1])
        for form, folder in folders.items():
            with took[form].more():
                export.export(folder, source, form)
    with connected() as database:
        sql = "SELECT count(*) FROM {}"
        read = [database.execute(sql.format(parquet.read(folders["parquet"], name))).fetchone() for name in tables()]
        rows = sum(found[0] for found in read if found)
    words = [str(BIN / "pirgen"), "rollup", str(folders["parquet"]), "--by", "severity"]
    of_folder = Spent()
    with of_folder.more():
        run(words, place)
    output = subprocess.run([*words, "--format", "json"], cwd=place, capture_output=True, check=True).stdout
    assert [*map(told, json.loads(output)["metrics"])] == [*map(told, union(ledgers))]
    listed = place / f"clones-{count}.txt"
    listed.write_text("".join(f"{clone}\n" for clone in clones))
    of_clones = [*words[:2], "--list", str(listed), "--by", "severity"]
    past = ("--as-of", "2025-12-31")
    os.environ["PIRGEN_CACHE_DIR"] = str(place / f"cache-{count}")
    of_day, of_now = [Spent(), Spent()], [Spent(), Spent()]
    for spent, as_of in zip((*of_day, *of_now), (past, past, (), ()), strict=True):
        with spent.more():
            run([*of_clones, *as_of], place)
    incidents = sum(len(one.incidents) for one in ledgers)
    written = (f"{took[form]}, {size(folder) / 1e6:.1f} MB" for form, folder in folders.items())
    whole = f"{of_folder}, {memory(words, place):.0f} MiB"
    cells = (count, f"{incidents:,}", f"{rows:,}", reading, *written, whole, *of_day, of_now[-1])
    return f"| {' | '.join(map(str, cells))} |"


def main() -> None:
    """Make the repositories and print the lines."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repositories", type=int, nargs="+", default=[3, 300])
    parser.add_argument("--reviews", type=int, default=40)
    parser.add_argument("--keep", type=Path, help="Make the repositories there, or use those that are there.")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        place = chosen.keep or Path(scratch)
        clones = [place / f"r{number:03d}.git" for number in range(max(chosen.repositories))]
        for number, clone in enumerate(clones):
            if not clone.exists():
                make(clone, number, chosen.reviews)
        for count in chosen.repositories:
            print(measure(Path(scratch), clones[:count]), flush=True)


if __name__ == "__main__":
    main()
