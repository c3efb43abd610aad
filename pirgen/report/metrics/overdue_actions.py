"""The action items that should be done by now."""

from datetime import datetime

from pirgen.ledger import Ledger
from pirgen.report.metrics import aged_row, today
from pirgen.report.table import Table

POSITION = 120


def measure(ledger: Ledger, as_of: datetime) -> Table:
    """Open, and due before the date asked about; what is due on that day is not overdue. Latest first."""
    day = today(ledger, as_of)
    rows = [aged_row(ledger, item, day) for item in ledger.items if item.is_overdue(day)]
    return Table("overdue_actions", tuple(sorted(rows, key=lambda row: row["due"])))
