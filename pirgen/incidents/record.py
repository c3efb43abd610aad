"""Records what happens during an incident: the event, in the order that the process has."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from pirgen.config import Config
from pirgen.errors import PirgenError
from pirgen.incidents.log_file import LogFile, find, get, ids, keep_both_sides, stamp, start, writing
from pirgen.incidents.verbs import Verb
from pirgen.project import Project
from pirgen.review.duration import format_duration, parse_duration
from pirgen.review.incident_log import Event, IncidentLog, read
from pirgen.review.milestones import MILESTONES
from pirgen.review.timeline import parse_time

LEEWAY = timedelta(minutes=1)
"""How far two clocks may be apart without a word."""
UNTITLED = "TODO: what is wrong, in one line"
AFTER_CLOSING = ("message", "meeting", "amended", "note")
"""The kinds of events that a closed log still takes."""


class Recorder(NamedTuple):
    """Who records, when, and of which incident. `now` is aware."""

    project: Project
    now: datetime
    incident_id: str | None = None
    """None for the one incident that is open."""
    at: datetime | None = None
    """When it happened; None for now."""
    by: str = ""
    force: bool = False
    """Whether to record what the order of events forbids."""

    @property
    def moment(self) -> datetime:
        """When it happened."""
        return self.at or self.now

    def event(self, kind: str, values: Mapping[str, Any]) -> dict[str, Any]:
        """An event as the log has it. Values that are empty are left out, and texts are put on one line."""
        said = {key: " ".join(value.split()) if isinstance(value, str) else value for key, value in values.items()}
        kept = {key: value for key, value in said.items() if value not in ("", None, (), [])}
        by = " ".join(self.by.split())
        return {"at": stamp(self.moment), "kind": kind, **({"by": by} if by else {}), **kept}

    def add(self, file: LogFile, event: dict[str, Any]) -> LogFile:
        """Append an event to a log, whose folder is locked. Raises PirgenError where the event is out of order."""
        file.append({**event, "forced": True} if self.is_forced(file.log, event) else event)
        return file

    def is_forced(self, log: IncidentLog, event: Mapping[str, Any]) -> bool:
        """Whether an event is out of order and recorded nevertheless. Raises PirgenError where it is not to be."""
        reason = self._objection(log, event)
        if reason and not self.force:
            raise PirgenError(f"{reason}; --force records it nevertheless")
        return bool(reason)

    def _objection(self, log: IncidentLog, event: Mapping[str, Any]) -> str:
        """Why an event is out of order; empty where it is not."""
        if self.moment > self.now + LEEWAY:
            raise PirgenError(f"{stamp(self.moment)} lies in the future")
        name, kind, zone = log.incident_id, event["kind"], self.project.config.zone
        last = max((one.at for one in log.events if one.at), default=None)
        if self.at is None and last and last > self.now + LEEWAY:
            return f"the log of {name} goes on until {stamp(last)}, but this machine's clock says {stamp(self.now)}"
        return out_of_order(log, kind, zone) or _contradiction(log, event, self.project.config)


def out_of_order(log: IncidentLog, kind: str, zone: Any = None) -> str:
    """Why an event of this kind cannot follow what a log says; empty where it can."""
    name = log.incident_id
    for end in ("withdrawn", "closed"):
        if (last := log.last(end)) and kind not in (AFTER_CLOSING if end == "closed" else ("amended",)):
            return f"{name} was {end}{_when(last, zone)}"
    if kind == "acknowledged" and (first := log.last("acknowledged")):
        who = f" by {first.by}" if first.by else ""
        return f"{name} was acknowledged{who}{_when(first, zone)}; `pirgen incident handoff` hands it over"
    if kind == "resolved" and (last := log.last("resolved")):
        return f"{name} was resolved{_when(last, zone)}; `pirgen incident amend resolved` corrects that"
    if kind == "closed" and not log.has("resolved"):
        return f"{name} is not resolved yet; `pirgen incident resolve` comes first"
    return ""


def _when(event: Event, zone: Any) -> str:
    return f" at {event.at.astimezone(zone):%Y-%m-%d %H:%M}" if event.at else ""


def _contradiction(log: IncidentLog, event: Mapping[str, Any], config: Config) -> str:
    """Which interval between two milestones an event would make negative; empty where it makes none."""
    if event["kind"] not in MILESTONES:
        return ""
    after = read([*(one.said for one in log.events), dict(event)]).milestones
    for interval in config.intervals.values():
        taken = interval.measure(after)
        if taken and taken.seconds < 0 and event["kind"] in (taken.start, interval.end):
            amount = format_duration(-taken.seconds)
            return f"{log.incident_id} would be {interval.end} {amount} before it was {taken.start}"
    return ""


def declare(
    recorder: Recorder,
    *,
    title: str = "",
    severity: str,
    type: str = "",  # noqa: A002 - the name of the field
    impact: str = "",
    detected: datetime | None = None,
    started: datetime | None = None,
) -> LogFile:
    """Open an incident, by default with the next id that is free on every branch that this clone knows.

    Raises PirgenError where the id is taken, or a value does not fit the schema.
    """
    project = recorder.project
    with writing(project):
        name = project.next_id() if recorder.incident_id is None else recorder.incident_id
        _check_id(project, name, severity)
        file = start(project, name)
        said = {
            "text": "Incident declared",
            "incident_id": name,
            "title": title or UNTITLED,
            "severity": severity,
            "type": type,
            "impact": impact,
        }
        recorder.add(file, recorder.event("declared", said))
        for kind, at, text in (("started", started, "Incident started"), ("detected", detected, "Incident detected")):
            if at:
                earlier = recorder._replace(at=at)
                earlier.add(file, earlier.event(kind, {"text": text}))
    keep_both_sides(project, file.name)
    return file


def _check_id(project: Project, name: str, severity: str) -> None:
    """Raise PirgenError for an id or a severity that the project does not allow, before a file is named after it."""
    said = {"incident_id": name, "severity": severity, "status": "draft"}
    for problem in project.config.review_schema.problems(said):
        raise PirgenError(f"{problem.message}; {problem.hint}")


def acknowledge(recorder: Recorder, on_call: str, text: str = "") -> LogFile:
    """Say that somebody works on an incident. Raises PirgenError where it has no log, or was acknowledged."""
    with writing(recorder.project):
        file = get(recorder.project, recorder.incident_id)
        values = {"text": text or "On-call acknowledged"}
        return recorder.add(file, recorder._replace(by=on_call or recorder.by).event("acknowledged", values))


def is_known(project: Project, incident_id: str) -> bool:
    """Whether an incident has a log. Raises PirgenError where the log cannot be read."""
    return find(project, incident_id) is not None


def record(recorder: Recorder, verb: Verb, values: Mapping[str, Any], kind: str = "") -> LogFile:
    """Record the event of a verb, or of another `kind`.

    Raises PirgenError where a value is missing or does not fit the schema, and where the event is out of order.
    """
    values = {key: value for key, value in values.items() if value not in ("", None, (), [])}
    missing = [key for key in verb.required if not values.get(key)]
    if missing:
        raise PirgenError(f"say {_WISHES.get(missing[0], f'the {missing[0]}')}")
    text = values.pop("text", "") or verb.text.format_map(values)
    if text.isprintable() and " " not in text and text in ids(recorder.project):
        raise PirgenError(f"`{text}` is the id of an incident; say --id {text}")
    with writing(recorder.project):
        file = get(recorder.project, recorder.incident_id)
        return recorder.add(file, recorder.event(kind or verb.kind, {"text": text, **values}))


_WISHES = {
    "to": "to whom, with --to @handle",
    "text": "what happened, in words after the verb",
    "scheduled": 'when the meeting is, such as 2025-10-06T10:00Z or "2025-10-06 10:00"',
    "severity": "which severity",
    "status": "which status, such as investigating, identified, monitoring or resolved",
}


def amend(recorder: Recorder, name: str, values: Mapping[str, Any], reason: str, *, struck: bool = False) -> LogFile:
    """Correct an event by appending what is true. `name` is the event's kind, or its number as `show` prints it.

    Of several events of a kind the last one is meant. Raises PirgenError where there is no such event, or nothing to
    correct.
    """
    with writing(recorder.project):
        file = get(recorder.project, recorder.incident_id)
        events = [event for event in file.log.events if event.kind != "amended"]
        event = _named(events, name, file.log.incident_id)
        new = {key: value for key, value in values.items() if value}
        if not new and not struck:
            raise PirgenError("say what is true instead, such as --time 14:32, or --strike where it never happened")
        said = {"text": reason, "corrects": event.name, **({"struck": True} if struck else {"set": new})}
        return recorder.add(file, recorder.event("amended", said))


def _named(events: list[Event], name: str, incident_id: str) -> Event:
    if name.isdecimal() and 0 < int(name) <= len(events):
        return events[int(name) - 1]
    found = [event for event in events if event.kind == name]
    if not found:
        kinds = ", ".join(dict.fromkeys(event.kind for event in events))
        raise PirgenError(f"{incident_id} has no event `{name}`; it has {kinds}")
    return found[-1]


_CLOCK = re.compile(r"[0-9]{1,2}:[0-9]{2}(:[0-9]{2})?")
_YEAR = 366 * 86_400
_AGO = re.compile(r"-?(?P<amount>[0-9a-z]+)(?: ago)?")


def moment(written: str, now: datetime, config: Config) -> datetime:
    """The moment that a person means: RFC 3339, `2025-10-05 14:30`, `14:30`, or `10m` (ago).

    Times without a zone are in the project's zone, and `14:30` is the last one before `now`. Raises PirgenError for
    other forms.
    """
    text = written.strip()
    if at := parse_time(text, config.zone):
        return at
    if _CLOCK.fullmatch(text):
        today = now.astimezone(config.zone).date()
        for day in (today, today - timedelta(days=1)):
            at = parse_time(f"{day} {text.zfill(5)}", config.zone)
            if at and at <= now + LEEWAY:
                return at
    ago = _AGO.fullmatch(text)
    if ago and (seconds := parse_duration(ago["amount"])) is not None and seconds < _YEAR:
        return now - timedelta(seconds=seconds)
    raise PirgenError(f'`{written}` is not a time; write 14:30, "2025-10-05 14:30", 2025-10-05T14:30:00Z or 10m ago')
