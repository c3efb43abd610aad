"""Tells how incidents stand: what was recorded last, the clocks, the roles with their duties, all events."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from pirgen.config import Config
from pirgen.incidents.log_file import LogFile, logs, stamp
from pirgen.project import Project
from pirgen.report.clocks import clocks, standing
from pirgen.report.exports.table import grid
from pirgen.report.table import Column
from pirgen.review.duration import format_duration
from pirgen.review.incident_log import Event, IncidentLog, read
from pirgen.review.timeline import parse_time
from pirgen.text.terminal import printable

_COLUMNS = tuple(
    Column(key, title)
    for key, title in (
        ("incident_id", "Incident"), ("severity", "Severity"), ("open_for", "Open"), ("acknowledged", "Acknowledged"),
        ("resolve_by", "Resolve by"), ("update_by", "Next update"), ("roles", "Roles"), ("title", "Title"),
    )
)  # fmt: skip


def of_log(project: Project, log: IncidentLog, said: Mapping[str, Any]) -> str:
    """One line about an event that was just recorded, with the interval that it ends and its target."""
    [event] = read([said]).events
    zone, config = project.config.zone, project.config
    at = f"{event.at.astimezone(zone):%H:%M}" if event.at else "an unknown time"
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
            line += f", {format_duration(taken.seconds)} after it was {taken.start}{met}"
    return line + (f": {event.text}" if event.kind in ("note", "mitigation", "diagnostics") else "")


def table(project: Project, now: datetime, *, everything: bool, form: str) -> str:
    """The open incidents, or all that have a log, as a table or as JSON; the worst first."""
    config = project.config
    found = [file.log for file in logs(project)]
    some = [log for log in found if everything or not log.is_over]
    order = {level.name: place for place, level in enumerate(config.severities)}
    some.sort(key=lambda log: (log.is_over, order.get(log.severity, len(order)), log.incident_id))
    if form == "json":
        return json.dumps([_facts(log, now, config) for log in some], indent=2, ensure_ascii=False) + "\n"
    if not some:
        return "no incident is open\n" if found else "there is no incident log yet; `pirgen incident open` writes one\n"
    return grid(_COLUMNS, [_words(log, now, config) for log in some])


def _facts(log: IncidentLog, now: datetime, config: Config) -> dict[str, Any]:
    stands = standing(log)
    times = clocks(stands, config.severity(log.severity), now)
    at = {key: stamp(value) if value else None for key, value in (
        ("began", stands.began), ("acknowledged", stands.acknowledged), ("told", stands.told),
        ("respond_by", times.respond_by), ("resolve_by", times.resolve_by), ("update_by", times.update_by),
    )}  # fmt: skip
    plain = {"incident_id": log.incident_id, "title": log.title, "severity": log.severity, "type": log.type}
    over = {"is_over": log.is_over, "open_seconds": None if log.is_over else times.open_for}
    return {**plain, **over, **at, "roles": dict(stands.roles)}


def _words(log: IncidentLog, now: datetime, config: Config) -> dict[str, Any]:
    stands = standing(log)
    times = clocks(stands, config.severity(log.severity), now)
    taken = config.intervals["mtta"].measure(log.milestones)
    acknowledged = f"after {format_duration(taken.seconds)}" if taken else "yes" if stands.acknowledged else "no"
    if times.respond_by and not log.is_over:
        acknowledged = f"NO, {_until(times.respond_by, now, 'due')}"
    return {
        "incident_id": log.incident_id,
        "severity": log.severity or "unknown",
        "open_for": "over" if log.is_over else format_duration(times.open_for) if times.open_for else "unknown",
        "acknowledged": acknowledged,
        "resolve_by": "" if log.is_over else _until(times.resolve_by, now, "due"),
        "update_by": "" if log.is_over else _until(times.update_by, now, "due"),
        "roles": ", ".join(f"{role.replace('_', ' ')} {who}" for role, who in stands.roles.items()) or "nobody",
        "title": log.title,
    }


def _until(at: datetime | None, now: datetime, word: str) -> str:
    if at is None:
        return ""
    seconds = (at - now).total_seconds()
    return f"{word} in {format_duration(seconds)}" if seconds >= 0 else f"{format_duration(-seconds)} LATE"


def told(file: LogFile, now: datetime, form: str) -> str:
    """All about one incident, as text or as JSON."""
    log, config = file.log, file.project.config
    if form == "json":
        return json.dumps({**_facts(log, now, config), "events": [dict(one.said) for one in log.events]},
                          indent=2, ensure_ascii=False) + "\n"  # fmt: skip
    return "".join(f"{line}\n" for line in _lines(log, now, config))


def _lines(log: IncidentLog, now: datetime, config: Config) -> Iterator[str]:
    level = config.severity(log.severity)
    name = f"{log.severity} ({level.label})" if level and level.label else log.severity or "unknown severity"
    kind = "" if log.type == "incident" else f", {log.type.replace('_', ' ')}"
    yield printable(f"{log.incident_id}  {log.title}  [{name}{kind}]")
    said = _words(log, now, config)
    if log.is_over:
        last = log.last("withdrawn", "closed", "resolved")
        yield f"Over: {last.kind if last else ''}"
    else:
        yield f"Open: {said['open_for']}; acknowledged: {said['acknowledged']}"
        for key, title in (("resolve_by", "Resolution"), ("update_by", "Next update to others")):
            if said[key]:
                yield f"{title}: {said[key]}"
    for key in ("status", "impact", "team", "root_cause", "resolution"):
        if value := log.latest(key):
            yield printable(f"{key.replace('_', ' ').capitalize()}: {value}")
    if meeting := log.last("meeting"):
        at = parse_time(str(meeting.said.get("scheduled", "")), config.zone)
        yield f"Review meeting: {f'{at.astimezone(config.zone):%Y-%m-%d %H:%M}' if at else 'unknown'}"
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
    more += ["corrected"] if event.corrected else []
    more += ["forced"] if said.get("forced") is True else []
    return f"{number:>3}  {at}  {event.kind:<16}  {event.text}" + (f" ({', '.join(more)})" if more else "")


def duties(log: IncidentLog, config: Config) -> Iterator[str]:
    """Who holds which role, and what its duties are. A role that the severity asks for and nobody holds says so."""
    level, held = config.severity(log.severity), log.roles
    for role, lines in config.duties.items():
        if role == "incident_commander" and role not in held and not (level and level.commander):
            continue
        if role not in held and role not in ("on_call", "incident_commander"):
            continue
        yield printable(f"{role.replace('_', ' ').capitalize()}: {held.get(role, 'NOBODY')}")
        yield from (printable(f"  - {line}") for line in lines)
        yield ""
