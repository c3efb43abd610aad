"""The action items that nobody will do, with why and the commits that say so: they leave the share of those done."""

from datetime import datetime

from pirgen.ledger import Ledger
from pirgen.report.metrics import instant, item_row, today
from pirgen.report.table import Table

POSITION = 135


def measure(ledger: Ledger, as_of: datetime) -> Table:
    """Declined items, latest first; one that was declined when first seen has no such commit."""
    rows = []
    for item in ledger.items:
        if item.said.status == "declined":
            told = {
                "declined_at": instant(item.declined_at) if item.declined_at else None,
                "declined_on": today(ledger, item.declined_at).isoformat() if item.declined_at else None,
                "declined_commit": item.declined_commit,
                "reason": item.said.reason or None,
            }
            rows.append({**item_row(ledger, item), **told})
    return Table("declined_actions", tuple(sorted(rows, key=lambda row: row["declined_at"] or "", reverse=True)))
