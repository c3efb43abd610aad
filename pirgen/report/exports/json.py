"""A report as JSON, for programs, a row to a line; schemas/report.schema.json describes it."""

from __future__ import annotations

import json

from pirgen.report.contract import head
from pirgen.report.table import Report, Row, Told
from pirgen.text.json import line


def render(report: Report) -> str:
    """One JSON object: what the report is of, then every table under its name."""
    fields = [f'  "{key}": {json.dumps(value)}' for key, value in head(report).items()]
    fields += [f'  "{name}": {_rows(table.rows)}' for name, table in report.tables.items()]
    return "{\n" + ",\n".join(fields) + "\n}\n"


def tell(report: Report, _: Told) -> str:
    """The same object; the story is a part of its head."""
    return render(report)


def _rows(rows: tuple[Row, ...]) -> str:
    return (b"[\n    " + b",\n    ".join(map(line, rows)) + b"\n  ]").decode() if rows else "[]"
