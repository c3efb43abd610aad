"""MTTM: the mean time from an incident's start to the end of its impact."""

from datetime import datetime

from pirgen.ledger import Ledger
from pirgen.report.metrics import between
from pirgen.report.table import Table

POSITION = 30


def measure(ledger: Ledger, as_of: datetime) -> Table:
    """Mitigated - started, or what the configuration says."""
    return between(ledger, "mttm", "mitigate")
