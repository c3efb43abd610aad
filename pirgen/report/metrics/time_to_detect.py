"""MTTD: the mean time from an incident's start to its detection."""

from datetime import datetime

from pirgen.ledger import Ledger
from pirgen.report.metrics import between
from pirgen.report.table import Table

POSITION = 10


def measure(ledger: Ledger, as_of: datetime) -> Table:
    """Detected - started, or what the configuration says."""
    return between(ledger, "mttd", "detect")
