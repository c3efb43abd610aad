"""All tables of a report as one CSV (RFC 4180), for a spreadsheet: the first column names a line's table."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from typing import Any

from pirgen.report.table import Group, Report, Row
from pirgen.schema import read

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_HANDLE = re.compile(r"@[\w./-]+")


def render(report: Report) -> str:
    """The same columns whatever there is; what is not known is empty.

    Text that a spreadsheet would run gets a quote first.
    """
    columns = dict.fromkeys(_columns(report))
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\n")
    writer.writerow(columns)
    of = {"as_of": report.as_of.isoformat(timespec="seconds"), "revision": report.revision, "shallow": report.shallow}
    writer.writerows([_cell({**of, **row}.get(column)) for column in columns] for row in _rows(report))
    return written.getvalue()


def _columns(report: Report) -> Iterator[str]:
    """The columns of all tables, as the schema of reports has them."""
    schema = read("report")
    parts = (schema["properties"][name]["items"] for name in report.tables)
    yield from ("as_of", "revision", "shallow", "table", "by", "group")
    yield from (key for key in Group._fields if key != "metrics")
    for part in parts:
        part = schema["definitions"][part["$ref"].split("/")[-1]] if "$ref" in part else part
        yield from part["properties"]


def _rows(report: Report) -> Iterator[Row]:
    for name, table in report.tables.items():
        yield from ({"table": name, **row} for row in table.rows)
    for dimension, groups in report.groups.items():
        for name, group in groups.items():
            place = {"by": dimension, "group": name}
            counts = {key: value for key, value in group._asdict().items() if key != "metrics"}
            yield {"table": "groups", **place, **counts}
            yield from ({"table": "metrics", **place, **row} for row in group.metrics)


def _cell(value: Any) -> Any:
    if isinstance(value, bool):
        return str(value).lower()
    if not isinstance(value, str) or not value.startswith(_FORMULA) or _HANDLE.fullmatch(value):
        return value
    return f"'{value}"
