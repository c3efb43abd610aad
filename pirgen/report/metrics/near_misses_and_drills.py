"""The near misses and drills, which enter no mean time and no rate."""

from datetime import datetime

from pirgen.ledger import Ledger
from pirgen.report.columns import DATE, INCIDENT, SEVERITY, TRUTH, TYPE, day_text, maybe, or_else
from pirgen.report.metrics import all_incidents, listing
from pirgen.report.metrics.recurrences import began
from pirgen.report.table import Column, Row
from pirgen.review import incident_log


@listing(
    title="Near misses and drills, which enter no figure but those of action items",
    description="Near misses and drills; only their action items enter the figures.",
    columns=(
        INCIDENT,
        TYPE,
        SEVERITY,
        Column("date", "Date", "The day on which it began.", maybe(DATE), or_else("date", "unknown"), kind="whole"),
        Column(
            "reviewed",
            "Reviewed",
            "Whether it has, or is covered by, a complete review.",
            TRUTH,
            lambda row: "yes" if row["reviewed"] else "no",
        ),
    ),
    shown=("incident_id", "type", "severity", "date", "reviewed"),
    page="report",
    folded=True,
    counted_by="type",
)
def near_misses_and_drills(ledger: Ledger, as_of: datetime) -> list[Row]:
    """Lists all that are not withdrawn, newest first, those of an unknown day last."""
    rows = [
        {
            "incident_id": one.incident_id,
            "type": one.type,
            "severity": one.severity or None,
            "date": day_text(began(ledger, one)),
            "reviewed": one.incident_id in ledger.reviewed,
        }
        for one in all_incidents(ledger)
        if one.type != incident_log.INCIDENT
    ]
    return sorted(rows, key=lambda row: (row["date"] or "", row["incident_id"]), reverse=True)
