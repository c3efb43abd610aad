"""The reviews that are there, and came after their deadline."""

from datetime import datetime

from pirgen.ledger import Ledger
from pirgen.report.metrics import incidents, instant, today
from pirgen.report.metrics.overdue_reviews import deadline
from pirgen.report.metrics.review_completion import requires_review
from pirgen.report.table import Table

POSITION = 102


def measure(ledger: Ledger, as_of: datetime) -> Table:
    """Required, complete, and first complete after the deadline's date, as far as git knows; latest first."""
    rows = []
    for incident in incidents(ledger):
        due = deadline(ledger, incident)
        at = incident.completed_at if incident.is_complete and requires_review(ledger, incident.severity) else None
        if due is None or at is None or today(ledger, at) <= due:
            continue
        rows.append(
            {
                "incident_id": incident.incident_id,
                "severity": incident.severity or None,
                "deadline": due.isoformat(),
                "days_late": (today(ledger, at) - due).days,
                "completed_at": instant(at),
                "commit": incident.completed_commit,
            }
        )
    return Table("late_reviews", tuple(sorted(rows, key=lambda row: (-row["days_late"], row["incident_id"]))))
