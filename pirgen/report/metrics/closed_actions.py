"""The action items that are done, and the commits that prove it."""

from datetime import datetime

from pirgen.ledger import Ledger
from pirgen.report.metrics import instant, item_row, today
from pirgen.report.table import Table

POSITION = 130


def measure(ledger: Ledger, as_of: datetime) -> Table:
    """Done items, latest first; one that was done when first seen has no closing commit."""
    rows = []
    for item in ledger.items:
        if item.is_done:
            stated = item.said.completed_on
            row = item_row(ledger, item)
            day = today(ledger, item.closed_at) if item.closed_at else stated
            row["closed_at"] = instant(item.closed_at) if item.closed_at else None
            row["closed_on"] = day.isoformat() if day else None
            row["closed_commit"] = item.closed_commit
            row["completed_on"] = stated.isoformat() if stated else None
            rows.append(row)
    return Table("closed_actions", tuple(sorted(rows, key=lambda row: row["closed_at"] or "", reverse=True)))
