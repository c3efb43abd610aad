"""How long action items take, from the commit that opened them to the one that closed them."""

from collections.abc import Iterator
from datetime import datetime

from pirgen.ledger import Item, Ledger
from pirgen.report.metrics import Taken, median


@median(
    title="Time to close an item (median)",
    short="To close",
    definition="median time to close an action item: closed - opened; by Kaplan and Meier, with those that are open, "
    "declined or removed as censored",
    about="actions",
)
def action_time_to_close(ledger: Ledger, as_of: datetime) -> Iterator[Taken]:
    """Closed - opened; missing are those that were done when git first saw them.

    An item is censored when it is declined or removed, and as of the report while it is open.
    """
    for item in ledger.items:
        end, state = _end(item, as_of)
        seconds = max((end - item.opened_at).total_seconds(), 0) if end else None
        yield Taken(item, item.opened_at, seconds, state=state)


def _end(item: Item, as_of: datetime) -> tuple[datetime | None, str]:
    """Until when an item was watched, and its state where that is not its closing."""
    if item.is_done:
        return item.closed_at, ""
    if item.said.status == "declined":
        return item.declined_at or item.opened_at, "declined"
    if item.removed_at:
        return item.removed_at, "removed"
    return as_of, "still open"
