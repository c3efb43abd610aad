"""JSON Lines, which need no library and are the same bytes each time."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from pirgen.warehouse.engine import lines, text
from pirgen.warehouse.partitions import Run, replace
from pirgen.warehouse.tables import tables


def write(folder: Path, repo: str, run: Run, rows: Mapping[str, bytes], *, force: bool = False) -> None:
    """Replace the rows of a repository; see `partitions.replace`."""
    replace(folder, repo, run, rows, "jsonl", force=force)


def read(folder: Path, name: str) -> str:
    """The SQL of a table's rows."""
    return lines(text(folder / name / "repo=*" / "[!_]*.jsonl"), tables()[name].types)
