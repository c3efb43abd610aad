"""One database of DuckDB for all repositories; a run is one transaction."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from pirgen.files import locked
from pirgen.runtime import extras
from pirgen.warehouse.engine import connected, lines, text
from pirgen.warehouse.partitions import Run, require_same
from pirgen.warehouse.tables import RUNS, tables

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

FILE = "pirgen.duckdb"


def write(folder: Path, repo: str, run: Run, rows: Mapping[str, bytes], *, force: bool = False) -> None:
    """Replace the rows of a repository, in one transaction; raises PirgenError as `partitions.replace` does."""
    _make(folder / FILE)
    with tempfile.TemporaryDirectory() as place, connected(folder / FILE) as database:
        database.begin()
        if not force:
            require_same(repo, _last(database, repo), run)
        for name, data in rows.items():
            source = Path(place, f"{name}.jsonl")
            source.write_bytes(data)
            kept = f"AND run_id = {text(run.run_id)}" if name == RUNS else ""
            database.execute(f"DELETE FROM {name} WHERE repo = {text(repo)} {kept}")
            told = lines(source.parent, source.name, tables()[name].types)
            database.execute(f"INSERT INTO {name} SELECT * EXCLUDE (filename) FROM {told}")
        database.commit()


@contextmanager
def opened(database: DuckDBPyConnection, folder: Path) -> Iterator[list[str]]:
    """Makes a folder ready to be read, and gives the repositories in it."""
    database.execute(f"ATTACH {text(folder / FILE)} AS source (READ_ONLY)")
    try:
        yield [name for (name,) in database.execute("SELECT DISTINCT repo FROM source.runs ORDER BY 1").fetchall()]
    finally:
        database.execute("DETACH source")


def read(folder: Path, name: str) -> str:
    """The SQL of a table's rows, of the database that is attached as `source`; those of no run are left out."""
    return f"(SELECT * FROM source.{name} WHERE repo IN (SELECT repo FROM source.runs))"


def _make(file: Path) -> None:
    """Make the database where there is none. It comes to its place when it is whole, so that no half of it stays."""
    extras.require("duckdb")
    with locked(file.parent):
        if file.exists():
            return
        with tempfile.TemporaryDirectory(dir=file.parent, prefix="_draft-") as place:
            draft = Path(place, FILE)
            with connected(draft) as database:
                for table in tables().values():
                    database.execute(table.creation)
            draft.replace(file)


def _last(database: DuckDBPyConnection, repo: str) -> Run | None:
    """The run that the rows of a repository are of; None for none."""
    found = database.execute(
        "SELECT run_id, root FROM runs WHERE repo = ? AND run_id IN (SELECT run_id FROM targets WHERE repo = ?)",
        [repo, repo],
    ).fetchone()
    return Run(found[0], found[1] or "") if found else None
