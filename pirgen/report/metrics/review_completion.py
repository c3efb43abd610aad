"""The PIR completion rate."""

from collections.abc import Iterator
from datetime import datetime

from pirgen.ledger import Incident, Ledger
from pirgen.report.columns import today
from pirgen.report.deadlines import deadline, requires_review
from pirgen.report.metrics import Verdict, incidents, share
from pirgen.report.metrics.open_incidents import goes_on


@share(
    title="PIR completion rate",
    short="Reviewed",
    definition="PIR completion rate: complete reviews / reviews that are complete or due",
    about="incidents",
    is_census=True,
)
def review_completion(ledger: Ledger, as_of: datetime) -> Iterator[Verdict]:
    """Of the incidents ever seen that require a review and are not withdrawn, those with a complete one.

    What is not complete counts once it is due. So it lowers the rate neither before its deadline has passed nor while
    the incident goes on. Where nothing says when an incident that is over was resolved, its review is due.
    """
    required = (found for found in incidents(ledger) if requires_review(ledger, found.severity))
    return (_verdict(ledger, incident, as_of) for incident in required)


def _verdict(ledger: Ledger, incident: Incident, as_of: datetime) -> Verdict:
    if incident.incident_id in ledger.reviewed:
        return Verdict(incident, True)
    due = deadline(ledger, incident)
    if goes_on(ledger, incident) or (due and due >= today(ledger, as_of)):
        return Verdict(incident, None, state="not yet due")
    return Verdict(incident, False, state="overdue" if due else "without a deadline")
