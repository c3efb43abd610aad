"""How long lint takes beside check-jsonschema, alternately, on reviews made for it.

    python tests/benchmarks/lint.py [--files 2000] [--rounds 5]

Prints the median wall time of whole processes, their ratio, and the peak memory. Needs check-jsonschema beside pirgen.
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

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


def run(command: list[str], folder: Path) -> tuple[float, float]:
    """Wall time in seconds and peak memory in MiB of one process."""
    start = time.perf_counter()
    process = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, _, used = os.wait4(process.pid, 0)
    return time.perf_counter() - start, used.ru_maxrss / 1024


def compare(title: str, folder: Path, files: list[str], rounds: int) -> None:
    """Run both alternately and print one line."""
    bin_folder = Path(sys.executable).parent
    ours = [str(bin_folder / "pirgen"), "lint"]
    theirs = [str(bin_folder / "check-jsonschema"), "--schemafile", "schema.json", *files]
    pairs = [(run(ours, folder), run(theirs, folder)) for _ in range(rounds + 1)][1:]
    walls = [statistics.median(pair[side][0] for pair in pairs) for side in (0, 1)]
    ratio = statistics.median(pair[0][0] / pair[1][0] for pair in pairs)
    memory = max(pair[0][1] for pair in pairs)
    print(f"{title}: pirgen {walls[0]:.2f} s, check-jsonschema {walls[1]:.2f} s, ratio {ratio:.2f}, {memory:.0f} MiB")


def main() -> None:
    """Make the reviews and compare."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--files", type=int, default=2000)
    parser.add_argument("--rounds", type=int, default=5)
    chosen = parser.parse_args()
    chance = random.Random(1)
    for count in (1, chosen.files):
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            (folder / "pir").mkdir()
            (folder / "pirgen.yaml").touch()
            for number in range(count):
                (folder / f"pir/INC-{number:05d}.yaml").write_text(review(chance, number), encoding="utf-8")
            schema = subprocess.run(
                [str(Path(sys.executable).parent / "pirgen"), "schema"], cwd=folder, capture_output=True, check=True
            )
            (folder / "schema.json").write_bytes(schema.stdout)
            files = [f"pir/INC-{number:05d}.yaml" for number in range(count)]
            compare(f"{count} files, cold", folder, files, chosen.rounds)


if __name__ == "__main__":
    main()
