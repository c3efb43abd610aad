"""A report as JSON, for programs, a row to a line; schemas/report.schema.json describes it."""

from __future__ import annotations

import json
from typing import Any

import msgspec

from pirgen.report.table import Report, Row


def render(report: Report) -> str:
    """One JSON object: what the report is of, then every table under its name."""
    head: dict[str, Any] = {
        "as_of": report.as_of.isoformat(timespec="seconds"),
        "from": report.since.isoformat() if report.since else None,
        "revision": report.revision,
        "timezone": report.timezone,
        "shallow": report.shallow,
        "uncommitted": report.uncommitted,
        "clock_adjusted": report.clock_adjusted,
        "unreadable_revisions": report.unreadable_revisions,
        "shadowed_files": report.shadowed_files,
        "groups": {
            dimension: {name: group._asdict() for name, group in groups.items()}
            for dimension, groups in report.groups.items()
        },
    }
    fields = [f'  "{key}": {json.dumps(value)}' for key, value in head.items()]
    fields += [f'  "{name}": {_rows(table.rows)}' for name, table in report.tables.items()]
    return "{\n" + ",\n".join(fields) + "\n}\n"


def _rows(rows: tuple[Row, ...]) -> str:
    return (b"[\n    " + b",\n    ".join(map(msgspec.json.encode, rows)) + b"\n  ]").decode() if rows else "[]"
