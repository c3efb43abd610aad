"""All tables of a report as one CSV (RFC 4180), for a spreadsheet: the first column names a line's table."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from pirgen.report.contract import GROUP, head
from pirgen.report.incidents import COLUMNS as INCIDENTS
from pirgen.report.sums import FIGURE
from pirgen.report.table import Report, Row
from pirgen.text.terminal import uncontrolled

_FORMULA = re.compile(r"\A(?:[\t\r\n]|[\s\ufeff]*[=+\-@\uff1d\uff0b\uff0d\uff20])")
"""How a text begins that a spreadsheet may run. Some skip what is blank, and read the wide forms of the signs."""
_HANDLE = re.compile(r"@[\w./-]+")
_OF = ("as_of", "revision", "shallow")
"""What of the report's head stands in every line."""


def render(report: Report) -> str:
    """The same columns whatever there is; what is not known is empty.

    Text that a spreadsheet would run gets a quote first.
    """
    told = head(report)
    of = {key: told[key] for key in _OF}
    return lines(dict.fromkeys(_columns(report)), ({**of, **row} for row in _rows(report)))


def lines(columns: Collection[str], rows: Iterable[Row]) -> str:
    """Rows as CSV under the names of their columns; a value that a row lacks is empty."""
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([_cell(row.get(column)) for column in columns] for row in rows)
    return written.getvalue()


def _columns(report: Report) -> Iterator[str]:
    yield from (*_OF, "table", "by", "group")
    for columns in (GROUP, FIGURE, *(listing.columns for listing in report.listings), INCIDENTS):
        yield from (column.key for column in columns)


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
    if isinstance(value, Mapping):
        value = ", ".join(f"{key} {one}" for key, one in value.items())
    if isinstance(value, list):
        value = ", ".join(value)
    if not isinstance(value, str):
        return value
    return uncontrolled(f"'{value}" if _FORMULA.match(value) and not _HANDLE.fullmatch(value) else value)
