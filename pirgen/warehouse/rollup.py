"""One report over many repositories: the rows of all in one database, and the figures counted from them."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from pirgen.errors import PirgenError
from pirgen.report.table import Group, Row
from pirgen.review.incident_log import INCIDENT
from pirgen.runtime import extras
from pirgen.text.terminal import printable, readable
from pirgen.warehouse import figures, formats, partitions
from pirgen.warehouse.clones import Asked, Place, Read, read_clones, reason
from pirgen.warehouse.engine import connected, lines, said
from pirgen.warehouse.tables import RUNS, tables

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_DATABASE = "rollup.duckdb"


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
    open_incidents: tuple[Row, ...]
    overdue_reviews: tuple[Row, ...]
    overdue_actions: tuple[Row, ...]
    failures: tuple[Failure, ...]


def rollup(places: Sequence[Place], asked: Asked, *, by: Sequence[str] = (), min_group: int = 0) -> Rollup:
    """What the repositories at these places say together, of which a failing one is left out and told.

    Groups of fewer than `min_group` incidents, or action items by owner, are left out. Raises PirgenError where duckdb
    is not installed.
    """
    extras.require("duckdb")
    with tempfile.TemporaryDirectory() as scratch:
        is_export = [partitions.is_export(place.path) for place in places]
        clones = [place for place, other in zip(places, is_export, strict=True) if not other]
        read = iter(read_clones(clones, asked, Path(scratch)))  # before there is a database, which has threads
        with connected(Path(scratch, _DATABASE)) as database:
            for table in tables().values():
                database.execute(table.creation)
            known, failures, has_clones = set[str](), list[Failure](), False
            for place, other in zip(places, is_export, strict=True):
                try:
                    if other:
                        known |= _add_export(database, place.path, known)
                    else:
                        known.add(_named(next(read), known))
                        has_clones = True
                except (PirgenError, OSError) as error:
                    failures.append(Failure(readable(str(place.path)), reason(error)))
            if has_clones:
                for name, table in tables().items():
                    _insert(database, name, lines(Path(scratch), f"*/{name}.jsonl", table.types))
            return _counted(database, by, min_group, failures)


def _counted(database: DuckDBPyConnection, by: Sequence[str], min_group: int, failures: Iterable[Failure]) -> Rollup:
    """What the rows of a database say."""
    groups = {dimension: figures.by(database, dimension) for dimension in by}
    shown, hidden = large(groups, min_group)
    return Rollup(
        tuple(figures.told(database, _RUNS)),
        figures.whole(database),
        shown,
        hidden,
        tuple(figures.told(database, _OPEN_INCIDENTS)),
        tuple(figures.told(database, _OVERDUE_REVIEWS)),
        tuple(figures.told(database, _OVERDUE_ACTIONS)),
        tuple(failures),
    )


def large(groups: Mapping[str, Mapping[str, Group]], least: int) -> tuple[dict[str, dict[str, Group]], dict[str, int]]:
    """The groups by dimension that are not smaller than `least`, and how many are, where any is."""
    shown = {name: {key: one for key, one in some.items() if _size(one) >= least} for name, some in groups.items()}
    hidden = {name: len(some) - len(shown[name]) for name, some in groups.items()}
    return shown, {name: number for name, number in hidden.items() if number}


def _instants(table: str) -> str:
    """The SQL that writes a table's times as the report does."""
    times = [name for name, kind in tables()[table].types.items() if kind == "TIMESTAMPTZ"]
    written = (f"strftime(make_timestamp(epoch_us({table}.{name})), '%Y-%m-%dT%H:%M:%SZ') AS {name}" for name in times)
    return f"REPLACE ({', '.join(written)})"


_RUNS = f"SELECT * {_instants(RUNS)} FROM runs ORDER BY repo"
_OPEN_INCIDENTS = f"""
SELECT open_incidents.* EXCLUDE (run_id, urgency) {_instants("open_incidents")}, review_url
FROM open_incidents LEFT JOIN incidents USING (repo, incident_id)
ORDER BY
  open_incidents.type <> '{INCIDENT}',
  coalesce(response_left_minutes, 0) >= 0,
  coalesce(resolution_left_minutes, 0) >= 0,
  urgency, opened_at, repo, incident_id
"""
_OVERDUE_REVIEWS = """
SELECT
  repo, incident_id, severity, CAST(review_due AS VARCHAR) AS deadline, review_days_late AS days_late, review_status,
  review_url
FROM incidents WHERE review_days_late IS NOT NULL ORDER BY days_late DESC, repo, incident_id
"""
_OVERDUE_ACTIONS = """
SELECT
  repo, incident_id, action_id, actions.severity, action, owner, actions.status, CAST(due AS VARCHAR) AS due, days_late,
  slips, review_url
FROM actions LEFT JOIN incidents USING (repo, incident_id)
WHERE days_late IS NOT NULL ORDER BY days_late DESC, repo, incident_id, action_id
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


def _add_export(database: DuckDBPyConnection, folder: Path, known: Collection[str]) -> set[str]:
    """Add the rows of the last run of each repository in the folder of an export, and tell which these are."""
    form = partitions.form_of(folder)
    if form not in formats.names():
        raise PirgenError(f"it holds {printable(form or 'nothing')[:40]}, which this version does not know")
    module = formats.named(form)
    with _filled(database, folder), module.opened(database, folder) as names:
        _require_new(names, known)
        if not names:
            raise PirgenError("it holds no repository yet")
        for name in sorted(tables(), key=RUNS.__eq__):  # the runs come last, when it is known which of them count
            last = "WHERE (repo, run_id) IN (SELECT DISTINCT repo, run_id FROM targets)" if name == RUNS else ""
            _insert(database, name, f"{module.read(folder, name)} {last}")
    return {*names}


def _named(read: Read, known: Collection[str]) -> str:
    """What a clone is called whose rows count. Raises PirgenError where it could not be read, and for a name twice."""
    try:
        if not read.repo:
            raise PirgenError(read.reason)
        _require_new([read.repo], known)
    except PirgenError:
        shutil.rmtree(read.folder, ignore_errors=True)
        raise
    return read.repo


def _insert(database: DuckDBPyConnection, name: str, rows: str) -> None:
    columns = ", ".join(f'"{key}"' for key in tables()[name].types)
    database.execute(f"INSERT INTO {name} SELECT {columns} FROM {rows}")


def _require_new(names: Iterable[str], known: Collection[str]) -> None:
    """Raise PirgenError where there are rows of one of these repositories already, or where one is no name."""
    if both := sorted({*map(partitions.checked, names)}.intersection(known)):
        raise PirgenError(
            f"another source is called {printable(both[0])}, too; leave one of them out, or write NAME=FOLDER"
        )


def _size(group: Group) -> int:
    """How many incidents a group has, or by owner how many action items enter its figures."""
    if group.incidents is not None:
        return group.incidents
    return max((row["n"] + row["missing"] for row in group.metrics), default=0)
