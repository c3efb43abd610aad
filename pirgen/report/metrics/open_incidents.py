"""The incidents that go on: who has them, and by when somebody has to act."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from pirgen.config import Config
from pirgen.ledger import Incident, Ledger, Snapshot
from pirgen.report.clocks import Standing, clocks, urgency
from pirgen.report.columns import INCIDENT, INSTANT, SEVERITY, TEXT, TYPE, maybe, maybe_instant
from pirgen.report.metrics import all_incidents, listing
from pirgen.report.table import Column, Row
from pirgen.review import incident_log
from pirgen.review.duration import format_duration
from pirgen.review.milestones import began

LEFT = {"type": ["number", "null"]}
MINUTES = {**LEFT, "minimum": 0}
ROLES = {"type": ["object", "null"], "additionalProperties": TEXT}


def titled(row: Row, unknown: str = "untitled") -> str:
    """The title, else `unknown`; one that is no incident says so first, so that nobody runs for a drill."""
    title = row["title"] or unknown
    return title if row["type"] == incident_log.INCIDENT else f"{row['type'].replace('_', ' ')}: {title}".rstrip()


def _acknowledged(row: Row) -> str:
    """How long it took to acknowledge it; where nobody did, how much of the response time is left, or how far past."""
    if row["acknowledged_at"]:
        return _duration(row["acknowledged_minutes"]) or "yes"
    left, target = row["response_left_minutes"], _duration(row["response_minutes"])
    if left is None:
        return "no"
    return f"no, {_duration(abs(left))} " + (f"left of {target}" if left >= 0 else f"past the {target} target")


def _by(row: Row, key: str) -> str:
    """In what time something is due, or how long ago it was, by the minutes that are left under a key."""
    left = row[key]
    if left is None:
        return "no target" if row["opened_at"] else "unknown"
    return f"in {_duration(left)}" if left >= 0 else f"{_duration(-left)} ago"


def _roles(row: Row) -> str:
    return ", ".join(f"{role.replace('_', ' ')} {who}" for role, who in (row["roles"] or {}).items()) or "nobody"


def _duration(minutes: float | None) -> str:
    return "" if minutes is None else format_duration(minutes * 60)


@listing(
    title="Open incidents",
    description="Incidents, near misses and drills that neither their log nor a review says to be over.",
    columns=(
        INCIDENT,
        Column("title", "Title", "What is wrong; null where nobody said.", maybe(TEXT), titled, least=24),
        SEVERITY,
        TYPE,
        Column(
            "opened_at",
            "",
            "When it started, else was detected, else was first written of, in UTC; null where no time can be read.",
            maybe(INSTANT),
        ),
        Column(
            "open_minutes",
            "Open for",
            "For how many minutes it has been open.",
            MINUTES,
            lambda row: _duration(row["open_minutes"]) or "unknown",
        ),
        Column("acknowledged_at", "Acknowledged", "When it was, in UTC; null if not.", maybe(INSTANT), _acknowledged),
        Column("acknowledged_minutes", "", "How many minutes that took; null where that is not known.", MINUTES),
        Column("response_minutes", "", "Within how many minutes its severity has to be acknowledged.", MINUTES),
        Column("respond_by", "", "By when it has to be acknowledged, in UTC; null once it is.", maybe(INSTANT)),
        Column("response_left_minutes", "", "Minutes until then, negative where that is past.", LEFT),
        Column(
            "resolve_by",
            "Resolve by",
            "By when it has to be resolved, in UTC.",
            maybe(INSTANT),
            lambda row: _by(row, "resolution_left_minutes"),
        ),
        Column("resolution_left_minutes", "", "Minutes until then, negative where that is past.", LEFT),
        Column(
            "update_by",
            "Next update due",
            "By when others have to be told again how it stands, in UTC.",
            maybe(INSTANT),
            lambda row: _by(row, "update_left_minutes"),
        ),
        Column("update_left_minutes", "", "Minutes until then, negative where that is past.", LEFT),
        Column("roles", "Roles", "Who holds which role; null where nobody does.", ROLES, _roles, least=16),
    ),
    shown=(
        "incident_id",
        "title",
        "severity",
        "open_minutes",
        "acknowledged_at",
        "resolve_by",
        "update_by",
        "roles",
    ),
    page="report",
    alarming=True,
    urgent=True,
    counted_by="severity",
)
def open_incidents(ledger: Ledger, as_of: datetime) -> Iterator[Row]:
    """Lists those that have a log and are open, by `clocks.urgency`."""
    found = (one for one in all_incidents(ledger) if goes_on(ledger, one))
    return rows((_standing(one, one.log) for one in found if one.log), ledger.config, as_of)


def rows(standings: Iterable[Standing], config: Config, now: datetime) -> Iterator[Row]:
    """The rows of incidents, the most urgent first."""
    response, names = config.intervals["mtta"], [level.name for level in config.severities]
    found = [(one, clocks(one, config.severity(one.severity), now, config.intervals)) for one in standings]
    for one, by in sorted(found, key=lambda pair: urgency(pair[0], pair[1], names)):
        reached, level = one.milestones.get(response.end), config.severity(one.severity)
        yield {
            "incident_id": one.incident_id,
            "title": one.title or None,
            "severity": one.severity or None,
            "type": one.type,
            "opened_at": maybe_instant(one.began),
            "open_minutes": _minutes(by.open_for),
            "acknowledged_at": maybe_instant(reached.at if reached else None),
            "acknowledged_minutes": _minutes(by.acknowledged_after),
            "response_minutes": _minutes(level.response if level else None),
            "respond_by": maybe_instant(by.respond_by),
            "response_left_minutes": _minutes(by.left(by.respond_by)),
            "resolve_by": maybe_instant(by.resolve_by),
            "resolution_left_minutes": _minutes(by.left(by.resolve_by)),
            "update_by": maybe_instant(by.update_by),
            "update_left_minutes": _minutes(by.left(by.update_by)),
            "roles": one.roles or None,
        }


def goes_on(ledger: Ledger, incident: Incident) -> bool:
    """Whether it has a log and is open."""
    return incident.log is not None and is_open(ledger, incident)


def is_open(ledger: Ledger, incident: Incident) -> bool:
    """Whether neither its log nor a review says that it is over: its own, or a complete one that covers it."""
    return not incident.is_over and incident.incident_id not in ledger.reviewed


def _standing(incident: Incident, log: Snapshot) -> Standing:
    """Where an incident stands by its log, and by its review where that says more."""
    return Standing(
        incident.incident_id,
        log.title,
        incident.severity,
        incident.type,
        began(incident.milestones) or log.began,
        log.declared,
        log.told,
        log.roles,
        incident.milestones,
    )


def _minutes(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds / 60, 2)
