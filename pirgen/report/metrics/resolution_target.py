"""The share of incidents that are resolved within their severity's time."""

from collections.abc import Iterator
from datetime import datetime

from pirgen.ledger import Ledger
from pirgen.report.metrics import Verdict, share
from pirgen.report.metrics.response_target import within


@share(
    title="Resolved within target",
    short="Resolved",
    definition="incidents resolved within their severity's resolution time / all",
    about="incidents",
)
def resolution_target(ledger: Ledger, as_of: datetime) -> Iterator[Verdict]:
    """Resolved - started (else detected) within the resolution time; an open incident past it counts as missed."""
    return within(ledger, as_of, "mttr")
