"""Records what happens during an incident: the event, in the order that the process has."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import PurePosixPath
from typing import Any, NamedTuple

from pirgen.config import Config
from pirgen.errors import PirgenError
from pirgen.incidents.log_file import LogFile, find, get, keep_both_sides, start, writing
from pirgen.incidents.verbs import Verb
from pirgen.project import Project
from pirgen.report.columns import instant
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
        said = {key: one_line(value) if isinstance(value, str) else value for key, value in values.items()}
        kept = {key: value for key, value in said.items() if value not in ("", None, (), [])}
        by = one_line(self.by)
        return {"at": instant(self.moment), "kind": kind, **({"by": by} if by else {}), **kept}

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
            raise PirgenError(f"{instant(self.moment)} lies in the future")
        name, kind, zone = log.incident_id, event["kind"], self.project.config.zone
        last = max((one.at for one in log.events if one.at), default=None)
        if self.at is None and last and last > self.now + LEEWAY:
            return f"the log of {name} goes on until {instant(last)}, but this machine's clock says {instant(self.now)}"
        if reason := out_of_order(log, kind, zone):
            return reason
        after = read([*(one.said for one in log.events), dict(event)]) if kind in MILESTONES else IncidentLog(name)
        return contradiction(after, self.project.config, kind)


def one_line(text: str) -> str:
    """A text on one line, with `?` for what is no character, such as a byte that is not UTF-8."""
    return " ".join(text.encode("utf-8", "replace").decode().split())


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


def contradiction(log: IncidentLog, config: Config, kind: str = "") -> str:
    """Which time between two milestones is negative in a log; empty where none is.

    With `kind` only the times that run from or to this milestone count.
    """
    for interval in config.intervals.values():
        taken = interval.measure(log.milestones)
        if taken and taken.seconds < 0 and (not kind or kind in (taken.start, interval.end)):
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
        name = project.next_id() if recorder.incident_id is None else one_line(recorder.incident_id)
        _check_id(project, name, severity)
        file = start(project, name)
        said = {"text": "Incident declared", "incident_id": name, "title": title or UNTITLED}
        said |= {"severity": severity, "type": type, "impact": impact}
        events = [recorder.event("declared", said)]
        for kind, at in (("started", started), ("detected", detected)):
            if at:
                earlier = recorder._replace(at=at)
                events.append(earlier.event(kind, {"text": f"Incident {kind}"}))
                earlier.is_forced(read(events[:-1]), events[-1])
        recorder.is_forced(read([]), events[0])
        with suppress(OSError):  # lint asks for the line; the log is what counts now
            keep_both_sides(project, file.name)
        file.append(*events)
    return file


def _check_id(project: Project, name: str, severity: str) -> None:
    """Raise PirgenError for an id or a severity that the project does not allow, before a file is named after it."""
    said = {"incident_id": name, "severity": severity, "status": "draft"}
    for problem in project.config.review_schema.problems(said):
        raise PirgenError(problem.message + (f"; {problem.hint}" if problem.hint else ""))


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
    said = {key: value.strip() if isinstance(value, str) else value for key, value in values.items()}
    values = {key: value for key, value in said.items() if value not in ("", None, (), [])}
    if missing := [key for key in verb.required if not values.get(key)]:
        raise PirgenError(f"say {_WISHES.get(f'{verb.name} {missing[0]}') or _WISHES[missing[0]]}")
    _check_times(recorder, values)
    text = values.pop("text", "") or verb.text.format_map(values)
    if text in (PurePosixPath(name).stem for name in recorder.project.workspace().logs):
        raise PirgenError(f"`{text}` is the id of an incident; say --id {text}")
    with writing(recorder.project):
        file = get(recorder.project, recorder.incident_id)
        return recorder.add(file, recorder.event(kind or verb.kind, {"text": text, **values}))


_WISHES = {
    "to": "to whom, with --to @handle",
    "notify to": "who was notified, such as `notify @handle`",
    "handoff text": "what the next one must know, in words after the verb",
    "text": "what happened, in words after the verb",
    "scheduled": 'when the meeting is, such as 2025-10-06T10:00Z or "2025-10-06 10:00"',
    "severity": "which severity",
    "status": "which status, such as investigating, identified, monitoring or resolved",
}


def _check_times(recorder: Recorder, values: Mapping[str, Any]) -> None:
    """Raise PirgenError for a meeting before its incident."""
    at = parse_time(str(values.get("scheduled", "")), recorder.project.config.zone)
    began = get(recorder.project, recorder.incident_id).log.started if at else None
    if at and began and at < began:
        raise PirgenError(f"the meeting on {at:%Y-%m-%d} would be before the incident; is the date right?")


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
        correction = recorder.event("amended", said)
        after = read([*file.data, correction]) if isinstance(file.data, list) else file.log
        if len(file.data) in after.lost:
            raise PirgenError(f"{event.name} was corrected later than {instant(recorder.moment)}; leave --at out")
        if any(one.at and one.at > recorder.now + LEEWAY for one in after.events):
            raise PirgenError("the corrected time lies in the future")
        if problem := contradiction(after, recorder.project.config):
            if not recorder.force:
                raise PirgenError(f"{problem}; --force records it nevertheless")
            correction["forced"] = True
        return recorder.add(file, correction)


def _named(events: list[Event], name: str, incident_id: str) -> Event:
    if name.isdecimal() and 0 < int(name) <= len(events):
        return events[int(name) - 1]
    found = [event for event in events if event.kind == name]
    if not found:
        kinds = ", ".join(dict.fromkeys(event.kind for event in events))
        raise PirgenError(f"{incident_id} has no event `{name}`; it has {kinds}")
    return found[-1]


_CLOCK = re.compile(r"([01]?[0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?")
_YEAR = 366 * 86_400
_AGO = re.compile(r"-?(?P<amount>[0-9][a-z0-9]*)(?: ago)?")
_WORDS = re.compile(r"(?<=[0-9]) ?([hm])(?:in(?:ute)?s?|(?:ou)?rs?)\b")


def moment(written: str, now: datetime, config: Config) -> datetime:
    """The moment that a person means: RFC 3339, `2025-10-05 14:30`, `14:30`, or `10m` (ago).

    Times without a zone are in the project's zone. `14:30` is that of today, or that of yesterday where it is less than
    12 hours ago. Raises PirgenError for other forms, and for a time of today that has not come yet.
    """
    text = written.strip()
    if at := parse_time(text, config.zone):
        return at
    if text == "now":
        return now
    if _CLOCK.fullmatch(text):
        today = now.astimezone(config.zone).date()
        for day in (today, today - timedelta(days=1)):
            at = parse_time(f"{day} {text.zfill(5)}", config.zone)
            if at and at <= now + LEEWAY and (day == today or now - at < timedelta(hours=12)):
                return at
        raise PirgenError(f'{text} has not come yet today; write the date too, such as "{today} {text}"')
    ago = _AGO.fullmatch(_WORDS.sub(r"\1", text))
    if ago and (seconds := parse_duration(ago["amount"])) is not None and seconds < _YEAR:
        return now - timedelta(seconds=seconds)
    raise PirgenError(f'`{written}` is not a time; write 14:30, "2025-10-05 14:30", 2025-10-05T14:30:00Z or 10m ago')
