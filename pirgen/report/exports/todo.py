"""The open action items as to-dos of a calendar, for programs that keep lists of tasks."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from pirgen.report.exports import _calendar
from pirgen.report.table import Report, Row

if TYPE_CHECKING:
    from icalendar import Component

STATUS = {"in_progress": "IN-PROCESS", "done": "COMPLETED", "declined": "CANCELLED", "removed": "CANCELLED"}
"""What a calendar calls the status of an item; any other one needs action."""


def render(report: Report) -> str:
    """A to-do for each item, due on a day. Raises PirgenError where icalendar is not installed."""
    return _calendar.written(report, _todo)


def _todo(row: Row) -> Component:
    from icalendar import Todo, vDate, vText

    todo = Todo()
    todo["summary"] = vText(_calendar.summary(row))
    todo["status"] = vText(STATUS.get(row["status"], "NEEDS-ACTION"))
    if row["due"]:
        todo["due"] = vDate(date.fromisoformat(row["due"]))
        todo["due"].params["VALUE"] = "DATE"
    return todo
