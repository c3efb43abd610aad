"""The action items of an incident that were still open when a related one happened."""

from datetime import date, datetime

from pirgen.ledger import Incident, Item, Ledger
from pirgen.report.metrics import aged_row, incidents, today
from pirgen.report.table import Table

POSITION = 180


def measure(ledger: Ledger, as_of: datetime) -> Table:
    """Opened on or before the day on which the later of two related incidents began, and not ended by then.

    Incidents are related where either names the other. What ended and was reopened counts as never ended.
    """
    known = {incident.incident_id: incident for incident in incidents(ledger)}
    pairs = {(name, other) for name, one in known.items() for other in _related(one) if other in known}
    rows, day = [], today(ledger, as_of)
    for earlier, later in sorted(pairs | {(other, name) for name, other in pairs}):
        first, again = began(ledger, known[earlier]), began(ledger, known[later])
        if first is None or again is None or first >= again:
            continue
        for item in (*known[earlier].items.values(), *known[earlier].removed):
            if _was_open(ledger, item, again):
                rows.append(
                    {
                        **aged_row(ledger, item, day),
                        "again": later,
                        "again_on": again.isoformat(),
                        "was_overdue": None if item.first_due is None else item.first_due < again,
                    }
                )
    return Table("recurrences", tuple(rows))


def began(ledger: Ledger, incident: Incident) -> date | None:
    """The day, in the project's zone, on which an incident began; its review's date where no time is known."""
    review, log = incident.snapshot, incident.log
    at = (review.began if review else None) or (log.began if log else None)
    return today(ledger, at) if at else review.day if review else None


def _related(incident: Incident) -> tuple[str, ...]:
    return incident.snapshot.related if incident.snapshot else ()


def _was_open(ledger: Ledger, item: Item, day: date) -> bool:
    ended = item.closed_at or item.declined_at or item.removed_at
    if today(ledger, item.opened_at) > day:
        return False
    return today(ledger, ended) > day if ended else item.is_open
