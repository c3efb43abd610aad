"""The reviews that are missing, of which nobody can say whether they are late."""

from datetime import datetime

from pirgen.ledger import Ledger
from pirgen.report.columns import INCIDENT, REASON, SEVERITY
from pirgen.report.deadlines import requires_review
from pirgen.report.metrics import incidents, listing
from pirgen.report.metrics.open_incidents import goes_on
from pirgen.report.metrics.overdue_reviews import reason
from pirgen.report.table import Row


@listing(
    title="Reviews without a deadline, because nothing says when it was resolved",
    description="Reviews that are required and not complete, without a time of resolution, and not of open incidents.",
    columns=(INCIDENT, SEVERITY, REASON),
    shown=("incident_id", "severity", "reason"),
    page="report",
)
def reviews_without_deadline(ledger: Ledger, as_of: datetime) -> list[Row]:
    """Lists reviews that are required and not complete, and that no resolution gives a deadline.

    A review of what `open_incidents` lists is not missing yet.
    """
    rows = [
        {"incident_id": incident.incident_id, "severity": incident.severity or None, "reason": reason(incident)}
        for incident in incidents(ledger)
        if requires_review(ledger, incident.severity)
        and incident.incident_id not in ledger.reviewed
        and "resolved" not in incident.milestones
        and not goes_on(ledger, incident)
    ]
    return sorted(rows, key=lambda row: str(row["incident_id"]))
