"""MTTR: the mean time from an incident's start to its resolution."""

from datetime import datetime

from pirgen.ledger import Ledger
from pirgen.report.metrics import between
from pirgen.report.table import Table

POSITION = 40


def measure(ledger: Ledger, as_of: datetime) -> Table:
    """Resolved - started, or what the configuration says."""
    return between(ledger, "mttr", "resolve")
