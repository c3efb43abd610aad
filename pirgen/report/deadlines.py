"""Which incidents need a review, and by when."""

from __future__ import annotations

from datetime import date, timedelta

from pirgen.ledger import Incident, Ledger
from pirgen.report.columns import today

DEFAULT_DUE = 7 * 86_400
"""Within how many seconds a review of an unknown severity is due."""


def requires_review(ledger: Ledger, severity: str) -> bool:
    """Whether incidents of this severity need a review; of an unknown severity they do."""
    level = ledger.config.severity(severity)
    return level is None or level.review


def deadline(ledger: Ledger, incident: Incident) -> date | None:
    """The day by which the review is due; None where nothing says when the incident was resolved."""
    resolved, level = incident.milestones.get("resolved"), ledger.config.severity(incident.severity)
    within = timedelta(seconds=level.review_due if level else DEFAULT_DUE)
    try:
        return today(ledger, resolved.at + within) if resolved else None
    except OverflowError:  # never
        return None
