"""How long lint takes beside check-jsonschema, alternately, on reviews made for it.

    python tests/benchmarks/lint.py [--files 10000] [--rounds 5]

Prints the median wall time of whole processes, their ratio, and the peak memory. Needs check-jsonschema beside pirgen.
"""

from __future__ import annotations

import argparse
import compileall
import random
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

import pirgen
from tests.benchmarks.compare import BIN, Command, compare, run
from tests.support import cache_of

WORDS = "database pool slow query deployment cache retry queue certificate balancer replica alert".split()  # noqa: SIM905


def review(chance: random.Random, number: int) -> str:
    """A review of 1 to 2 KB, as people write them."""

    def words(least: int, most: int) -> str:
        return " ".join(chance.choices(WORDS, k=chance.randint(least, most))).capitalize()

    first, lines = chance.randrange(0, 900), []
    at, detected, duration = first, first, 0
    kinds = ["started", "detected", "acknowledged", *["note"] * chance.randint(2, 6), "resolved"]
    for kind in kinds:
        lines.append(f'  - time: "{at // 60:02d}:{at % 60:02d}"\n    event: "{words(4, 10)}"\n    kind: {kind}')
        detected = at if kind == "detected" else detected
        duration, at = at - detected, at + chance.randint(1, 30)
    items = [
        f'  - id: AI-{i:03d}\n    action: "{words(4, 8)}"\n    owner: "@team"\n    due: "2025-{i + 1:02d}-01"'
        for i in range(1, chance.randint(3, 6))
    ]
    return "\n".join([
        f"incident_id: INC-{number:05d}\nseverity: P{chance.randint(3, 4)}\ndate: 2025-01-01\nduration: {duration}m",
        f"impact: {words(5, 9)}\ntimeline:", *lines, f"root_cause: |\n  {words(20, 40)}\n  {words(10, 30)}",
        f"contributing_factors:\n  - {words(5, 9)}\n  - {words(5, 9)}\naction_items:", *items,
        f"lessons_learned:\n  - {words(5, 9)}\n  - {words(5, 9)}\n",
    ])  # fmt: skip


def make(folder: Path, count: int) -> list[str]:
    """A project of that many reviews, and the schema for check-jsonschema; the reviews' names."""
    chance = random.Random(1)
    (folder / "pir").mkdir()
    (folder / "pirgen.yaml").touch()
    files = [f"pir/INC-{number:05d}.yaml" for number in range(count)]
    for number, file in enumerate(files):
        (folder / file).write_text(review(chance, number), encoding="utf-8")
    schema = subprocess.run([str(BIN / "pirgen"), "schema"], cwd=folder, capture_output=True, check=True)
    (folder / "schema.json").write_bytes(schema.stdout)
    return files


def main() -> None:
    """Make the reviews and compare."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--files", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=5)
    chosen = parser.parse_args()
    compileall.compile_dir(Path(pirgen.__file__).parent, quiet=1)  # as an installation does
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as many:
        for place, count in ((one, 1), (many, chosen.files)):
            folder = Path(place)
            files = make(folder, count)
            peer = Command("check-jsonschema", [str(BIN / "check-jsonschema"), "--schemafile", "schema.json", *files])
            lint = [str(BIN / "pirgen"), "lint"]
            cold = Command("pirgen", lint, lambda: shutil.rmtree(cache_of(folder), ignore_errors=True))  # noqa: B023
            compare(f"{count} files, cold", folder, cold, peer, chosen.rounds)
        time.sleep(2)  # until the files are old enough to be known by their times
        run(lint, folder)
        compare(f"{count} files, nothing changed", folder, Command("pirgen", lint), peer, chosen.rounds)
        single = Command(peer.name, [*peer.words[:3], files[0]])

        def change() -> None:
            with (folder / files[0]).open("a", encoding="utf-8") as file:
                file.write("# changed\n")

        changed = Command("pirgen", [*lint, files[0]], change)
        compare(f"1 of {count} files changed and named, beside that one file", folder, changed, single, chosen.rounds)


if __name__ == "__main__":
    main()
