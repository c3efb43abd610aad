"""The reviews that somebody has to finish next."""

from datetime import datetime

from pirgen.ledger import Ledger
from pirgen.report.columns import COUNT, DEADLINE, INCIDENT, REASON, SEVERITY, today
from pirgen.report.deadlines import awaited
from pirgen.report.metrics import listing
from pirgen.report.metrics.overdue_reviews import row
from pirgen.report.table import Column, Row


@listing(
    title="Reviews due next",
    description="Reviews that are required, not complete and not past their deadline.",
    columns=(
        INCIDENT,
        SEVERITY,
        DEADLINE,
        Column("days_left", "Days left", "Whole days until then; 0 on the day itself.", COUNT),
        REASON,
    ),
    shown=("incident_id", "severity", "deadline", "days_left", "reason"),
    page="report",
)
def upcoming_reviews(ledger: Ledger, as_of: datetime) -> list[Row]:
    """Lists reviews that are required and not complete, and whose deadline has not passed; the next one first."""
    day = today(ledger, as_of)
    rows = [row(incident, due, days_left=(due - day).days) for incident, due in awaited(ledger) if due >= day]
    return sorted(rows, key=lambda one: (one["days_left"], one["incident_id"]))
