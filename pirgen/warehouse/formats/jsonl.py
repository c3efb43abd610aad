"""JSON Lines, which need no library and are the same bytes each time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from pirgen.warehouse.engine import lines, of_partitions
from pirgen.warehouse.partitions import Run, replace, whole
from pirgen.warehouse.tables import tables

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


def write(folder: Path, repo: str, run: Run, rows: Mapping[str, bytes], *, force: bool = False) -> None:
    """Replace the rows of a repository; see `partitions.replace`."""
    replace(folder, repo, run, rows, "jsonl", force=force)


@contextmanager
def opened(database: DuckDBPyConnection, folder: Path) -> Iterator[list[str]]:
    """Makes a folder ready to be read, and gives the repositories in it; see `partitions.whole`."""
    yield [*whole(folder)]


def read(folder: Path, name: str) -> str:
    """The SQL of a table's rows."""
    types = tables()[name].types
    return of_partitions(lines(folder, f"{name}/repo=*/*.jsonl", types), types)
