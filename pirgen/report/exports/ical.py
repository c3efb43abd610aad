"""The open action items as to-dos of a calendar (RFC 5545), by icalendar."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from datetime import UTC, date

from pirgen.report.table import Report, Row
from pirgen.runtime import extras
from pirgen.runtime.parallel import spread
from pirgen.text.terminal import printable

_EMAIL = re.compile(r"\A[\w.+-]+@[\w-]+(\.[\w-]+)+")

STATUS = {"in_progress": "IN-PROCESS", "done": "COMPLETED", "declined": "CANCELLED", "removed": "CANCELLED"}
"""What a calendar calls the status of an item; any other one needs action."""


def render(report: Report) -> str:
    """A VTODO an item, due on a day; an item keeps its UID. Raises PirgenError where icalendar is not installed."""
    extras.require("icalendar")
    from icalendar import Calendar, Todo, vCalAddress, vDate, vDatetime, vText

    stamp = vDatetime(report.as_of.astimezone(UTC).replace(microsecond=0))

    def write(rows: Sequence[Row]) -> Iterator[bytes]:
        for row in rows:
            todo = Todo()
            todo["uid"] = vText(_uid(row))
            todo["dtstamp"] = stamp
            todo["summary"] = vText(_shown(f"{row['incident_id']} {row['action_id']}: {row['action']}"))
            todo["description"] = vText("\n".join(map(_shown, _description(row))))
            todo["status"] = vText(STATUS.get(row["status"], "NEEDS-ACTION"))
            if row["severity"]:
                todo["categories"] = vText(row["severity"])
            if row["due"]:
                todo["due"] = vDate(date.fromisoformat(row["due"]))
                todo["due"].params["VALUE"] = "DATE"
            if row["owner"] and _EMAIL.fullmatch(row["owner"]):
                todo["attendee"] = vCalAddress(f"mailto:{row['owner']}")
            yield todo.to_ical()

    calendar = Calendar()
    calendar.add("prodid", "-//pirgen//action items//EN")
    calendar.add("version", "2.0")
    if report.shallow:
        calendar.add("x-wr-caldesc", "From a shallow clone: older history is missing, so first dates may be wrong.")
    rows = report.tables["open_actions"].rows
    head, end, rest = calendar.to_ical().partition(b"END:VCALENDAR")
    todos = spread(rows, write, "writing the calendar") if rows else ()
    return b"".join((head, *todos, end, rest)).decode()


def _uid(row: Row) -> str:
    name = f"{row['incident_id']}\0{row['action_id']}"
    return f"{hashlib.blake2b(name.encode('utf-8', 'replace'), digest_size=12).hexdigest()}@pirgen"


def _shown(text: str) -> str:
    """A text without what turns its direction; line ends are the calendar's to write."""
    return "\n".join(map(printable, text.splitlines()))


def _description(row: Row) -> list[str]:
    told = [f"Owner: {row['owner'] or 'nobody'}"]
    if row["first_due"] and row["first_due"] != row["due"]:
        told.append(f"First due: {row['first_due']} (slips: {row['slips']})")
    told.append(f"Opened by: {row['commit'] or 'not committed yet'}")
    return told
