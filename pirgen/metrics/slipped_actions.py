"""The action items whose due dates were moved later, how often and by how much."""

from datetime import datetime

from pirgen.ledger import Ledger
from pirgen.metrics import item_row
from pirgen.table import Table

POSITION = 140


def measure(ledger: Ledger, as_of: datetime) -> Table:
    """Whatever became of them; those that moved furthest first. `pirgen history` says who moved them."""
    rows = [item_row(ledger, item, as_of) for item in ledger.items if item.slips]
    return Table("slipped_actions", tuple(sorted(rows, key=lambda row: -row["slipped_days"])))
