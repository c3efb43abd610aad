"""A project of reviews as real ones are: drafts, findings, ignores and invalid files are among them."""

from __future__ import annotations

import random
from pathlib import Path

from tests.benchmarks.lint import review

DRAFTS, FINDINGS, IGNORES, INVALID = 0.08, 0.12, 0.04, 0.02
"""The shares of the reviews that are drafts, that lint warns about, that silence a rule, and that fit no schema."""


def text(chance: random.Random, number: int) -> str:
    """A review; of what kind is drawn."""
    said, drawn = review(chance, number), chance.random()
    if drawn < DRAFTS:
        return f"{said.partition('root_cause:')[0]}status: draft\n"
    if drawn < DRAFTS + FINDINGS:  # an action item without a due date, a text that is still a placeholder
        return said.replace('    due: "2025-02-01"\n', "", 1).replace("root_cause: |\n", "root_cause: |\n  TODO\n", 1)
    if drawn < DRAFTS + FINDINGS + IGNORES:
        ignored = "  # pirgen: ignore[action-has-due] nobody knows yet"
        return said.replace('    due: "2025-02-01"\n', "", 1).replace("- id: AI-001", f"- id: AI-001{ignored}", 1)
    if drawn < DRAFTS + FINDINGS + IGNORES + INVALID:
        return said.replace("severity: P", "severity: X", 1)
    return said


def make(folder: Path, count: int, years: int = 1) -> list[str]:
    """A project of that many reviews, flat or in a folder a year; the reviews' names."""
    chance, names = random.Random(1), []
    (folder / "pirgen.yaml").write_text("", encoding="utf-8")
    for number in range(count):
        name = f"pir/{f'{2020 + number % years}/' if years > 1 else ''}INC-{number:05d}.yaml"
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text(chance, number), encoding="utf-8")
        names.append(name)
    return names
