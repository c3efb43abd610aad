"""The action items that were called done or declined, and then were not."""

from datetime import datetime

from pirgen.ledger import Ledger
from pirgen.metrics import item_row
from pirgen.table import Table

POSITION = 150


def measure(ledger: Ledger, as_of: datetime) -> Table:
    """Whatever became of them; those that were reopened most often first."""
    rows = [item_row(ledger, item, as_of) for item in ledger.items if item.reopened]
    return Table("reopened_actions", tuple(sorted(rows, key=lambda row: -row["reopened"])))
