"""How long action items take, from the commit that opened them to the one that closed them."""

from datetime import datetime

from pirgen.ledger import Ledger
from pirgen.report.metrics import mean_time
from pirgen.report.table import Table

POSITION = 75


def measure(ledger: Ledger, as_of: datetime) -> Table:
    """Closed - opened, of those that are done; missing are those that were done when git first saw them."""
    times = [
        (item.closed_at - item.opened_at).total_seconds() if item.closed_at else None
        for item in ledger.items
        if item.is_done
    ]
    definition = "mean time to close an action item: closed - opened, of those that are done"
    return mean_time(ledger, "action_time_to_close", definition, times)
