"""Parquet, written by DuckDB. The repository is in the folder's name, as engines expect it, and not in the file."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from pirgen.warehouse.engine import connected, files, lines, of_partitions, text
from pirgen.warehouse.partitions import Run, replace, whole
from pirgen.warehouse.tables import REPO, tables

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


def write(folder: Path, repo: str, run: Run, rows: Mapping[str, bytes], *, force: bool = False) -> None:
    """Replace the rows of a repository; see `partitions.replace`. Raises PirgenError where duckdb is not installed."""
    parts = {}
    with tempfile.TemporaryDirectory() as place, connected() as database:
        source, target = Path(place, "rows.jsonl"), Path(place, "rows.parquet")
        for name, data in rows.items():
            source.write_bytes(data)
            told = lines(source.parent, source.name, tables()[name].types)
            found = f"SELECT * EXCLUDE ({REPO.key}, filename) FROM {told}"
            database.execute(f"COPY ({found}) TO {text(target)} (FORMAT parquet, COMPRESSION zstd)")
            parts[name] = target.read_bytes()
    replace(folder, repo, run, parts, "parquet", force=force)


@contextmanager
def opened(database: DuckDBPyConnection, folder: Path) -> Iterator[list[str]]:
    """Makes a folder ready to be read, and gives the repositories in it; see `partitions.whole`."""
    yield [*whole(folder)]


def read(folder: Path, name: str) -> str:
    """The SQL of a table's rows."""
    found = f"read_parquet({files(folder, f'{name}/repo=*/*.parquet')}, hive_partitioning = false, filename = true)"
    return of_partitions(found, tables()[name].types)
