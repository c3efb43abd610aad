"""The open action items as all-day events of a calendar, each on the day when it is due.

Most calendars that people subscribe to show events and no to-dos; those are the export `todo`.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from pirgen.report.exports import _calendar
from pirgen.report.table import Report, Row

if TYPE_CHECKING:
    from icalendar import Component

OVER = {"declined": "CANCELLED", "removed": "CANCELLED"}
"""What a calendar calls the status of an item that nobody will do."""


def render(report: Report, known: dict[str, bytes] | None = None) -> str:
    """An event for each item with a due date; `known` as in `_calendar.written`.

    Raises PirgenError where icalendar is not installed.
    """
    return _calendar.written(report, _event, known)


def _event(row: Row) -> Component | None:
    from icalendar import Event, vDate, vText

    if not row["due"]:
        return None
    event = Event()
    done = "Done: " if row["status"] == "done" else ""
    event["summary"] = vText(f"{done}{_calendar.summary(row)}")
    event["status"] = vText(OVER.get(row["status"], "CONFIRMED"))
    event["transp"] = vText("TRANSPARENT")  # the owner is not busy all day
    event["dtstart"] = vDate(date.fromisoformat(row["due"]))
    event["dtstart"].params["VALUE"] = "DATE"
    return event
