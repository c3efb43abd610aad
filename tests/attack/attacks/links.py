"""A folder that pirgen writes into is replaced by a link to somewhere else.

Nothing there is written, changed or removed.
"""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterator
from pathlib import Path

from tests.attack.ground import WRITING, end, files, project, start

TIMES = 400
FOLDERS = ("pir", "schemas", "docs", "docs/ops", "docs/ops/pir", "docs/ops/pir/years", "operational_audit",
           "operational_audit/incidents")  # fmt: skip
COMMANDS = (*WRITING, "render --dashboards docs/ops/boards", "incident open --severity P1 Down",
            *(f"report --output-file {folder}/report.txt" for folder in FOLDERS))  # fmt: skip


def attempts(folder: Path, chance: random.Random, times: int) -> Iterator[str]:
    repo = project(folder / "project")
    for words in ("render", "schema --write"):
        end(start(repo.folder, words))
    home = folder / "home"
    for number in range(times):
        place = FOLDERS[number % len(FOLDERS)]
        words = COMMANDS[number // len(FOLDERS) % len(COMMANDS)]
        shutil.rmtree(home, ignore_errors=True)
        shutil.copytree(repo.folder, home / "project", symlinks=True)
        there = home / "project" / place
        if there.exists():
            there.rename(home / "outside")
        else:
            (home / "outside").mkdir()
        page = "---\ngenerated_by: pirgen\npirgen_source: pir/INC-999.yaml\n---\n"
        (home / "outside" / chance.choice(["INC-999.md", "2019.md"])).write_text(page, encoding="utf-8")
        there.parent.mkdir(parents=True, exist_ok=True)
        there.symlink_to(home / "outside")
        before = files(home / "outside")
        end(start(home / "project", words))
        yield "" if files(home / "outside") == before else f"{words} wrote through {place}"
