"""DuckDB as pirgen uses it: embedded, without extensions from elsewhere, its mistakes as plain messages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pirgen.errors import PirgenError
from pirgen.runtime import extras
from pirgen.text.terminal import printable

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_OWN: dict[str, Any] = {"autoinstall_known_extensions": False}


@contextmanager
def connected(place: Path | None = None) -> Iterator[DuckDBPyConnection]:
    """An open database: the file at `place`, else one in memory.

    Raises PirgenError where duckdb is not installed, and for whatever the database cannot do.
    """
    extras.require("duckdb")
    import duckdb

    with said(place or Path("the tables")), duckdb.connect(str(place or ":memory:"), config=_OWN) as database:
        yield database


@contextmanager
def said(place: Path) -> Iterator[None]:
    """Raises what the database says against a file or folder as PirgenError."""
    import duckdb

    try:
        yield
    except duckdb.Error as error:
        raise PirgenError(f"{printable(str(place))}: {printable(' '.join(str(error).split()))[:300]}") from None


def text(value: str | Path) -> str:
    """A text as SQL writes it."""
    return "'" + str(value).replace("'", "''") + "'"


def lines(files: str, types: Mapping[str, str]) -> str:
    """The SQL of the rows in files of JSON Lines (a quoted pattern or list), with columns of these types."""
    columns = ", ".join(f"{text(name)}: {text(kind)}" for name, kind in types.items())
    return (
        f"read_json({files}, format = 'newline_delimited', columns = {{{columns}}}, hive_partitioning = false, "
        "maximum_object_size = 134217728)"
    )
