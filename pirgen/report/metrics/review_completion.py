"""The PIR completion rate."""

from collections.abc import Iterator
from datetime import datetime

from pirgen.ledger import Ledger
from pirgen.report.deadlines import requires_review
from pirgen.report.metrics import Verdict, incidents, share


@share(
    title="PIR completion rate",
    short="Reviewed",
    definition="PIR completion rate: incidents with a complete review / incidents that require one",
    about="incidents",
)
def review_completion(ledger: Ledger, as_of: datetime) -> Iterator[Verdict]:
    """Of the incidents ever seen that require a review and are not withdrawn, those with a complete one."""
    required = (found for found in incidents(ledger) if requires_review(ledger, found.severity))
    return (Verdict(incident.incident_id in ledger.reviewed) for incident in required)
