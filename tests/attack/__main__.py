"""Tries attacks: `python -m tests.attack [NAME...] [--part 0.1] [--seed 1]`.

An attack is a file in `attacks`: the first line of its docstring is its title, `TIMES` says how often it is tried at
full size, and `attempts(folder, chance, times)` yields for each try what went wrong, empty where nothing did. `folder`
is empty and its own, `chance` is made from the seed. Exit code 1 means that something went wrong.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import NamedTuple

from pirgen.runtime.modules import names
from tests.attack import attacks


class Result(NamedTuple):
    """What became of an attack."""

    title: str
    tried: int
    wrong: tuple[str, ...]


def run(name: str, part: float = 1, seed: int = 1) -> Result:
    """Try an attack, `part` of its full number of times but at least once."""
    module = import_module(f"{attacks.__name__}.{name}")
    with tempfile.TemporaryDirectory(prefix="pirgen-attack-") as folder:
        tries: Iterator[str] = module.attempts(
            Path(folder).resolve(), random.Random(seed), max(1, round(module.TIMES * part))
        )
        told = list(tries)
    return Result((module.__doc__ or name).splitlines()[0].rstrip("."), len(told), tuple(filter(None, told)))


def main() -> int:
    """Try the chosen attacks and print the table."""
    every = names(str(attacks.__file__))
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(every), choices=[*every, []])
    parser.add_argument("--part", type=float, default=1)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    wrong = 0
    print("| Attack | Tried | Survived |\n| --- | --- | --- |", flush=True)
    for name in chosen.names or every:
        began = time.monotonic()
        result = run(name, chosen.part, chosen.seed)
        wrong += len(result.wrong) or not result.tried
        print(f"| {result.title} | {result.tried:,} | {result.tried - len(result.wrong):,} |", flush=True)
        for one in result.wrong[:20] if result.tried else ("nothing was tried",):
            print(f"{name}: {one}", file=sys.stderr)
        print(f"{name}: {time.monotonic() - began:.0f} s", file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
