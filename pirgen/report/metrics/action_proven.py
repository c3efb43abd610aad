"""The share of done action items that a commit proves."""

from collections.abc import Iterator
from datetime import datetime

from pirgen.ledger import PROVEN, Ledger
from pirgen.report.metrics import Verdict, share


@share(
    title="Done and proven",
    short="Proven",
    definition="done action items that a commit of the mainline proves / done action items",
    about="actions",
    is_census=True,
)
def action_proven(ledger: Ledger, as_of: datetime) -> Iterator[Verdict]:
    """Proven / done. Done items whose commits cannot be looked up, as in a shallow clone, are left out as missing."""
    done = ((item, ledger.proofs.of(item).level) for item in ledger.items if item.is_done)
    return (Verdict(item, None if level is None else level == PROVEN) for item, level in done)
