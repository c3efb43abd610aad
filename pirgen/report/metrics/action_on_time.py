"""The share of action items that are done by their first due date."""

from datetime import datetime

from pirgen.ledger import Item, Ledger
from pirgen.report.metrics import share, today
from pirgen.report.table import Table

POSITION = 70


def measure(ledger: Ledger, as_of: datetime) -> Table:
    """Done by first due / those not declined whose first due has passed.

    Missing are items without a due date, and items done in their first revision without `completed_on`.
    """
    verdicts: list[bool | None] = []
    for item in ledger.items:
        if item.said.status == "declined":
            continue
        if item.first_due is None:
            verdicts.append(None)
        elif item.first_due < today(ledger, as_of):
            verdicts.append(_verdict(ledger, item))
    return share(
        ledger,
        "action_on_time",
        "action items done by their first due date / those whose first due date has passed",
        verdicts,
    )


def _verdict(ledger: Ledger, item: Item) -> bool | None:
    if not item.is_done:
        return False
    closed = today(ledger, item.closed_at) if item.closed_at else item.said.completed_on
    return None if closed is None or item.first_due is None else closed <= item.first_due
