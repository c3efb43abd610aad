"""How long reviews take, from the incident's resolution to the commit that completed them."""

from datetime import datetime

from pirgen.ledger import Ledger
from pirgen.metrics import incidents, mean_time
from pirgen.table import Table

POSITION = 55


def measure(ledger: Ledger, as_of: datetime) -> Table:
    """First complete - resolved, of those that are complete; missing are those that say nothing of a resolution."""
    minutes, missing = [], 0
    for incident in incidents(ledger):
        resolved = incident.milestones.get("resolved")
        if not incident.is_complete or incident.completed_at is None:
            continue
        if resolved is None or incident.completed_at < resolved.at:
            missing += 1
        else:
            minutes.append((incident.completed_at - resolved.at).total_seconds() / 60)
    definition = "mean time to review: review first complete - incident resolved, of those that are complete"
    return mean_time(ledger, "review_lead_time", definition, minutes, missing)
