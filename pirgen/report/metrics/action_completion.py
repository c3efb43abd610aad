"""The share of action items that are done."""

from datetime import datetime

from pirgen.ledger import Ledger
from pirgen.report.metrics import share
from pirgen.report.table import Table

POSITION = 60


def measure(ledger: Ledger, as_of: datetime) -> Table:
    """Done / (all ever seen - declined); an item that was removed stays in as not done."""
    return share(
        ledger,
        "action_completion",
        "action items done / (all ever seen - declined)",
        [item.is_done for item in ledger.items if item.said.status != "declined"],
    )
