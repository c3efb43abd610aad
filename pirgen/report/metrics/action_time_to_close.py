"""How long action items take, from the commit that opened them to the one that closed them."""

from collections.abc import Iterator
from datetime import datetime

from pirgen.ledger import Ledger
from pirgen.report.metrics import Taken, mean


@mean(
    title="Time to close an action item",
    short="To close",
    definition="mean time to close an action item: closed - opened, of those that are done",
    about="actions",
)
def action_time_to_close(ledger: Ledger, as_of: datetime) -> Iterator[Taken]:
    """Closed - opened, of those that are done; missing are those that were done when git first saw them."""
    for item in ledger.items:
        if item.is_done:
            seconds = (item.closed_at - item.opened_at).total_seconds() if item.closed_at else None
            yield Taken(ledger.incidents[item.incident_id], item.opened_at, seconds)
