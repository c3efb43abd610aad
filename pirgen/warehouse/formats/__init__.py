"""The forms of an export, one a file: `write(folder, repo, run, rows, force=…)` puts a repository's rows there.

The rows are JSON Lines by table. While `opened(database, folder)` is open, `read(folder, table)` is the SQL with which
that database of DuckDB reads a table of the folder.
"""

from __future__ import annotations

from types import ModuleType

from pirgen.runtime import modules

ORDER = ("jsonl", "parquet", "duckdb")


def names() -> list[str]:
    """The names of all formats, without importing them."""
    return modules.names(__file__, ORDER)


def named(name: str) -> ModuleType:
    """The module of a format."""
    from importlib import import_module

    return import_module(f"{__name__}.{name}")
