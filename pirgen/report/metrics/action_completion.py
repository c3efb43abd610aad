"""The share of action items that are done."""

from collections.abc import Iterator
from datetime import datetime

from pirgen.ledger import Ledger
from pirgen.report.metrics import Verdict, share


@share(
    title="Action items done",
    short="Done",
    definition="action items done / (all ever seen - declined)",
    about="actions",
    is_census=True,
)
def action_completion(ledger: Ledger, as_of: datetime) -> Iterator[Verdict]:
    """Done / (all ever seen - declined); an item that was removed before it was done stays in as not done."""
    return (Verdict(item, item.is_done) for item in ledger.items if item.said.status != "declined")
