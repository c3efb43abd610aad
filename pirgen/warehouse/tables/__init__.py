"""The tables, one a file: a `Table` called `TABLE`, with its columns and what yields its rows.

The engines, the files' types and schemas/tables/ are made from that. A value that is not known is null, never 0.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any, NamedTuple

from pirgen.git.hosts import Links
from pirgen.ledger import Ledger
from pirgen.report.columns import TEXT
from pirgen.report.contract import object_schema
from pirgen.report.table import Column, Row
from pirgen.runtime.modules import modules

VERSION = 1
"""The version of the tables; it changes when a column goes, or means something else."""
ORDER = (
    "runs",
    "incidents",
    "open_incidents",
    "incident_services",
    "milestones",
    "actions",
    "facts",
    "measures",
    "targets",
)
RUNS = "runs"
"""The table to which each run adds a row; of all others a run replaces the rows of its repository."""
REPO = Column("repo", "", "The repository: host/organisation/name, and the project's folder where it has one.", TEXT)
RUN = Column("run_id", "", "The run that wrote the row.", TEXT)
_TYPES = {"integer": "BIGINT", "number": "DOUBLE", "boolean": "BOOLEAN", "string": "VARCHAR", "null": ""}
_FORMATS = {"date": "DATE", "pirgen-timestamp": "TIMESTAMPTZ"}


class Source(NamedTuple):
    """What the rows of one repository are made of."""

    repo: str
    ledger: Ledger
    root: str
    """The first commit of the mainline, by which a repository is known again; empty where the clone is shallow."""
    prose: bool = False
    """Whether titles and what action items say are written; null stands in their place else."""
    authors: bool = False
    """Whether the authors of commits are written."""
    links: Links = Links()
    """The addresses of the repository on its code host."""


class Table(NamedTuple):
    """A table: `rows` yields its rows without the repository and the run."""

    name: str
    description: str
    key: tuple[str, ...]
    """What tells two rows of one repository apart."""
    own: tuple[Column, ...]
    rows: Callable[[Source], Iterator[Row]]
    prose: tuple[str, ...] = ()
    """The columns that are null unless prose is asked for."""
    authors: tuple[str, ...] = ()
    """The columns that are null unless authors are asked for."""

    @property
    def columns(self) -> tuple[Column, ...]:
        """All columns, in their order."""
        return (REPO, RUN, *self.own)

    @property
    def types(self) -> Mapping[str, str]:
        """The type of each column in SQL, as DuckDB names it. Times are in UTC."""
        return {column.key: _type(column.type) for column in self.columns}

    @property
    def creation(self) -> str:
        """The SQL that makes the table in DuckDB where it is missing."""
        columns = ", ".join(f'"{key}" {kind}' for key, kind in self.types.items())
        return f"CREATE TABLE IF NOT EXISTS {self.name} ({columns})"

    def written(self, source: Source, run_id: str) -> Iterator[Row]:
        """Yields the rows as they are written."""
        hidden = (*(() if source.prose else self.prose), *(() if source.authors else self.authors))
        first, nothing = {REPO.key: source.repo, RUN.key: run_id}, dict.fromkeys(hidden)
        for row in self.rows(source):
            yield {**first, **row, **nothing}

    @property
    def schema(self) -> dict[str, Any]:
        """The JSON Schema of a row."""
        return {
            "$schema": "http://json-schema.org/draft-07/schema#",
            "title": f"pirgen table {self.name}",
            "description": f"{self.description} A line of JSON Lines that `pirgen export` writes; version {VERSION}.",
            **object_schema(self.columns),
        }


@cache
def tables() -> Mapping[str, Table]:
    """All tables by name, in their order."""
    found: list[Table] = [module.TABLE for module in modules(__name__, __file__, ORDER)]
    return {table.name: table for table in found}


def _type(said: Mapping[str, Any]) -> str:
    if said.get("format") in _FORMATS:
        return _FORMATS[said["format"]]
    kinds = said.get("type", "string")
    return "".join(_TYPES[kind] for kind in ([kinds] if isinstance(kinds, str) else kinds))
