"""The action items that somebody asks for, as a table that fits, JSON, Markdown, CSV or a calendar."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Sequence
from datetime import date
from typing import Any, NamedTuple

from pirgen.ledger import Ledger
from pirgen.report.caveats import caveats, marked
from pirgen.report.columns import AGED, aged_row, today
from pirgen.report.selection import Selection
from pirgen.report.table import Column, Report, Row, Table

STATUSES = ("open", "in_progress", "done", "declined", "removed")
OPEN = STATUSES[:2]
"""The statuses of items that somebody still has to do."""
SHOWN = (
    "incident_id", "action_id", "owner", "status", "proof", "due", "days_late", "slips", "first_due", "age_days",
    "commit", "action",
)  # fmt: skip
"""The columns that people see where there is room."""
NEVER_EMPTY = ("incident_id", "action_id", "owner", "due", "action")
"""The columns that are shown even where they say nothing."""
NAME = "action_items"
"""The name of the table in JSON and CSV."""


class Wanted(NamedTuple):
    """Which action items are listed; of a removed item the status is `removed`."""

    selection: Selection | None = None
    """Whose; None for everybody's."""
    statuses: Collection[str] = OPEN
    overdue: bool = False
    """Only those that are overdue on the day of the report."""
    due_by: date | None = None
    """Only those that are due on or before this day, overdue ones included; None for all."""
    incidents: Collection[str] = ()
    """Only those of these incidents; empty for all."""


SORTS: dict[str, Callable[[Row], tuple[object, ...]]] = {
    "due": lambda row: (row["due"] is None, row["due"]),
    "owner": lambda row: (row["owner"] is None, (row["owner"] or "").lower(), *SORTS["due"](row)),
    "incident": lambda row: (row["incident_id"], row["action_id"]),
    "severity": lambda row: (row["severity"] is None, row["severity"], *SORTS["due"](row)),
    "age": lambda row: (-row["age_days"],),
    "slips": lambda row: (-row["slips"], -row["slipped_days"], *SORTS["due"](row)),
    "status": lambda row: (STATUSES.index(row["status"]), *SORTS["due"](row)),
}
"""How a list is sorted, by the name of the order; equal ones stay by incident and id."""


def action_rows(ledger: Ledger, wanted: Wanted, order: str = "due") -> list[Row]:
    """The rows of `AGED` of the items that are wanted, in the order of `SORTS`."""
    day = today(ledger, ledger.as_of)
    rows: list[Row] = [aged_row(ledger, item, day) for item in ledger.items]
    rows = [
        row
        for row in rows
        if row["status"] in wanted.statuses
        and (not wanted.selection or wanted.selection.has(row["owner"]))
        and (not wanted.overdue or row["days_late"])
        and (wanted.due_by is None or (row["due"] is not None and row["due"] <= wanted.due_by.isoformat()))
        and (not wanted.incidents or row["incident_id"] in wanted.incidents)
    ]
    return sorted(rows, key=SORTS[order])


def render(export: str, ledger: Ledger, report: Report, rows: Sequence[Row], nothing: str, width: int | None) -> str:
    """The rows in one of `EXPORTS`; `report` is that of the ledger, without its tables.

    `nothing` is what people are told where there are no rows; `width` is that of the terminal in characters, None where
    lines may be as long as they need. Raises PirgenError where an export lacks its library.
    """
    return EXPORTS[export](ledger, report, rows, nothing, width)


def _table(ledger: Ledger, report: Report, rows: Sequence[Row], nothing: str, width: int | None) -> str:
    from pirgen.report.exports.table import grid
    from pirgen.text.terminal import printable

    text = grid(_columns(ledger, rows), rows, wide=width) if rows else f"{nothing}\n"
    return text + "".join(f"\n{printable(note)}\n" for note in caveats(ledger))


def _columns(ledger: Ledger, rows: Sequence[Row]) -> list[Column]:
    """The columns that people see; one that says nothing in every row is left out."""
    known = {column.key: marked(column, ledger) for column in AGED}
    alike: dict[str, set[Any]] = {
        "status": {"open"},
        "proof": {None},
        "first_due": {None},
        "slips": {0},
        "days_late": {None},
    }
    told = []
    for key in SHOWN:
        values = {row[key] for row in rows}
        same = key == "first_due" and all(row["first_due"] == row["due"] for row in rows)
        same |= key == "proof" and all(row["status"] != "done" for row in rows)
        if key in NEVER_EMPTY or not (same or values <= alike.get(key, set())):
            told.append(known[key])
    return told


def _markdown(ledger: Ledger, report: Report, rows: Sequence[Row], nothing: str, _: int | None) -> str:
    from pirgen.report.exports.markdown import grid
    from pirgen.text.markdown import inline

    lines = [*grid(_columns(ledger, rows), rows, len(rows))] if rows else [f"{inline(nothing).capitalize()}."]
    return "\n".join(lines) + "\n" + "".join(f"\n{inline(note)}\n" for note in caveats(ledger))


def _json(ledger: Ledger, report: Report, rows: Sequence[Row], nothing: str, _: int | None) -> str:
    from pirgen.report.contract import head

    told = {key: value for key, value in head(report).items() if key != "groups"}
    return json.dumps({**told, NAME: [*rows]}, indent=2) + "\n"


def _csv(ledger: Ledger, report: Report, rows: Sequence[Row], nothing: str, _: int | None) -> str:
    from pirgen.report.exports.csv import lines

    return lines([column.key for column in AGED], rows)


def _as_open(export: str) -> Callable[[Ledger, Report, Sequence[Row], str, int | None], str]:
    """Writes the rows as the open items of a report."""

    def write(ledger: Ledger, report: Report, rows: Sequence[Row], nothing: str, _: int | None) -> str:
        from dataclasses import replace

        from pirgen.report.exports import render

        return render(export, replace(report, tables={"open_actions": Table("open_actions", tuple(rows))}))

    return write


EXPORTS: dict[str, Callable[[Ledger, Report, Sequence[Row], str, int | None], str]] = {
    "table": _table,
    "json": _json,
    "markdown": _markdown,
    "csv": _csv,
    "ical": _as_open("ical"),
    "todo": _as_open("todo"),
}
"""The ways to write a list."""
