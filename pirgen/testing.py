"""A helper for authors of rules: it runs one rule on a review written as YAML."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from pirgen.config import Config
from pirgen.diagnostic import Problem
from pirgen.files import Source
from pirgen.lint.cross_file import CrossFile
from pirgen.lint.rules import Context, Rule
from pirgen.workspace import Workspace


def check(
    rule: Rule,
    review: str,
    *,
    file: str = "pir/INC-001.yaml",
    config: Config | None = None,
    others: Mapping[str, str] | None = None,
) -> list[Problem]:
    """Run a rule on a review, given as YAML, and return the problems that it finds.

    `others` are the project's other reviews as YAML, by file. Raises ValueError where a text is not sound YAML.
    """
    sources = {name: Source(name, text.encode()) for name, text in {**(others or {}), file: review}.items()}
    workspace = Workspace(Path(os.devnull), config or Config(), sources)
    entries = {name: workspace.entry(name) for name in sources}
    for name, entry in entries.items():
        if entry.document.problems:
            raise ValueError(f"{name}: {entry.document.problems[0][1].message}")
    cross_file = CrossFile()
    cross_file.settle((name, entry.review.incident_id) for name, entry in entries.items())
    return list(rule.check(entries[file].review, Context(entries[file].document, workspace, cross_file)))
