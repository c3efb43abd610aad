"""Starts a review from a template and, where there is one, from its incident's log."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from operator import itemgetter
from pathlib import Path, PurePosixPath
from types import MappingProxyType
from typing import Any, NamedTuple

from pirgen.config import Config
from pirgen.errors import PirgenError
from pirgen.files import find, write
from pirgen.project import Project
from pirgen.review.duration import format_duration
from pirgen.review.incident_log import ROLES, IncidentLog
from pirgen.review.milestones import KINDS, MILESTONES
from pirgen.review.timeline import is_time, parse_date
from pirgen.schema import Schema, as_json
from pirgen.templating import Templates
from pirgen.text.pattern import matches
from pirgen.workspace import Workspace, require_inside

DUE_AFTER = timedelta(days=14)
"""How long after the incident the action item of the template is due."""


class Started(NamedTuple):
    """A review that was started: its file, and what was noticed on the way."""

    path: Path
    written_schema: Path | None
    """The schema that was written because the review's first line names it; None where it existed already."""
    unreadable_logs: tuple[str, ...]
    """Logs that are named after the incident and cannot be read."""


def new(
    project: Project,
    incident_id: str | None = None,
    *,
    now: datetime,
    severity: str | None = None,
    title: str | None = None,
    day: str | None = None,
    answers: Mapping[str, str] = MappingProxyType({}),
) -> Started:
    """Write a draft review for an incident, by default for the next free id.

    The draft takes over what the incident's log says. `answers` holds what a person said besides: `impact`,
    `root_cause`, `resolution`, and the times of milestones by their kind. `now` is aware; `day` is written YYYY-MM-DD.
    Raises PirgenError where the id is taken or a value is not valid.
    """
    config = project.config
    files = [PurePosixPath(name) for name in find(project.root, config.reviews)]
    workspace = project.workspace()
    incident_id = incident_id or project.next_id()
    log, unreadable = _log(workspace, incident_id)
    severity = severity or log.severity or config.severities[min(1, len(config.severities) - 1)].name
    began = parse_date(day) if day else (log.started or now).astimezone(config.zone).date()
    if began is None:
        raise PirgenError(f"`{day}` is not a date; write YYYY-MM-DD")
    for key, value in answers.items():
        if value and key in MILESTONES and not is_time(value):
            raise PirgenError(f"`{value}` is not a time; write 14:30, ~14:30 or unknown")
    title = " ".join((title or log.title).split()) or "TODO: what happened, in one line"
    _check(config.review_schema, {"incident_id": incident_id, "severity": severity, "status": "draft"})
    taken = [file for file in files if file.stem.lower() == incident_id.lower()]
    if taken:
        raise PirgenError(f"{taken[0]} is there already; edit it, or choose another id")
    path = project.root / config.reviews[0] / f"{incident_id}.yaml"
    schema, is_new = _place_schema(project)
    text = Templates(project.root, config.templates).render(
        "new.yaml.j2",
        id=incident_id,
        title=title,
        severity=severity,
        severities=", ".join(
            f"{level.name} ({level.label})" if level.label and level.label.isprintable() else level.name
            for level in config.severities
        ),
        date=began,
        due=began + DUE_AFTER,
        timezone=config.clock.zone,
        schema=Path(os.path.relpath(schema, path.parent)).as_posix(),
        timeline=[*_timeline(log, config, began), *_asked(answers)],
        said={key: answers.get(key) or log.latest(key) for key in ("impact", "root_cause", "resolution")},
        type=log.type,
        spans_days=any(one.at and one.at.astimezone(config.zone).date() != began for one in log.moments),
        duration=_duration(log, config),
        **_people(log, config),
    )
    try:
        write(path, text, root=project.root, exclusive=True)
    except FileExistsError:
        raise PirgenError(f"{path.relative_to(project.root)} is there already") from None
    return Started(path, schema if is_new else None, unreadable)


def _log(workspace: Workspace, incident_id: str) -> tuple[IncidentLog, tuple[str, ...]]:
    """The log of an incident, empty where there is none, and the logs named after it that cannot be read."""
    unreadable: list[str] = []
    for name in workspace.logs:
        log = workspace.log(name)
        if log.incident_id == incident_id:
            return log, tuple(unreadable)
        if not log.incident_id and PurePosixPath(name).stem == incident_id:
            unreadable.append(name)
    return IncidentLog(incident_id), tuple(unreadable)


def log_of(project: Project, incident_id: str) -> IncidentLog:
    """What the log of an incident says; an empty log where there is none."""
    return _log(project.workspace(), incident_id)[0]


def _asked(answers: Mapping[str, str]) -> Iterator[dict[str, str]]:
    """The milestones whose times a person has said."""
    for kind in KINDS:
        if time := answers.get(kind.name):
            yield {"time": time, "event": f"TODO: how it was {kind.name}", "kind": kind.name, "by": ""}


def _timeline(log: IncidentLog, config: Config, day: date) -> Iterator[dict[str, str]]:
    """The log's events as timeline entries of a review, in order of time."""
    known = sorted(((one.at, one) for one in log.moments if one.at), key=itemgetter(0))
    events = [(at.astimezone(config.zone), one) for at, one in known]
    twice = any(at.replace(fold=0).utcoffset() != at.replace(fold=1).utcoffset() for at, _ in events)
    is_one_day = all(at.date() == day for at, _ in events)
    for at, event in events:
        form = "%H:%M" if at.second == at.microsecond == 0 else "%H:%M:%S.%f" if at.microsecond else "%H:%M:%S"
        time = at.strftime(form if is_one_day else f"%Y-%m-%d {form}")
        if twice:  # a local time occurs twice when clocks go back, so all times carry their offset
            time = at.isoformat()
        by, text = event.by, " ".join(event.event.split()) or "TODO: what happened"
        if by and not _is_person(by, config):
            by, text = "", f"{text} (by {by})"
        yield {"time": time, "event": text, "kind": event.kind or "note", "by": by}


def _is_person(name: str, config: Config) -> bool:
    """Whether a review may name somebody like this: by a handle or an e-mail address."""
    pattern: str = config.review_schema.schema["definitions"]["person"]["pattern"]
    return matches(pattern, name)


def _duration(log: IncidentLog, config: Config) -> str:
    """How long the incident lasted, by its log; empty where the log does not say."""
    taken = config.intervals["mttr"].measure(log.milestones)
    return format_duration(taken.seconds, exact=True) if taken and taken.seconds >= 60 else ""


def _people(log: IncidentLog, config: Config) -> dict[str, Any]:
    """The roles, and the review meeting with its people."""
    event = log.last("meeting")
    said = event.said if event else {}
    at = log.meeting_at
    named = said.get("attendees")
    attendees = [one for one in named if isinstance(one, str)] if isinstance(named, list) else []
    facilitator = str(said.get("facilitator", ""))
    return {
        "roles": {role: who for role, who in log.roles.items() if role in ROLES and _is_person(who, config)},
        "meeting_at": f"{at.astimezone(config.zone):%Y-%m-%d %H:%M}" if at else "",
        "facilitator": facilitator if _is_person(facilitator, config) else "",
        "attendees": [one for one in attendees if _is_person(one, config)],
    }


def _check(schema: Schema, data: dict[str, str]) -> None:
    problems = schema.problems(data)
    if problems:
        raise PirgenError("\n".join(f"{problem.message}; {problem.hint}" for problem in problems))


def _place_schema(project: Project) -> tuple[Path, bool]:
    """The path of the schema that the new file's first line names for editors, and whether it was written just now."""
    require_inside(project.root, "schemas")
    path = project.root / "schemas" / "pir.schema.json"
    is_new = not path.exists()
    if is_new:
        write(path, as_json(project.schema("pir")), root=project.root)
    return path, is_new
