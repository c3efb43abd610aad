"""The action items that vanished before anybody said that they are done or declined."""

from datetime import datetime

from pirgen.ledger import CLOSED, Ledger
from pirgen.report.metrics import aged_row, instant, today
from pirgen.report.table import Table

POSITION = 160


def measure(ledger: Ledger, as_of: datetime) -> Table:
    """Removed while open, with the commit that took them away; latest first."""
    rows, day = [], today(ledger, as_of)
    for item in ledger.items:
        if item.removed_at and item.said.status not in CLOSED:
            gone = {
                "removed_at": instant(item.removed_at),
                "removed_on": today(ledger, item.removed_at).isoformat(),
                "removed_commit": item.removed_commit,
            }
            rows.append({**aged_row(ledger, item, day), **gone})
    return Table("removed_actions", tuple(sorted(rows, key=lambda row: row["removed_at"], reverse=True)))
