"""The action items that somebody still has to do."""

from datetime import datetime

from pirgen.ledger import Ledger
from pirgen.report.columns import AGED, STANDING, aged_row, today
from pirgen.report.metrics import listing
from pirgen.report.table import Row


@listing(
    title="Other open action items",
    description="Action items not done, declined or removed.",
    columns=AGED,
    shown=STANDING,
    page="actions",
    always=True,
    folded=True,
    counted_by="owner",
    apart_from="overdue_actions",
)
def open_actions(ledger: Ledger, as_of: datetime) -> list[Row]:
    """Lists items that are not done, declined or removed; earliest due date first, without one last."""
    day = today(ledger, as_of)
    rows = [aged_row(ledger, item, day) for item in ledger.items if item.is_open]
    return sorted(rows, key=lambda row: (row["due"] is None, row["due"]))
