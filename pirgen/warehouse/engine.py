"""DuckDB as pirgen uses it: embedded, without extensions from elsewhere, its mistakes as plain messages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from glob import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pirgen.errors import PirgenError
from pirgen.runtime import extras
from pirgen.text.terminal import printable, readable

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_OWN: dict[str, Any] = {"autoinstall_known_extensions": False}
_REPO = r"url_decode(regexp_extract(filename, '[/\\]repo=([^/\\]*)[/\\][^/\\]*$', 1))"


@contextmanager
def connected(place: Path | None = None) -> Iterator[DuckDBPyConnection]:
    """An open database: the file at `place`, else one in memory.

    Raises PirgenError where duckdb is not installed, and for whatever the database cannot do.
    """
    extras.require("duckdb")
    import duckdb

    if place and "?" in str(place):  # what follows would be options to it
        raise PirgenError(f"{printable(str(place))}: DuckDB makes no database below a folder with a ? in its name")
    with said(place or Path("the tables")), duckdb.connect(_utf8(str(place or ":memory:")), config=_OWN) as database:
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
    """A text as SQL writes it. Raises PirgenError where it is a path that is not UTF-8."""
    return "'" + _utf8(str(value)).replace("'", "''") + "'"


def files(folder: Path, pattern: str) -> str:
    """The pattern of files below a folder, whose own name is no pattern, as SQL writes it; PirgenError as of `text`."""
    return text(f"{escape(str(folder))}/{pattern}")


def lines(folder: Path, pattern: str, types: Mapping[str, str]) -> str:
    """The SQL of the rows in files of JSON Lines, see `files`, with columns of these types."""
    columns = ", ".join(f"{text(name)}: {text(kind)}" for name, kind in types.items())
    return (
        f"read_json({files(folder, pattern)}, format = 'newline_delimited', columns = {{{columns}}}, "
        "hive_partitioning = false, filename = true, maximum_object_size = 134217728)"
    )


def of_partitions(rows: str, types: Mapping[str, str]) -> str:
    """The SQL of rows whose files are known: of each row the folder of its file says which repository it is of."""
    columns = (f'CAST("{name}" AS {kind}) AS "{name}"' for name, kind in types.items() if name != "repo")
    return f"(SELECT {_REPO} AS repo, {', '.join(columns)} FROM {rows})"


def _utf8(path: str) -> str:
    try:
        path.encode()
    except UnicodeEncodeError:
        raise PirgenError(f"DuckDB opens no path that is not UTF-8, such as {readable(path)}; rename it") from None
    return path
