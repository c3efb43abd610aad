"""How long reviews take, from the incident's resolution to the commit that completed them."""

from collections.abc import Iterator
from datetime import datetime

from pirgen.ledger import Ledger
from pirgen.report.deadlines import requires_review
from pirgen.report.metrics import Taken, incidents, median
from pirgen.report.metrics.open_incidents import goes_on


@median(
    title="Time to review (median)",
    short="To review",
    definition="median time to review: review first complete - incident resolved; by Kaplan and Meier, with those "
    "that are not complete as censored; of required reviews",
    about="incidents",
)
def review_lead_time(ledger: Ledger, as_of: datetime) -> Iterator[Taken]:
    """First complete - resolved, of required reviews; missing are incidents that are over and say nothing of when.

    A review that is not complete is censored as of the report.
    """
    return lead_times(ledger)


def lead_times(ledger: Ledger) -> Iterator[Taken]:
    """The time from the resolution to the first complete review, or as of the ledger while that is still open.

    Incidents that go on are left out, because their time does not run yet. So are those that another one's review
    covers, and those that need none: of them nobody can say that a review is still to come.
    """
    for incident in incidents(ledger):
        if not requires_review(ledger, incident.severity):
            continue
        if incident.is_complete and incident.completed_at is not None:
            end, state = incident.completed_at, ""
        elif incident.incident_id in ledger.reviewed or goes_on(ledger, incident):
            continue
        else:
            end, state = ledger.as_of, "still open"
        resolved = incident.milestones.get("resolved")
        seconds = (end - resolved.at).total_seconds() if resolved and resolved.at <= end else None
        yield Taken(incident, resolved.at if resolved else None, seconds, state=state)
