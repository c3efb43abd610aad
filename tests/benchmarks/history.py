"""How long a report takes beside `git log --raw` on the same folder, alternately, on a history made for it.

    python -m tests.benchmarks.history [--reviews 2000] [--commits 50000] [--years 1] [--rounds 3] [--keep DIR]

Prints the median wall time of whole processes, their ratio, and the memory of all processes together. With --years
the reviews lie in a folder a year.
"""

from __future__ import annotations

import argparse
import compileall
import random
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pirgen
from tests.benchmarks.compare import BIN, Command, compare, run
from tests.benchmarks.lint import review
from tests.support import cache_of

START = 1_600_000_000
TOUCHES = 10
"""How many commits change one review, on average, where there are enough commits for that."""


def states(number: int, count: int) -> Iterator[str]:
    """The revisions of a review: its items are closed one by one, and between that its text changes."""
    text = review(random.Random(number), number)
    for state in range(count):
        if state % 2:
            place = text.find("    due: ", text.rfind("    status: done") + 1)
            end = text.find("\n", place)
            text = f"{text[:end]}\n    status: done{text[end:]}" if place > 0 else text
        yield f"{text}# revision {state}\n"


def commits(reviews: int, total: int, years: int) -> Iterator[bytes]:
    """A stream for git fast-import: one line of history, every 200th commit a merge of a branch with one change."""
    chance = random.Random(7)
    touches = min(TOUCHES, total * 4 // 5 // reviews)
    due = [number for number in range(reviews) for _ in range(touches)]
    chance.shuffle(due)
    histories = [states(number, touches) for number in range(reviews)]
    touching = set(chance.sample(range(total), len(due)))
    mark = head = 0
    yield b"feature done\n"
    for step in range(total):
        if step in touching:
            number = due.pop()
            path, text = _path(number, years), next(histories[number])
        else:
            path, text = f"src/m{step % 40:02d}/f{chance.randrange(4_000):04d}.txt", f"{chance.getrandbits(64)}\n"
        parents = [head] if head else []
        if step % 200 == 199:
            mark += 1
            yield _commit("refs/heads/topic", mark, step, parents, path, text)
            parents.append(mark)
        mark += 1
        yield _commit("refs/heads/main", mark, step, parents, path, text)
        head = mark
    yield b"done\n"


def _path(number: int, years: int) -> str:
    return f"pir/{f'{2020 + number % years}/' if years > 1 else ''}INC-{number:05d}.yaml"


def _commit(ref: str, mark: int, step: int, parents: list[int], path: str, text: str) -> bytes:
    data = text.encode()
    lines = [f"commit {ref}", f"mark :{mark}", f"committer A{step % 17} <a@example.org> {START + step * 600} +0000",
             "data 1", "x", *(f"{word} :{parent}" for word, parent in zip(("from", "merge"), parents, strict=False)),
             f"M 100644 inline {path}", f"data {len(data)}", ""]  # fmt: skip
    return "\n".join(lines).encode() + data + b"\n"


def make(folder: Path, reviews: int, total: int, years: int) -> None:
    """The repository, its worktree checked out."""
    git = ["git", "-C", str(folder)]
    subprocess.run(["git", "init", "--quiet", "--initial-branch=main", str(folder)], check=True)
    with subprocess.Popen([*git, "fast-import", "--quiet"], stdin=subprocess.PIPE) as importer:
        assert importer.stdin
        importer.stdin.writelines(commits(reviews, total, years))
        importer.stdin.close()
    assert importer.returncode == 0
    subprocess.run([*git, "branch", "--quiet", "-D", "topic"], check=False)
    subprocess.run([*git, "reset", "--quiet", "--hard"], check=True)


def main() -> None:
    """Make the history and compare."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--reviews", type=int, default=2_000)
    parser.add_argument("--commits", type=int, default=50_000)
    parser.add_argument("--years", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--keep", type=Path, help="Make the repository there, or use the one that is there.")
    chosen = parser.parse_args()
    compileall.compile_dir(Path(pirgen.__file__).parent, quiet=1)  # as an installation does
    with tempfile.TemporaryDirectory() as place:
        folder = chosen.keep or Path(place) / "history"
        if not folder.exists():
            make(folder, chosen.reviews, chosen.commits, chosen.years)
        peer = Command("git log", ["git", "log", "--raw", "-z", "--first-parent", "--", "pir"])
        words = [str(BIN / "pirgen"), "report", "--export", "json"]
        cold = Command("pirgen", words, lambda: shutil.rmtree(cache_of(folder), ignore_errors=True))
        compare("cold", folder, cold, peer, chosen.rounds)
        time.sleep(3)  # until the files are old enough to be known by their times
        run(words, folder)
        compare("nothing new", folder, Command("pirgen", words), peer, chosen.rounds)

        def commit() -> None:
            with (folder / _path(0, chosen.years)).open("a", encoding="utf-8") as file:
                file.write("# changed\n")
            subprocess.run(["git", "-C", str(folder), "-c", "user.name=A", "-c", "user.email=a@example.org", "commit",
                            "--quiet", "--all", "--message", "x"], check=True)  # fmt: skip

        compare("one new commit", folder, Command("pirgen", words, commit), peer, chosen.rounds)


if __name__ == "__main__":
    main()
