"""How long the open action items have been open."""

from datetime import datetime

from pirgen.ledger import Ledger
from pirgen.report.metrics import today
from pirgen.report.table import Table

POSITION = 170
BUCKETS = ((0, 7), (8, 30), (31, 90), (91, 180), (181, None))
"""From which to which age, in whole days since git first saw the item."""


def measure(ledger: Ledger, as_of: datetime) -> Table:
    """Of each bucket how many are open, and how many of these are overdue or have no due date."""
    day = today(ledger, as_of)
    held = [((day - today(ledger, item.opened_at)).days, item) for item in ledger.items if item.is_open]
    rows = []
    for least, most in BUCKETS:
        inside = [item for age, item in held if age >= least and (most is None or age <= most)]
        rows.append(
            {
                "from_days": least,
                "to_days": most,
                "open": len(inside),
                "overdue": sum(item.is_overdue(day) for item in inside),
                "without_due": sum(item.said.due is None for item in inside),
            }
        )
    return Table("action_ages", tuple(rows))
