"""How long the open action items have been open."""

from collections.abc import Iterator
from datetime import datetime

from pirgen.ledger import Ledger
from pirgen.report.columns import COUNT, maybe, today
from pirgen.report.metrics import listing
from pirgen.report.table import Column, Row

BUCKETS = ((0, 7), (8, 30), (31, 90), (91, 180), (181, None))
"""From which to which age, in whole days since git first saw the item."""


@listing(
    title="Ages of the open action items",
    description="The open action items by age; empty where none is open.",
    columns=(
        Column(
            "from_days",
            "Age in days",
            "The least age, in whole days since git first saw the item.",
            COUNT,
            lambda row: f"{row['from_days']}-{row['to_days']}" if row["to_days"] else f"{row['from_days']}+",
        ),
        Column("to_days", "", "The greatest age, or null for any.", maybe(COUNT)),
        Column("open", "Open", "How many are open.", COUNT, kind="number"),
        Column("overdue", "Overdue", "How many of them are overdue.", COUNT, kind="number"),
        Column(
            "without_due",
            "Without a date",
            "How many of them have no due date, so that nobody can say.",
            COUNT,
            kind="number",
        ),
    ),
    shown=("from_days", "open", "overdue", "without_due"),
    page="actions",
    is_list=False,
)
def action_ages(ledger: Ledger, as_of: datetime) -> Iterator[Row]:
    """Yields a row for each bucket, also for an empty one, where any item is open."""
    day = today(ledger, as_of)
    held = [((day - today(ledger, item.opened_at)).days, item) for item in ledger.items if item.is_open]
    for least, most in BUCKETS if held else ():
        inside = [item for age, item in held if age >= least and (most is None or age <= most)]
        yield {
            "from_days": least,
            "to_days": most,
            "open": len(inside),
            "overdue": sum(item.is_overdue(day) for item in inside),
            "without_due": sum(item.said.due is None for item in inside),
        }
