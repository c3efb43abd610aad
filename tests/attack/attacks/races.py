"""Eight processes edit the same review at once; a round is an edit by each.

No edit is lost, also beside `lint --fix`, which then finds something to mend in every tenth round.
"""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from pathlib import Path

from pirgen.document import load
from pirgen.files import read
from tests.attack.ground import end, start
from tests.support import Repo, item, review

TIMES = 1_000
PIR = "pir/INC-001.yaml"


def attempts(folder: Path, chance: random.Random, times: int) -> Iterator[str]:
    repo = Repo(folder / "project")
    items = [item(f"AI-{number:03d}", f"Do {number}", status="open") for number in range(8)]
    text = review(action_items=items)
    for number in range(times):
        wrong = number % 10 == 0
        repo.write(PIR, text.replace("severity: P1", "severity: p1") if wrong else text)
        busy = [start(repo.folder, f"action start INC-001 AI-{one:03d}") for one in range(8)]
        busy += [start(repo.folder, "lint --fix")] if wrong else []
        chance.shuffle(busy)
        codes = [end(child) for child in busy]
        data = load(read(repo.folder / PIR, PIR)).data
        lost = [one["id"] for one in data["action_items"] if one["status"] != "in_progress"]
        named = os.listdir(repo.folder / "pir")  # noqa: PTH208
        if lost or any(codes) or data["severity"] != "P1" or named != ["INC-001.yaml"]:
            yield f"lost {lost}, exit codes {codes}, severity {data['severity']}, files {named}"
        else:
            yield ""
