"""One report over many repositories: the rows of all in one database, and the figures counted from them."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from pirgen.errors import PirgenError
from pirgen.ledger import read_ledger
from pirgen.project import Project
from pirgen.report.table import Group, Row
from pirgen.text.terminal import printable, readable
from pirgen.warehouse import figures, formats, partitions
from pirgen.warehouse.engine import connected, lines, said, text
from pirgen.warehouse.export import rows_of, source_of
from pirgen.warehouse.tables import RUNS, tables

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_DATABASE = "rollup.duckdb"


class Place(NamedTuple):
    """A clone or the folder of an export, and the name of a clone's repository where one is stated."""

    path: Path
    repo: str | None = None


class Failure(NamedTuple):
    """A place that could not be read, and why."""

    place: str
    reason: str


class Rollup(NamedTuple):
    """What all repositories say together."""

    runs: tuple[Row, ...]
    metrics: tuple[Row, ...]
    groups: Mapping[str, Mapping[str, Group]]
    hidden: Mapping[str, int]
    """How many groups are left out, by dimension, because they are too small."""
    overdue_reviews: tuple[Row, ...]
    overdue_actions: tuple[Row, ...]
    failures: tuple[Failure, ...]


def place_of(written: str, around: Path) -> Place:
    """The place that a person names as PATH or NAME=PATH; a path is looked up from `around`."""
    name, mark, path = written.partition("=")
    return Place(around / path, name) if mark and not (around / written).exists() else Place(around / written)


def listed(file: Path) -> Iterator[Place]:
    """Yields the places in a file, one a line, seen from its folder; `#` begins a comment.

    Raises PirgenError where the file is not UTF-8, OSError where it cannot be read.
    """
    try:
        content = file.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise PirgenError(f"{printable(str(file))} is not UTF-8; write one folder a line") from None
    for line in content.splitlines():
        if (written := line.strip()) and not written.startswith("#"):
            yield place_of(written, file.parent)


def rollup(
    places: Iterable[Place],
    *,
    now: datetime,
    as_of: str | None = None,
    by: Sequence[str] = (),
    min_group: int = 0,
    allow_shallow: bool = False,
    cached: bool = False,
) -> Rollup:
    """What the repositories at these places say together, of which a failing one is left out and told.

    Groups of fewer than `min_group` incidents, or action items by owner, are left out. Raises PirgenError where duckdb
    is not installed.
    """
    with tempfile.TemporaryDirectory() as scratch, connected(Path(scratch, _DATABASE)) as database:
        for table in tables().values():
            database.execute(table.creation)
        failures = []
        for place in places:
            try:
                form = partitions.form_of(place.path)
                with _filled(database, place.path):
                    if form is not None:
                        _add_export(database, place.path, form)
                    else:
                        _add_clone(database, place, Path(scratch), now, as_of, allow_shallow, cached)
            except (PirgenError, OSError) as error:
                failures.append(Failure(readable(str(place.path)), readable(_reason(error))))
        groups = {dimension: figures.by(database, dimension) for dimension in by}
        shown = {
            name: {key: one for key, one in some.items() if _size(one) >= min_group} for name, some in groups.items()
        }
        return Rollup(
            tuple(figures.told(database, _RUNS)),
            figures.whole(database),
            shown,
            {name: len(groups[name]) - len(some) for name, some in shown.items() if len(some) < len(groups[name])},
            tuple(figures.told(database, _OVERDUE_REVIEWS)),
            tuple(figures.told(database, _OVERDUE_ACTIONS)),
            tuple(failures),
        )


_RUNS = """
SELECT * REPLACE (strftime(make_timestamp(epoch_us(as_of)), '%Y-%m-%dT%H:%M:%SZ') AS as_of) FROM runs ORDER BY repo
"""
_OVERDUE_REVIEWS = """
SELECT
  repo, incident_id, severity, CAST(review_due AS VARCHAR) AS deadline, review_days_late AS days_late, review_status
FROM incidents WHERE review_days_late IS NOT NULL ORDER BY days_late DESC, repo, incident_id
"""
_OVERDUE_ACTIONS = """
SELECT repo, incident_id, action_id, severity, action, owner, status, CAST(due AS VARCHAR) AS due, days_late, slips
FROM actions WHERE days_late IS NOT NULL ORDER BY days_late DESC, repo, incident_id, action_id
"""


@contextmanager
def _filled(database: DuckDBPyConnection, place: Path) -> Iterator[None]:
    """Keeps what is added of a place where all of it can be, and nothing else. Raises PirgenError for what cannot."""
    with said(place):
        database.begin()
        try:
            yield
        except BaseException:
            database.rollback()
            raise
        database.commit()


def _add_export(database: DuckDBPyConnection, folder: Path, form: str) -> None:
    """Add the rows of the last run of each repository in the folder of an export."""
    if form not in formats.names():
        raise PirgenError(f"it holds {printable(form)[:40]}, which this version does not know")
    module = formats.named(form)
    with module.opened(database, folder) as names:
        _require_new(database, names)
        if not names:
            raise PirgenError("it holds no repository yet")
        for name in sorted(tables(), key=RUNS.__eq__):  # the runs come last, when it is known which of them count
            last = "WHERE (repo, run_id) IN (SELECT DISTINCT repo, run_id FROM targets)" if name == RUNS else ""
            _insert(database, name, f"{module.read(folder, name)} {last}")


def _add_clone(
    database: DuckDBPyConnection,
    place: Place,
    scratch: Path,
    now: datetime,
    as_of: str | None,
    allow_shallow: bool,
    cached: bool,
) -> None:
    """Add the rows of a clone."""
    if not place.path.is_dir():
        raise PirgenError("there is no such folder")
    project = Project(place.path, place.path.resolve())
    kept = cached and project.can_keep
    how: Any = {"now": now, "as_of": as_of, "allow_shallow": allow_shallow, "cached": kept}
    source = source_of(project.root, read_ledger(project.root, project.config, **how), repo=place.repo, prose=True)
    _require_new(database, [source.repo])
    for name, data in rows_of(source)[1].items():
        file = scratch / f"{name}.jsonl"
        file.write_bytes(data)
        _insert(database, name, lines(text(file), tables()[name].types))


def _insert(database: DuckDBPyConnection, name: str, rows: str) -> None:
    columns = ", ".join(f'"{key}"' for key in tables()[name].types)
    database.execute(f"INSERT INTO {name} SELECT {columns} FROM {rows}")


def _require_new(database: DuckDBPyConnection, names: Sequence[str]) -> None:
    """Raise PirgenError where rows of one of these repositories are there already."""
    known = {name for (name,) in database.execute("SELECT repo FROM runs").fetchall()}
    if both := sorted(known.intersection(names)):
        raise PirgenError(
            f"another source is called {printable(both[0])}, too; leave one of them out, or write NAME=FOLDER"
        )


def _reason(error: Exception) -> str:
    return (error.strerror or str(error)) if isinstance(error, OSError) else str(error)


def _size(group: Group) -> int:
    """How many incidents a group has, or by owner how many action items enter its figures."""
    if group.incidents is not None:
        return group.incidents
    return max((row["n"] + row["missing"] for row in group.metrics), default=0)
