"""A report as JSON, for programs, a row to a line; schemas/report.schema.json describes it."""

from __future__ import annotations

import json

import msgspec

from pirgen.report.contract import head
from pirgen.report.table import Report, Row, Told

_MOVING = {
    code: f"\\u{code:04x}"
    for code in (*range(0x7F, 0xA0), 0x200E, 0x200F, *range(0x2028, 0x202F), *range(0x2066, 0x206A))
}
"""What moves a terminal's cursor or turns its text around, written as JSON writes it in ASCII."""


def render(report: Report) -> str:
    """One JSON object: what the report is of, then every table under its name."""
    fields = [f'  "{key}": {json.dumps(value)}' for key, value in head(report).items()]
    fields += [f'  "{name}": {_rows(table.rows)}' for name, table in report.tables.items()]
    return "{\n" + ",\n".join(fields) + "\n}\n"


def tell(report: Report, _: Told) -> str:
    """The same object; the story is a part of its head."""
    return render(report)


def line(row: Row) -> bytes:
    """A row as JSON in one line, without a line end."""
    told = msgspec.json.encode(row)
    is_plain = told.isascii() and b"\x7f" not in told
    return told if is_plain else told.decode().translate(_MOVING).encode()


def _rows(rows: tuple[Row, ...]) -> str:
    return (b"[\n    " + b",\n    ".join(map(line, rows)) + b"\n  ]").decode() if rows else "[]"
