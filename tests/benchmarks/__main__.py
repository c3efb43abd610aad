"""All that the docs say about speed, measured in one run and printed as a table.

    python -m tests.benchmarks [--files 10000] [--years 1] [--commits 50000] [--rounds 7] [--picture FILE]
                               [--peer NAME='COMMAND'] [--pygit2 PYTHON] [--history CLONE]

The time is that of the processor, of a process and its children, so a busy machine changes it little. Commands run
alternately; a ratio is the median of the rounds' ratios, followed by the least and the greatest. Memory is the most
that one process held, and never less than what this program holds itself.

check-jsonschema and yamllint are peers where they are installed beside pirgen; any other command is one by --peer,
where `{schema}` stands for the reviews' JSON Schema and a word with `{files}` is repeated for each review:

    --peer 'check-jsonschema 0.39.0=/opt/clib/bin/check-jsonschema --schemafile {schema} {files}'
    --peer 'ajv 8.20.0=ajv validate --spec=draft7 --strict=false -s {schema} -d={files}'

pygit2 is a peer where --pygit2 names a Python that has it. With --history only a report on a clone of a repository
that you fetched is measured.
"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path
from statistics import median

from pirgen import __version__
from pirgen.project import Project
from tests.benchmarks import corpus, history
from tests.benchmarks.compare import BIN, Command
from tests.benchmarks.picture import Cost, Line, picture
from tests.support import cache_of

STAT = [sys.executable, "-I", "-S", str(Path(__file__).with_name("stat.py"))]


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


def peers(folder: Path, files: Sequence[str], more: Sequence[str]) -> Iterator[Command]:
    """The programs beside which lint is measured, as far as they are there."""
    known = {"yamllint": "yamllint {files}", "check-jsonschema": "check-jsonschema --schemafile {schema} {files}"}
    here = {name: f"{BIN}/{words}" for name, words in known.items() if (BIN / name).exists()}
    for name, words in [*here.items(), *(one.split("=", 1) for one in more)]:
        told = words.replace("{schema}", f"{folder}/schema.json").split()
        each = [[word.replace("{files}", file) for file in files] if "{files}" in word else [word] for word in told]
        yield Command(name, [*chain(*each)])


def lines(folder: Path, count: int, years: int, rounds: int, told: Sequence[str]) -> Iterator[Line]:
    """The comparisons on a project that is made in a folder."""
    pirgen = str(BIN / "pirgen")
    files, shape = corpus.make(folder, count, years), f"{count:,} reviews{', in years' if years > 1 else ''}"
    schema = subprocess.run([pirgen, "schema"], cwd=folder, capture_output=True, check=True)
    (folder / "schema.json").write_bytes(schema.stdout)

    def forget() -> None:
        shutil.rmtree(cache_of(folder), ignore_errors=True)

    def ours(*words: str, before: Callable[[], object] = lambda: None) -> Command:
        return Command("pirgen", [pirgen, *words], before)

    alone = folder.with_name("alone")
    alone.mkdir()
    [only] = corpus.make(alone, 1)
    shutil.copy(folder / "schema.json", alone)
    for peer in peers(alone, [only], told):
        yield compare("lint, one file alone", alone, ours("lint", only), peer, rounds)
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
    one = Command("lint of one file alone", [pirgen, "-C", str(alone), "lint", only])
    yield compare(f"lint, one of {shape}, cold", folder, ours("lint", files[0], before=forget), one, rounds)
    yield compare(f"lint, one of {shape}, later", folder, ours("lint", files[0]), one, rounds)


def of_check(folder: Path, shape: str, rounds: int) -> Iterator[Line]:
    """All that a CI job asks, in one run and in three."""
    pirgen = str(BIN / "pirgen")
    cost([pirgen, "render"], folder)
    three = "; ".join(f"{pirgen} {words} --no-cache" for words in ("lint", "render --check", "report"))
    peer = Command("lint, render --check and report", ["sh", "-c", three])
    yield compare(f"check, {shape}, cold", folder, Command("pirgen", [pirgen, "check", "--no-cache"]), peer, rounds)


def of_history(folder: Path, shape: str, rounds: int, pygit2: str) -> Iterator[Line]:
    """A report on a repository beside what git and pygit2 need to tell how its folders changed."""
    config = Project(folder).config
    folders = (*config.reviews, *config.incidents)
    known = [Command("git log --raw", ["git", "log", "--raw", "-z", "--first-parent", "--", *folders])]
    known += [Command("pygit2", [pygit2, str(Path(__file__).with_name("walk.py")), folders[0]])] if pygit2 else []
    for what, words in (("cold", ["report", "--no-cache"]), ("nothing new", ["report"])):
        for peer in known:
            yield compare(
                f"report, {shape}, {what}", folder, Command("pirgen", [str(BIN / "pirgen"), *words]), peer, rounds
            )


def all_lines(place: Path, chosen: argparse.Namespace) -> Iterator[Line]:
    """The comparisons that are asked for."""
    if chosen.history:
        yield from of_history(chosen.history, chosen.history.name, chosen.rounds, chosen.pygit2)
        return
    reviews = place / "reviews"
    reviews.mkdir()
    yield from lines(reviews, chosen.files, chosen.years, chosen.rounds, chosen.peer)
    commits = 5 * chosen.files if chosen.commits is None else chosen.commits
    if not commits:
        return
    shape = f"{chosen.files:,} reviews, {commits:,} commits"
    history.make(place / "history", chosen.files, commits, chosen.years)
    yield from of_history(place / "history", shape, chosen.rounds, chosen.pygit2)
    yield from of_check(place / "history", shape, chosen.rounds)


def versions() -> Iterator[str]:
    """When and on what is measured, for those who look at the picture."""
    yield f"{datetime.now(UTC):%d %B %Y}, {platform.system()} {platform.machine()}, {os.cpu_count()} cores"
    yield f"pirgen {__version__}, Python {platform.python_version()}, git {_version('git')}"


def _version(program: str) -> str:
    said = subprocess.run([program, "--version"], capture_output=True, text=True, check=True).stdout
    return said.split()[-1]


def main() -> None:
    """Measure and print."""
    how = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__, formatter_class=how)
    parser.add_argument("--files", type=int, default=10_000)
    parser.add_argument("--years", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--peer", action="append", default=[], metavar="NAME=COMMAND")
    parser.add_argument("--commits", type=int, help="by default five for each file, 0 for no history")
    parser.add_argument("--pygit2", default="", metavar="PYTHON")
    parser.add_argument("--picture", type=Path)
    parser.add_argument("--history", type=Path, metavar="CLONE")
    chosen = parser.parse_args()
    found: list[Line] = []
    print("| What | Seconds | MiB | Beside | Seconds | MiB | Ratio | From–to |\n|---|---|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as place:
        for line in all_lines(Path(place), chosen):
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
        chosen.picture.write_text(picture(found, [*versions()]), encoding="utf-8")


if __name__ == "__main__":
    main()
