"""The table `incidents`: every incident in a row, for who counts with other tools, or over several repositories."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from pirgen.ledger import Incident, Ledger
from pirgen.report.columns import (
    DATE,
    DAYS_LATE,
    INCIDENT,
    INSTANT,
    SEVERITY,
    TEXT,
    TRUTH,
    TYPE,
    commit,
    day_text,
    maybe,
    today,
)
from pirgen.report.deadlines import awaited, deadline, requires_review
from pirgen.report.metrics.open_incidents import is_open
from pirgen.report.metrics.recurrences import began
from pirgen.report.table import Column, Row
from pirgen.review.milestones import INTERVALS, MILESTONES

NAME = "incidents"
STATUSES = ("open", "over", "withdrawn")
"""How an incident stands."""
REVIEW_STATUSES = ("draft", "in_review", "incomplete", "complete", "withdrawn", "deleted", "covered")
"""How its review stands; `incomplete` is one that says to be complete and is not."""


def _interval(verb: str, start: str, end: str) -> tuple[Column, ...]:
    key = f"time_to_{verb}"
    seconds = {"type": ["number", "null"], "minimum": 0}
    return (
        Column(
            f"{key}_seconds",
            "",
            f"The seconds from {start} to {end}, unless the configuration names other milestones; null where one of "
            "them is not known, or where they contradict each other.",
            seconds,
        ),
        Column(f"{key}_assumed", "", "Whether the detection stands in for the start of that time.", TRUTH),
        Column(f"{key}_inferred", "", "Whether that time rests on a milestone read from an event's words.", TRUTH),
    )


COLUMNS = (
    INCIDENT,
    Column("title", "", "What it was; null where nobody said.", maybe(TEXT)),
    SEVERITY,
    TYPE,
    Column("services", "", "The services that the review names.", {"type": "array", "items": TEXT}),
    Column("status", "", "Whether it goes on; near misses and drills have a status, too.", {"enum": [*STATUSES]}),
    Column(
        "began_on", "", "The day on which it began, in the project's zone; its month is the incident's.", maybe(DATE)
    ),
    *(Column(f"{name}_at", "", f"When it was {name}, in UTC.", maybe(INSTANT)) for name in MILESTONES),
    *(column for one in INTERVALS.values() for column in _interval(one.verb, one.start, one.end)),
    Column("review_required", "", "Whether its severity requires a review.", TRUTH),
    Column(
        "review_status",
        "",
        "What its review says, or `covered` where only the complete review of another incident covers it; null "
        "without a review.",
        {"enum": [*REVIEW_STATUSES, None]},
    ),
    Column("reviewed", "", "Whether it has, or is covered by, a complete review.", TRUTH),
    Column("review_due", "", "The day by which its review is or was due; null where none is.", maybe(DATE)),
    Column(
        "review_days_late",
        "",
        "Whole days since then, where the review is required and not complete; null where it is not overdue.",
        maybe(DAYS_LATE),
    ),
    Column("review_completed_at", "", "When git first saw its review complete, in UTC.", maybe(INSTANT)),
    commit("review_commit", "", "The commit that first completed its review."),
)


def rows(ledger: Ledger) -> Iterator[Row]:
    """Yields a row for each incident ever seen, also a withdrawn one, by id. Times are as exact as they are known."""
    day = today(ledger, ledger.as_of)
    late = {one.incident_id: (day - due).days for one, due in awaited(ledger) if due < day}
    for _, incident in sorted(ledger.incidents.items()):
        reached, is_required = incident.milestones, requires_review(ledger, incident.severity)
        is_reviewed = incident.incident_id in ledger.reviewed
        times = {f"{name}_at": exact(reached[name].at) if name in reached else None for name in MILESTONES}
        yield {
            "incident_id": incident.incident_id,
            "title": incident.title or None,
            "severity": incident.severity or None,
            "type": incident.type,
            "services": [*incident.services],
            "status": "withdrawn" if incident.is_withdrawn else "open" if is_open(ledger, incident) else "over",
            "began_on": day_text(began(ledger, incident)),
            **times,
            **_taken(ledger, incident),
            "review_required": is_required,
            "review_status": "covered" if is_reviewed and not incident.is_complete else _review(incident),
            "reviewed": is_reviewed,
            "review_due": day_text(deadline(ledger, incident)) if is_required else None,
            "review_days_late": late.get(incident.incident_id),
            "review_completed_at": exact(incident.completed_at) if incident.completed_at else None,
            "review_commit": incident.completed_commit,
        }


def exact(at: datetime) -> str:
    """A moment by RFC 3339, in UTC, to the microsecond where it has any."""
    return f"{at.astimezone(UTC).isoformat()[:-6]}Z"


def _taken(ledger: Ledger, incident: Incident) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, interval in INTERVALS.items():
        taken, key = ledger.config.intervals[name].measure(incident.milestones), f"time_to_{interval.verb}"
        known = taken if taken and taken.seconds >= 0 else None
        found[f"{key}_seconds"] = known.seconds if known else None
        found[f"{key}_assumed"] = bool(known and known.assumed)
        found[f"{key}_inferred"] = bool(known and known.inferred)
    return found


def _review(incident: Incident) -> str | None:
    """What the incident's own review says, as one of `REVIEW_STATUSES`; None without a review."""
    said = incident.snapshot
    if said is None or incident.deleted:
        return "deleted" if said else None
    return "incomplete" if said.status == "complete" and not said.complete else said.status
