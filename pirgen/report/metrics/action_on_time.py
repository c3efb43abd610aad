"""The share of action items that are done by their first due date."""

from collections.abc import Iterator
from datetime import datetime

from pirgen.ledger import Item, Ledger
from pirgen.report.columns import today
from pirgen.report.metrics import Verdict, share


@share(
    title="Action items done on time",
    short="On time",
    definition="action items done by their first due date / those whose first due date has passed",
    about="actions",
)
def action_on_time(ledger: Ledger, as_of: datetime) -> Iterator[Verdict]:
    """Done by first due / those not declined whose first due has passed.

    Missing are items without a due date, and items done in their first revision without `completed_on`.
    """
    for item in ledger.items:
        if item.said.status == "declined":
            continue
        if item.first_due is None:
            yield Verdict(item, None)
        elif item.first_due < today(ledger, as_of):
            yield Verdict(item, _is_on_time(ledger, item))


def _is_on_time(ledger: Ledger, item: Item) -> bool | None:
    if not item.is_done:
        return False
    closed = today(ledger, item.closed_at) if item.closed_at else item.said.completed_on
    return None if closed is None or item.first_due is None else closed <= item.first_due
