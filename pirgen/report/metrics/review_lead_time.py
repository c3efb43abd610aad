"""How long reviews take, from the incident's resolution to the commit that completed them."""

from collections.abc import Iterator
from datetime import datetime

from pirgen.ledger import Ledger
from pirgen.report.metrics import Interval, incidents, mean_time
from pirgen.report.table import Table

POSITION = 55


def measure(ledger: Ledger, as_of: datetime) -> Table:
    """First complete - resolved, of those that are complete; missing are those that say nothing of a resolution."""
    definition = "mean time to review: review first complete - incident resolved, of those that are complete"
    return mean_time(ledger, "review_lead_time", definition, [time.seconds for time in lead_times(ledger)])


def lead_times(ledger: Ledger) -> Iterator[Interval]:
    """Of every complete review the time from the resolution."""
    for incident in incidents(ledger):
        if incident.is_complete and incident.completed_at is not None:
            resolved = incident.milestones.get("resolved")
            known = resolved and resolved.at <= incident.completed_at
            seconds = (incident.completed_at - resolved.at).total_seconds() if resolved and known else None
            yield Interval(incident, resolved.at if resolved else None, seconds)
