"""Which incidents need a review, and by when."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from pirgen.ledger import Incident, Ledger
from pirgen.report.columns import today
from pirgen.report.metrics import incidents

DEFAULT_DUE = 7 * 86_400
"""Within how many seconds a review of an unknown severity is due."""


def requires_review(ledger: Ledger, severity: str) -> bool:
    """Whether incidents of this severity need a review; of an unknown severity they do."""
    level = ledger.config.severity(severity)
    return level is None or level.review


def awaited(ledger: Ledger) -> Iterator[tuple[Incident, date]]:
    """The incidents whose review is required and not complete, with the day by which it is due."""
    for incident in incidents(ledger):
        is_missing = requires_review(ledger, incident.severity) and incident.incident_id not in ledger.reviewed
        if is_missing and (due := deadline(ledger, incident)):
            yield incident, due


def deadline(ledger: Ledger, incident: Incident) -> date | None:
    """The day by which the review is due; None where nothing says when the incident was resolved."""
    resolved, level = incident.milestones.get("resolved"), ledger.config.severity(incident.severity)
    within = timedelta(seconds=level.review_due if level else DEFAULT_DUE)
    try:
        return today(ledger, resolved.at + within) if resolved else None
    except OverflowError:  # never
        return None
