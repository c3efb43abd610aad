"""The action items that somebody still has to do."""

from datetime import datetime

from pirgen.ledger import Ledger
from pirgen.report.metrics import aged_row, today
from pirgen.report.table import Table

POSITION = 110


def measure(ledger: Ledger, as_of: datetime) -> Table:
    """Not done, declined or removed; earliest due date first, without one last."""
    day = today(ledger, as_of)
    rows = [aged_row(ledger, item, day) for item in ledger.items if item.is_open]
    return Table("open_actions", tuple(sorted(rows, key=lambda row: (row["due"] is None, row["due"]))))
