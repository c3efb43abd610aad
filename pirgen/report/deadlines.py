"""Which incidents need a review, and by when."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from pirgen.ledger import Fact, Incident, Ledger
from pirgen.report.columns import today
from pirgen.report.metrics import incidents
from pirgen.review.incident_log import INCIDENT

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


def awaited_by(ledger: Ledger, incident: Incident, facts: Iterable[Fact]) -> date | None:
    """The day by which the review was due that somebody still had to complete after these facts of the incident.

    None where nobody had to, or where nothing says when the incident was resolved. What the review says of its
    severity and the resolution counts as the ledger knows it last.
    """
    last = _last([fact.event for fact in facts], ("review_", "incident_withdrawn"))
    if incident.type != INCIDENT or not requires_review(ledger, incident.severity):
        return None
    done = ("review_completed", "review_withdrawn", "incident_withdrawn")
    return None if last in done else deadline(ledger, incident)


def is_complete(facts: Iterable[Fact]) -> bool:
    """Whether the review is complete after these facts of its incident."""
    return _last([fact.event for fact in facts], ("review_",)) == "review_completed"


def _last(events: list[str], kinds: tuple[str, ...]) -> str:
    """The last event of these kinds that changed how a review stands; empty where there is none."""
    changed = (event for event in reversed(events) if event.startswith(kinds) and event != "review_renumbered")
    return next(changed, "")


def deadline(ledger: Ledger, incident: Incident) -> date | None:
    """The day by which the review is due; None where nothing says when the incident was resolved."""
    resolved, level = incident.milestones.get("resolved"), ledger.config.severity(incident.severity)
    within = timedelta(seconds=level.review_due if level else DEFAULT_DUE)
    try:
        return today(ledger, resolved.at + within) if resolved else None
    except OverflowError:  # never
        return None
