"""The reviews that should be there and are not."""

from datetime import date, datetime

from pirgen.ledger import Incident, Ledger
from pirgen.report.columns import DAYS_LATE, DEADLINE, INCIDENT, REASON, SEVERITY, today
from pirgen.report.deadlines import awaited
from pirgen.report.metrics import listing
from pirgen.report.table import Column, Row


@listing(
    title="Overdue reviews",
    description="Reviews that are required, past their deadline and not complete.",
    columns=(
        INCIDENT,
        SEVERITY,
        DEADLINE,
        Column("days_late", "Days late", "Whole days since then.", DAYS_LATE, kind="number"),
        REASON,
    ),
    shown=("incident_id", "severity", "deadline", "days_late", "reason"),
    page="report",
    always=True,
    alarming=True,
    counted_by="severity",
)
def overdue_reviews(ledger: Ledger, as_of: datetime) -> list[Row]:
    """Lists reviews that are required, resolved, past the deadline's date and not complete; latest first."""
    day = today(ledger, as_of)
    rows = [row(incident, due, days_late=(day - due).days) for incident, due in awaited(ledger) if due < day]
    return sorted(rows, key=lambda one: (-one["days_late"], one["incident_id"]))


def row(incident: Incident, due: date, **days: int) -> Row:
    """The values that a review and its deadline have in every listing; `days` says how far the deadline is."""
    return {
        "incident_id": incident.incident_id,
        "severity": incident.severity or None,
        "deadline": due.isoformat(),
        **days,
        "reason": reason(incident),
    }


def reason(incident: Incident) -> str:
    """Why the incident does not count as reviewed."""
    if incident.snapshot is None or incident.deleted:
        if incident.deleted:
            return "the review was deleted (renumbered? see `former_ids`)"
        return "there is no review"
    status = incident.snapshot.status
    if status == "complete":
        return "the review is not valid or holds placeholders"
    return f"the review is {status.replace('_', ' ')}"
