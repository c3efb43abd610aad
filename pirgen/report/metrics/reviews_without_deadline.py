"""The reviews that are missing, of which nobody can say whether they are late."""

from datetime import datetime

from pirgen.ledger import Ledger
from pirgen.report.metrics import incidents
from pirgen.report.metrics.overdue_reviews import reason
from pirgen.report.metrics.review_completion import requires_review
from pirgen.report.table import Table

POSITION = 105


def measure(ledger: Ledger, as_of: datetime) -> Table:
    """Required, not complete, and nothing says when the incident was resolved, so that there is no deadline."""
    rows = [
        {"incident_id": incident.incident_id, "severity": incident.severity or None, "reason": reason(incident)}
        for incident in incidents(ledger)
        if requires_review(ledger, incident.severity)
        and incident.incident_id not in ledger.reviewed
        and "resolved" not in incident.milestones
    ]
    return Table("reviews_without_deadline", tuple(sorted(rows, key=lambda row: str(row["incident_id"]))))
