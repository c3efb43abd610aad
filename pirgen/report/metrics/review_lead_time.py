"""How long reviews take, from the incident's resolution to the commit that completed them."""

from collections.abc import Iterator
from datetime import datetime

from pirgen.ledger import Ledger
from pirgen.report.metrics import Taken, incidents, mean


@mean(
    title="Time to review",
    short="To review",
    definition="mean time to review: review first complete - incident resolved, of those that are complete",
    about="incidents",
)
def review_lead_time(ledger: Ledger, as_of: datetime) -> Iterator[Taken]:
    """First complete - resolved, of those that are complete; missing are those that say nothing of a resolution."""
    return lead_times(ledger)


def lead_times(ledger: Ledger) -> Iterator[Taken]:
    """The time from the resolution to the first complete review, for every review that is complete."""
    for incident in incidents(ledger):
        if incident.is_complete and incident.completed_at is not None:
            resolved = incident.milestones.get("resolved")
            known = resolved and resolved.at <= incident.completed_at
            seconds = (incident.completed_at - resolved.at).total_seconds() if resolved and known else None
            yield Taken(incident, resolved.at if resolved else None, seconds)
