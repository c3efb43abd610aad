"""The action items that were called done or declined, and then were not."""

from datetime import datetime

from pirgen.ledger import Ledger
from pirgen.report.metrics import aged_row, today
from pirgen.report.table import Table

POSITION = 150


def measure(ledger: Ledger, as_of: datetime) -> Table:
    """Whatever became of them; those that were reopened most often first."""
    day = today(ledger, as_of)
    rows = [aged_row(ledger, item, day) for item in ledger.items if item.reopened]
    return Table("reopened_actions", tuple(sorted(rows, key=lambda row: -row["reopened"])))
