"""The share of incidents that are resolved within their severity's time."""

from datetime import datetime

from pirgen.ledger import Ledger
from pirgen.report.metrics import share
from pirgen.report.metrics.response_target import within
from pirgen.report.table import Table

POSITION = 90


def measure(ledger: Ledger, as_of: datetime) -> Table:
    """Resolved - started (else detected) within the resolution time; an open incident past it counts as missed."""
    definition = "incidents resolved within their severity's resolution time / all"
    return share(
        ledger,
        "resolution_target",
        definition,
        **within(ledger, as_of, "resolution", ("started", "detected"), "resolved"),
    )
