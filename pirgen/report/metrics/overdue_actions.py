"""The action items that should be done by now."""

from datetime import datetime

from pirgen.ledger import Ledger
from pirgen.report.columns import AGED, STANDING, aged_row, today
from pirgen.report.metrics import listing
from pirgen.report.table import Row


@listing(
    title="Overdue action items",
    description="Open action items that were due before the day of the report.",
    columns=AGED,
    shown=STANDING,
    page="actions",
    always=True,
    alarming=True,
    by_owner=True,
    counted_by="owner",
)
def overdue_actions(ledger: Ledger, as_of: datetime) -> list[Row]:
    """Lists open items that were due before the date asked about, latest first; due on that day is not overdue."""
    day = today(ledger, as_of)
    rows = [aged_row(ledger, item, day) for item in ledger.items if item.is_overdue(day)]
    return sorted(rows, key=lambda row: row["due"])
