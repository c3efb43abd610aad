"""All that the docs say about speed, measured in one run and printed as a table.

    python -m tests.benchmarks [--files 10000] [--years 1] [--rounds 7] [--peer NAME='COMMAND {files}'] [--picture FILE]
                               [--history CLONE]

The time is that of the processor, of a process and its children, so a busy machine changes it little. Commands run
alternately; a ratio is the median of the rounds' ratios, followed by the least and the greatest. Memory is the most
that one process held, and never less than what this program holds itself. check-jsonschema and yamllint are peers where
they are installed beside pirgen; any other command is one by --peer, where `{files}` stands for the reviews and
`{schema}` for their JSON Schema:

    --peer check-jsonschema+clib='/opt/clib/bin/check-jsonschema --schemafile {schema} {files}'
    --peer ajv='npx ajv validate --spec=draft7 -s {schema} -d pir/INC-00000.yaml'

With --history a report on a clone of a repository that you fetched is measured beside `git log --raw` on its folders.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from statistics import median
from typing import NamedTuple

from pirgen.project import Project
from tests.benchmarks import corpus
from tests.benchmarks.compare import BIN, Command
from tests.support import cache_of

STAT = [sys.executable, "-I", "-S", str(Path(__file__).with_name("stat.py"))]


class Cost(NamedTuple):
    """What a process took: seconds of the processor, and MiB."""

    seconds: float
    memory: float


class Line(NamedTuple):
    """A comparison: medians of both costs, and the median, the least and the greatest of the ratios of their times."""

    what: str
    peer: str
    ours: Cost
    theirs: Cost
    ratio: float
    least: float
    most: float


def cost(command: Sequence[str], folder: Path) -> Cost:
    """What one run of a command takes, its children included."""
    process = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return Cost(used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


def compare(what: str, folder: Path, ours: Command, theirs: Command, rounds: int) -> Line:
    """Run two commands alternately; the first round only warms up."""
    pairs = []
    for _ in range(rounds + 1):
        ours.prepare()
        pairs.append((cost(ours.words, folder), cost(theirs.words, folder)))
    ratios = [one.seconds / other.seconds for one, other in pairs[1:]]
    found = [Cost(*(median(row) for row in zip(*(pair[side] for pair in pairs[1:]), strict=True))) for side in (0, 1)]
    return Line(what, theirs.name, found[0], found[1], median(ratios), min(ratios), max(ratios))


def peers(folder: Path, files: Sequence[str], told: Sequence[str]) -> Iterator[Command]:
    """The programs beside which lint is measured, as far as they are there."""
    known = {"yamllint": "yamllint {files}", "check-jsonschema": "check-jsonschema --schemafile {schema} {files}"}
    here = {name: f"{BIN}/{words}" for name, words in known.items() if (BIN / name).exists()}
    for name, words in [*here.items(), *(one.split("=", 1) for one in told)]:
        yield Command(
            name, words.replace("{schema}", f"{folder}/schema.json").replace("{files}", " ".join(files)).split()
        )


def lines(folder: Path, count: int, years: int, rounds: int, told: Sequence[str]) -> Iterator[Line]:
    """The comparisons on a project that is made in a folder."""
    pirgen = str(BIN / "pirgen")
    files, shape = corpus.make(folder, count, years), f"{count} reviews{', in years' if years > 1 else ''}"
    schema = subprocess.run([pirgen, "schema"], cwd=folder, capture_output=True, check=True)
    (folder / "schema.json").write_bytes(schema.stdout)

    def forget() -> None:
        shutil.rmtree(cache_of(folder), ignore_errors=True)

    def ours(*words: str, before: Callable[[], object] = lambda: None) -> Command:
        return Command("pirgen", [pirgen, *words], before)

    for peer in peers(folder, files[:1], told):
        yield compare("lint, one file", folder, ours("lint", files[0], before=forget), peer, rounds)
    for peer in peers(folder, files, told):
        yield compare(f"lint, {shape}, cold", folder, ours("lint", before=forget), peer, rounds)
    cold = Command("pirgen render --check --no-cache", [pirgen, "render", "--check", "--no-cache"])
    cost([pirgen, "render"], folder)
    time.sleep(3)  # until the files are old enough to be known by their times
    for words in (["lint"], ["render", "--check"]):
        cost([pirgen, *words], folder)
    reviews, pages = [*STAT, "pir"], [*STAT, "pir", Project(folder).config.pages]
    yield compare(f"lint, {shape}, nothing changed", folder, ours("lint"), Command("stat of all", reviews), rounds)
    checked = ours("render", "--check")
    yield compare(f"render, {shape}, nothing changed", folder, checked, Command("stat of all", pages), rounds)
    yield compare(f"render, {shape}, nothing changed", folder, checked, cold, rounds)
    alone = Command("the same, known", [pirgen, "lint", files[0]])
    yield compare(f"lint, one of {shape}, cold", folder, ours("lint", files[0], before=forget), alone, rounds)


def of_history(folder: Path, rounds: int) -> Iterator[Line]:
    """A report on a repository beside git's own look at the same folders."""
    config = Project(folder).config
    peer = Command("git log", ["git", "log", "--raw", "-z", "--first-parent", "--", *config.reviews, *config.incidents])
    for what, words in (("report, cold", ["report", "--no-cache"]), ("report, nothing new", ["report"])):
        yield compare(what, folder, Command("pirgen", [str(BIN / "pirgen"), *words]), peer, rounds)


def picture(found: Sequence[Line]) -> str:
    """The ratios as bars, as SVG."""
    rows, widest = [], max(line.ratio for line in found)
    for at, line in enumerate(found):
        name, width = f"{line.what}: {line.ratio:.2f} of {line.peer}", max(1, round(360 * line.ratio / widest))
        rows.append(
            f'<text x="0" y="{at * 36 + 12}" font-size="12">{name}</text>'
            f'<rect x="0" y="{at * 36 + 17}" width="{width}" height="9" fill="#4a7ab5"/>'
        )
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 640 {len(found) * 36}">{"".join(rows)}</svg>\n'


def main() -> None:
    """Measure and print."""
    how = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__, formatter_class=how)
    parser.add_argument("--files", type=int, default=10_000)
    parser.add_argument("--years", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--peer", action="append", default=[], metavar="NAME=COMMAND")
    parser.add_argument("--picture", type=Path)
    parser.add_argument("--history", type=Path, metavar="CLONE")
    chosen = parser.parse_args()
    found: list[Line] = []
    print("| What | Seconds | MiB | Beside | Seconds | MiB | Ratio | From–to |\n|---|---|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as place:
        some = (
            of_history(chosen.history, chosen.rounds)
            if chosen.history
            else lines(Path(place), chosen.files, chosen.years, chosen.rounds, chosen.peer)
        )
        for line in some:
            found.append(line)
            (ours, held), (theirs, other) = line.ours, line.theirs
            row = (
                line.what,
                f"{ours:.3f}",
                f"{held:.0f}",
                line.peer,
                f"{theirs:.3f}",
                f"{other:.0f}",
                f"{line.ratio:.2f}",
            )
            print("|", " | ".join((*row, f"{line.least:.2f}–{line.most:.2f}")), "|", flush=True)
    if chosen.picture:
        chosen.picture.write_text(picture(found), encoding="utf-8")


if __name__ == "__main__":
    main()
