"""The reviews that are there, and came after their deadline."""

from datetime import datetime

from pirgen.ledger import Ledger
from pirgen.report.columns import DAYS_LATE, DEADLINE, INCIDENT, INSTANT, SEVERITY, commit, instant, today
from pirgen.report.deadlines import deadline, requires_review
from pirgen.report.metrics import incidents, listing
from pirgen.report.table import Column, Row


@listing(
    title="Reviews that git first saw complete after their deadline",
    description="Reviews that are complete, and that git first saw complete after their deadline.",
    columns=(
        INCIDENT,
        SEVERITY,
        DEADLINE,
        Column("days_late", "Days late", "Whole days from then to its completion.", DAYS_LATE, kind="number"),
        Column("completed_at", "", "When git first saw it complete, in UTC.", INSTANT),
        commit("commit", "Completed by", "The commit that completed it, or null for the worktree."),
    ),
    shown=("incident_id", "severity", "deadline", "days_late", "commit"),
    page="report",
    folded=True,
)
def late_reviews(ledger: Ledger, as_of: datetime) -> list[Row]:
    """Lists reviews that are required, complete, and first complete after the deadline's date; latest first."""
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
    return sorted(rows, key=lambda row: (-row["days_late"], row["incident_id"]))
