"""Tells how incidents stand: what was recorded last, the clocks, the roles with their duties, all events."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from pirgen.config import Config
from pirgen.incidents.log_file import LogFile, logs, may_be_open
from pirgen.project import Project
from pirgen.report.clocks import standing
from pirgen.report.columns import INCIDENT, INSTANT, TEXT, TYPE, maybe, maybe_instant, or_else
from pirgen.report.exports.table import grid, section
from pirgen.report.metrics import open_incidents
from pirgen.report.metrics.open_incidents import MINUTES
from pirgen.report.sections import section_of
from pirgen.report.table import Column, Row
from pirgen.review.duration import format_duration
from pirgen.review.incident_log import Event, IncidentLog, read
from pirgen.review.timeline import parse_time
from pirgen.text.terminal import printable

ENDS = ("withdrawn", "closed", "resolved")
"""The kinds of events that end an incident, the one that says most first."""
OVER = (
    INCIDENT,
    Column("title", "Title", "What was wrong; null where nobody said.", maybe(TEXT), or_else("title", "")),
    Column("severity", "Severity", "Its severity; null where nobody said.", maybe(TEXT), or_else("severity", "")),
    TYPE,
    Column("opened_at", "Began", "When it started, else was detected, in UTC; null where unknown.", maybe(INSTANT)),
    Column(
        "took_minutes",
        "Took",
        "How many minutes it took until it was resolved; null where that is not known.",
        MINUTES,
        lambda row: "unknown" if row["took_minutes"] is None else format_duration(row["took_minutes"] * 60, exact=True),
    ),
    Column("ended", "Ended", "How it ended.", {"enum": [*ENDS]}),
    Column("ended_at", "", "When that was, in UTC; null where unknown.", maybe(INSTANT)),
)
"""What is told of an incident that is over."""


def of_log(project: Project, log: IncidentLog, said: Mapping[str, Any], now: datetime) -> str:
    """One line about an event that was just recorded, with the interval that it ends and its target."""
    [event] = read([said]).events
    zone, config = project.config.zone, project.config
    there = event.at.astimezone(zone) if event.at else None
    is_today = there and there.date() == now.astimezone(zone).date()
    at = f"{there:{'%H:%M' if is_today else '%Y-%m-%d %H:%M'}}" if there else "an unknown time"
    by = f" by {event.by}" if event.by else ""
    if meeting := parse_time(str(said.get("scheduled", "")), zone):
        return f"{log.incident_id} review meeting on {meeting.astimezone(zone):%Y-%m-%d at %H:%M} {config.clock.zone}"
    line = f"{log.incident_id} {event.kind.replace('_', ' ')} at {at}{by}"
    level = config.severity(log.severity)
    for interval in config.intervals.values():
        taken = interval.measure(log.milestones) if interval.end == event.kind and interval.limit else None
        if taken:
            limit = getattr(level, interval.limit, None) if level else None
            met = f", target {format_duration(limit)}: {'met' if taken.seconds <= limit else 'MISSED'}" if limit else ""
            line += f", {format_duration(taken.seconds, exact=True)} after it was {taken.start}{met}"
    usual = ("detected", "acknowledged", "mitigated", "resolved", "closed", "declared", "verified")
    return line + (f": {event.text}" if event.kind not in usual else "")


def warnings(log: IncidentLog) -> Iterator[str]:
    """What a reader of a log must know before believing it."""
    if log.is_declared_twice:
        yield f"{log.incident_id} is declared twice, so two incidents may be mixed here; `pirgen lint` says what to do"


def table(project: Project, now: datetime, *, everything: bool, form: str) -> str:
    """The open incidents, the most urgent first, as a table or as JSON; with `everything` those that are over, too."""
    config = project.config
    found = [file.log for file in (logs(project) if everything else logs(project, may_be_open))]
    rows = list(open_incidents.rows((standing(log) for log in found if not log.is_over), config, now))
    over = [_over(log, config) for log in found if log.is_over] if everything else []
    if form == "json":
        return json.dumps([*rows, *over], indent=2, ensure_ascii=True) + "\n"
    if not project.workspace().logs:
        return "there is no incident log yet; `pirgen incident open` writes one\n"
    text = section(section_of(open_incidents.open_incidents, rows)) if rows else "no incident is open\n"
    for log in found:
        if not everything and log.has("resolved") and not log.has("closed", "withdrawn"):
            again = f"`pirgen incident amend resolved --strike --id {log.incident_id}` reopens it"
            text += printable(f"{log.incident_id} is resolved and not closed yet; {again}") + "\n"
    return text + (f"\nOver: {len(over)}\n{grid(_over_columns(config), over, '  ')}" if over else "")


def _over(log: IncidentLog, config: Config) -> Row:
    """The values of `OVER` of an incident that is over."""
    taken = config.intervals["mttr"].measure(log.milestones)
    last = log.last(*ENDS)
    assert last is not None
    return {
        "incident_id": log.incident_id,
        "title": log.title or None,
        "severity": log.severity or None,
        "type": log.type,
        "opened_at": maybe_instant(log.started),
        "took_minutes": round(taken.seconds / 60, 2) if taken and taken.seconds >= 0 else None,
        "ended": last.kind,
        "ended_at": maybe_instant(last.at),
    }


def _over_columns(config: Config) -> list[Column]:
    """The columns of `OVER` that people see, with times in the project's zone."""

    def began(row: Row) -> str:
        at = parse_time(row["opened_at"] or "", UTC)
        return f"{at.astimezone(config.zone):%Y-%m-%d %H:%M}" if at else "unknown"

    shown = (column for column in OVER if column.title and column is not TYPE)
    return [column._replace(text=began) if column.key == "opened_at" else column for column in shown]


def told(file: LogFile, now: datetime, form: str) -> str:
    """All about one incident, as text or as JSON."""
    log, config = file.log, file.project.config
    [row] = open_incidents.rows([standing(log)], config, now)
    if form == "json":
        about = _over(log, config) if log.is_over else row
        events = [dict(event.said) for event in log.events]
        return json.dumps({**about, "events": events}, indent=2, ensure_ascii=True) + "\n"
    return "".join(f"{line}\n" for line in _lines(log, row, config))


def _lines(log: IncidentLog, row: Row, config: Config) -> Iterator[str]:
    level = config.severity(log.severity)
    name = f"{log.severity} ({level.label})" if level and level.label else log.severity or "unknown severity"
    kind = "" if log.type == "incident" else f", {log.type.replace('_', ' ')}"
    yield printable(f"{log.incident_id}  {log.title}  [{name}{kind}]")
    if log.is_over:
        over = _over(log, config)
        took = next(column for column in OVER if column.key == "took_minutes")
        yield f"Over: {over['ended']}, took {took.said(over)}"
    else:
        for column in open_incidents.open_incidents.columns:
            if column.key in ("open_minutes", "acknowledged_at", "resolve_by", "update_by"):
                yield f"{column.title}: {column.said(row)}"
    if status := log.status:
        yield printable(f"Status: {status}")
    if bridge := log.last("bridge_opened"):
        yield printable(f"Bridge: {bridge.said.get('link') or 'open'}")
    for key in ("impact", "team", "root_cause", "resolution"):
        if value := log.latest(key):
            yield printable(f"{key.replace('_', ' ').capitalize()}: {value}")
    if at := log.meeting_at:
        yield f"Review meeting: {at.astimezone(config.zone):%Y-%m-%d %H:%M}"
    yield ""
    yield from duties(log, config)
    yield f"Events (times are {config.clock.zone})"
    events = [event for event in log.events if event.kind != "amended"]
    for number, event in enumerate(events, 1):
        yield printable(_entry(number, event, config))


def _entry(number: int, event: Event, config: Config) -> str:
    at = f"{event.at.astimezone(config.zone):%Y-%m-%d %H:%M:%S}" if event.at else "unknown time       "
    more = [f"by {event.by}"] if event.by else []
    said = event.said
    more += [f"exit {said['exit']}"] if "exit" in said else []
    more += [str(said["link"])] if said.get("link") else []
    more += ["corrected"] if event.corrected else []
    more += ["forced"] if said.get("forced") is True else []
    return f"{number:>3}  {at}  {event.kind:<16}  {event.text}" + (f" ({', '.join(more)})" if more else "")


def duties(log: IncidentLog, config: Config) -> Iterator[str]:
    """Who holds which role, and what its duties are. A role that the severity asks for and nobody holds says so."""
    for role, who, lines in held(log, config):
        yield printable(f"{role.replace('_', ' ').capitalize()}: {who or 'NOBODY'}")
        yield from (printable(f"  - {line}") for line in lines)
        yield ""


def held(log: IncidentLog, config: Config) -> Iterator[tuple[str, str | None, tuple[str, ...]]]:
    """Each role that somebody holds or that is asked for, who holds it (None for nobody), and its duties."""
    level, roles = config.severity(log.severity), log.roles
    for role, lines in config.duties.items():
        if role == "incident_commander" and role not in roles and not (level and level.commander):
            continue
        if role not in roles and role not in ("on_call", "incident_commander"):
            continue
        yield role, roles.get(role), lines
