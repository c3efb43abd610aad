"""The external tables of other engines over a folder of Parquet files, made from the tables of the export."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from pirgen.warehouse.tables import REPO, Table, tables

_TRINO = {"TIMESTAMPTZ": "TIMESTAMP(6)"}
_BIGQUERY = {"VARCHAR": "STRING", "BIGINT": "INT64", "DOUBLE": "FLOAT64", "BOOLEAN": "BOOL", "TIMESTAMPTZ": "TIMESTAMP"}


PARTITIONED = f"WITH PARTITION COLUMNS ({REPO.key} STRING) "


def trino(table: Table) -> str:
    """For the Hive connector of Trino; the partition's column comes last."""
    columns = ",\n".join(f'  "{name}" {_TRINO.get(kind, kind)}' for name, kind in _ordered(table))
    return (
        f"CREATE TABLE pirgen.{table.name} (\n{columns}\n) WITH (\n"
        f"  external_location = 's3://your-bucket/tables/{table.name}',\n"
        f"  format = 'PARQUET',\n  partitioned_by = ARRAY['{REPO.key}']\n);\n"
    )


def bigquery(table: Table) -> str:
    """For BigQuery; the partition's column is not among the others."""
    own = [(name, kind) for name, kind in _ordered(table) if name != REPO.key]
    columns = ",\n".join(f"  `{name}` {_BIGQUERY.get(kind, kind)}" for name, kind in own)
    place = f"gs://your-bucket/tables/{table.name}"
    return (
        f"CREATE EXTERNAL TABLE pirgen.{table.name} (\n{columns}\n) {PARTITIONED}OPTIONS (\n"
        f"  format = 'PARQUET',\n  uris = ['{place}/*.parquet'],\n  hive_partition_uri_prefix = '{place}'\n);\n"
    )


def _ordered(table: Table) -> Iterator[tuple[str, str]]:
    yield from ((name, kind) for name, kind in table.types.items() if name != REPO.key)
    yield REPO.key, table.types[REPO.key]


DIALECTS: dict[str, Callable[[Table], str]] = {"trino": trino, "bigquery": bigquery}


def script(dialect: str) -> str:
    """The SQL that makes all tables."""
    head = f"-- The tables of `pirgen export --format parquet` for {dialect}; put the place of your folder in.\n"
    return "\n".join((head, *map(DIALECTS[dialect], tables().values())))
