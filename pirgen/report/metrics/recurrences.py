"""The action items of an incident that were still open when a related one happened."""

from collections.abc import Iterator
from datetime import date, datetime

from pirgen.ledger import Incident, Item, Ledger
from pirgen.report.columns import AGED, DATE, TEXT, TRUTH, WHOSE, aged_row, maybe, today
from pirgen.report.metrics import all_incidents, listing
from pirgen.report.table import Column, Row
from pirgen.review.incident_log import INCIDENT


@listing(
    title="Action items that were open when a related incident happened again",
    description="Action items of an incident that were open when a related one happened.",
    columns=(
        *AGED,
        Column("again", "Again", "The related incident that happened later.", TEXT, kind="incident"),
        Column("again_on", "On", "The day on which it began.", DATE, kind="whole"),
        Column(
            "was_overdue",
            "Was overdue",
            "Whether the item was past its first due date then; null without one.",
            maybe(TRUTH),
            lambda row: {True: "yes", False: "no", None: "unknown"}[row["was_overdue"]],
        ),
    ),
    shown=(*WHOSE, "again", "again_on", "was_overdue", "status", "action"),
    page="actions",
)
def recurrences(ledger: Ledger, as_of: datetime) -> Iterator[Row]:
    """Yields items opened by the day on which the later of two related incidents began, and not ended by then.

    Incidents are related where either names the other. What ended and was reopened counts as never ended. The earlier
    one may be a near miss or a drill, which was a warning; the later one may not, because then nothing happened.
    """
    known = {incident.incident_id: incident for incident in all_incidents(ledger)}
    pairs = {(name, other) for name, one in known.items() for other in _related(one) if other in known}
    day = today(ledger, as_of)
    for earlier, later in sorted(pairs | {(other, name) for name, other in pairs}):
        first, again = began(ledger, known[earlier]), began(ledger, known[later])
        if first is None or again is None or first >= again or known[later].type != INCIDENT:
            continue
        for item in (*known[earlier].items.values(), *known[earlier].removed):
            if _was_open(ledger, item, again):
                yield {
                    **aged_row(ledger, item, day),
                    "again": later,
                    "again_on": again.isoformat(),
                    "was_overdue": None if item.first_due is None else item.first_due < again,
                }


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
