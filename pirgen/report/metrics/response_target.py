"""The share of incidents that are acknowledged within their severity's time."""

from collections.abc import Iterator
from datetime import datetime

from pirgen.ledger import Ledger
from pirgen.report.metrics import Verdict, incidents, share
from pirgen.report.metrics.open_incidents import is_open


@share(
    title="Acknowledged within target",
    short="Acknowledged",
    definition="incidents acknowledged within their severity's response time / all",
    about="incidents",
)
def response_target(ledger: Ledger, as_of: datetime) -> Iterator[Verdict]:
    """Acknowledged - detected within the response time; an open incident past it counts as missed.

    One that is not past it is not yet due, and counts neither way.
    """
    return within(ledger, as_of, "mtta")


def within(ledger: Ledger, as_of: datetime, name: str) -> Iterator[Verdict]:
    """Whether each incident kept its severity's limit for an interval; severities without a limit are left out."""
    interval = ledger.config.intervals[name]
    for incident in incidents(ledger):
        level = ledger.config.severity(incident.severity)
        limit: int | None = getattr(level, interval.limit, None)
        if limit is None:
            if level is None:
                yield Verdict(incident, None)
            continue
        reached = incident.milestones
        if taken := interval.measure(reached):
            is_within = None if taken.seconds < 0 else taken.seconds <= limit
            yield Verdict(incident, is_within, taken.assumed, taken.inferred)
            continue
        first = interval.began(reached) if is_open(ledger, incident) else None
        if first is None:
            yield Verdict(incident, None)
        elif (as_of - first[1].at).total_seconds() > limit:
            yield Verdict(incident, False, first[0] != interval.start, first[1].inferred)
        else:
            yield Verdict(incident, None, state="not yet due")
