"""MTTA: the mean time from an incident's detection to its acknowledgement."""

from datetime import datetime

from pirgen.ledger import Ledger
from pirgen.report.metrics import between
from pirgen.report.table import Table

POSITION = 20


def measure(ledger: Ledger, as_of: datetime) -> Table:
    """Acknowledged - detected, or what the configuration says."""
    return between(ledger, "mtta", "acknowledge")
