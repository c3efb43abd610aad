"""The PIR completion rate."""

from datetime import datetime

from pirgen.ledger import Ledger
from pirgen.report.metrics import incidents, share
from pirgen.report.table import Table

POSITION = 50


def requires_review(ledger: Ledger, severity: str) -> bool:
    """Whether incidents of this severity need a review; of an unknown severity they do."""
    level = ledger.config.severity(severity)
    return level is None or level.review


def measure(ledger: Ledger, as_of: datetime) -> Table:
    """Of the incidents ever seen that require a review and are not withdrawn, those with a complete one."""
    required = [found for found in incidents(ledger) if requires_review(ledger, found.severity)]
    return share(
        ledger,
        "review_completion",
        "PIR completion rate: incidents with a complete review / incidents that require one",
        [incident.incident_id in ledger.reviewed for incident in required],
    )
