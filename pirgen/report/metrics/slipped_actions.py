"""The action items whose due dates were moved later, how often and by how much."""

from datetime import datetime

from pirgen.ledger import Ledger
from pirgen.report.columns import AGED, WHOSE, aged_row, today
from pirgen.report.metrics import listing
from pirgen.report.table import Row


@listing(
    title="Action items whose due date was moved later",
    description="Action items whose due date was moved later, whatever became of them.",
    columns=AGED,
    shown=(*WHOSE, "first_due", "slips", "slipped_days", "status", "action"),
    page="actions",
)
def slipped_actions(ledger: Ledger, as_of: datetime) -> list[Row]:
    """Lists them whatever became of them; those that moved furthest first. `pirgen history` says who moved them."""
    day = today(ledger, as_of)
    rows = [aged_row(ledger, item, day) for item in ledger.items if item.slips]
    return sorted(rows, key=lambda row: -row["slipped_days"])
