"""The action items that were called done or declined, and then were not."""

from datetime import datetime

from pirgen.ledger import Ledger
from pirgen.report.columns import AGED, WHOSE, aged_row, today
from pirgen.report.metrics import listing
from pirgen.report.table import Row


@listing(
    title="Reopened action items",
    description="Action items that were done or declined, and then were not.",
    columns=AGED,
    shown=(*WHOSE, "reopened", "status", "action"),
    page="actions",
)
def reopened_actions(ledger: Ledger, as_of: datetime) -> list[Row]:
    """Lists them whatever became of them; those that were reopened most often first."""
    day = today(ledger, as_of)
    rows = [aged_row(ledger, item, day) for item in ledger.items if item.reopened]
    return sorted(rows, key=lambda row: -row["reopened"])
