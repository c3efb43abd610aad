"""The action items whose due dates were moved later, how often and by how much."""

from datetime import datetime

from pirgen.ledger import Ledger
from pirgen.report.metrics import aged_row, today
from pirgen.report.table import Table

POSITION = 140


def measure(ledger: Ledger, as_of: datetime) -> Table:
    """Whatever became of them; those that moved furthest first. `pirgen history` says who moved them."""
    day = today(ledger, as_of)
    rows = [aged_row(ledger, item, day) for item in ledger.items if item.slips]
    return Table("slipped_actions", tuple(sorted(rows, key=lambda row: -row["slipped_days"])))
