"""The reviews that should be there and are not."""

from datetime import date, datetime, timedelta

from pirgen.ledger import Incident, Ledger
from pirgen.report.metrics import incidents, today
from pirgen.report.metrics.review_completion import requires_review
from pirgen.report.table import Table

POSITION = 100
DEFAULT_DUE = 7 * 86_400


def measure(ledger: Ledger, as_of: datetime) -> Table:
    """Required, resolved, past the deadline's date in the project's zone, and not complete; latest first."""
    rows = []
    for incident in incidents(ledger):
        required = requires_review(ledger, incident.severity) and incident.incident_id not in ledger.reviewed
        due = deadline(ledger, incident) if required else None
        if due is None:
            continue
        late = (today(ledger, as_of) - due).days
        if late > 0:
            rows.append(
                {
                    "incident_id": incident.incident_id,
                    "severity": incident.severity or None,
                    "deadline": due.isoformat(),
                    "days_late": late,
                    "reason": reason(incident),
                }
            )
    return Table("overdue_reviews", tuple(sorted(rows, key=lambda row: (-row["days_late"], row["incident_id"]))))


def deadline(ledger: Ledger, incident: Incident) -> date | None:
    """The day by which the review is due; None where nothing says when the incident was resolved."""
    resolved, level = incident.milestones.get("resolved"), ledger.config.severity(incident.severity)
    within = timedelta(seconds=level.review_due if level else DEFAULT_DUE)
    try:
        return today(ledger, resolved.at + within) if resolved else None
    except OverflowError:  # never
        return None


def reason(incident: Incident) -> str:
    """Why the incident does not count as reviewed."""
    if incident.snapshot is None or incident.deleted:
        return "the review was deleted" if incident.deleted else "there is no review"
    status = incident.snapshot.status
    return (
        "the review is not valid or holds placeholders"
        if status == "complete"
        else f"the review is {status.replace('_', ' ')}"
    )
