"""MTTM: the mean time from an incident's start to the end of its impact."""

from datetime import datetime

from pirgen.ledger import Ledger
from pirgen.metrics import between
from pirgen.table import Table

POSITION = 30


def measure(ledger: Ledger, as_of: datetime) -> Table:
    """Mitigated - started; where no start is recorded, detected stands in and is counted as assumed."""
    return between(ledger, "mttm", "mean time to mitigate: mitigated - started", ("started", "detected"), "mitigated")
