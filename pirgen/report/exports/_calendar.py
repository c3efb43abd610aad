"""What calendars of action items (RFC 5545) have in common, by icalendar."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from pirgen.report.table import Report, Row
from pirgen.runtime import extras
from pirgen.runtime.parallel import spread
from pirgen.text.terminal import printable

if TYPE_CHECKING:
    from icalendar import Component

NAME = "Action items"
REFRESH = timedelta(hours=6)
"""How often a calendar that subscribes should ask again (RFC 7986; Outlook and Apple know the older name)."""
_EMAIL = re.compile(r"\A[\w.+-]+@[\w-]+(\.[\w-]+)+")


def written(report: Report, component: Callable[[Row], Component | None], known: dict[str, bytes] | None = None) -> str:
    """A calendar with a component for each open action item; an item keeps its UID. None leaves an item out.

    `known` has components by their UID, as calendars of the same report have made them, and gets those of this one.
    Raises PirgenError where icalendar is not installed.
    """
    extras.require("icalendar")
    from icalendar import Calendar, vCalAddress, vDatetime, vDuration, vText

    known = {} if known is None else known
    stamp = vDatetime(report.as_of.astimezone(UTC).replace(microsecond=0))

    def write(rows: Sequence[Row]) -> Iterator[bytes]:
        for row in rows:
            uid = _uid(row)
            one = component(row) if uid not in known else None
            if one is None:
                yield known.get(uid, b"")
                continue
            one["uid"] = vText(uid)
            one["dtstamp"] = stamp
            one["description"] = vText("\n".join(map(_shown, _description(row))))
            if row["severity"]:
                one["categories"] = vText(printable(row["severity"]))
            if row["owner"] and _EMAIL.fullmatch(row["owner"]):
                one["attendee"] = vCalAddress(f"mailto:{row['owner']}")
            yield one.to_ical()

    calendar = Calendar()
    calendar.add("prodid", "-//pirgen//action items//EN")
    calendar.add("version", "2.0")
    name = vText(NAME if report.owners is None else f"{NAME}: {printable(', '.join(report.owners))}")
    for key in ("x-wr-calname", "name"):
        calendar.add(key, name)
    for key in ("x-published-ttl", "refresh-interval"):
        calendar[key] = vDuration(REFRESH)
        calendar[key].params["VALUE"] = "DURATION"
    if report.shallow:
        calendar.add("x-wr-caldesc", "From a shallow clone: older history is missing, so first dates may be wrong.")
    rows = report.tables["open_actions"].rows
    head, end, rest = calendar.to_ical().rpartition(b"END:VCALENDAR")  # a name may say so, too
    components = [*spread(rows, write, "writing the calendar")] if rows else []
    known.update(zip(map(_uid, rows), components, strict=True))
    return b"".join((head, *(components if any(components) else [_zone()]), end, rest)).decode()


def _zone() -> bytes:
    """UTC as a time zone: a calendar holds one component at least, and this one shows nothing."""
    from icalendar import Timezone, TimezoneStandard

    zone, standard = Timezone(), TimezoneStandard()
    zone.add("tzid", "UTC")
    standard.add("dtstart", datetime(1970, 1, 1))  # noqa: DTZ001 - the zone's own time
    for key in ("tzoffsetfrom", "tzoffsetto"):
        standard.add(key, timedelta())
    zone.add_component(standard)
    written: bytes = zone.to_ical()
    return written


def summary(row: Row) -> str:
    """The title of an item."""
    return _shown(f"{row['incident_id']} {row['action_id']}: {row['action']}")


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
