"""Starts a review from a template and, where there is one, from its incident's log."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from operator import itemgetter
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from pirgen.config import Config
from pirgen.errors import PirgenError
from pirgen.files import find, write
from pirgen.project import Project
from pirgen.review.incident_log import IncidentLog
from pirgen.review.timeline import parse_date
from pirgen.schema import Schema, as_json
from pirgen.templating import Templates
from pirgen.workspace import Workspace

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
) -> Started:
    """Write a draft review for an incident, by default for the next free id.

    The draft takes over what the incident's log says. `now` is aware; `day` is written YYYY-MM-DD. Raises PirgenError
    where the id is taken or a value is not valid.
    """
    config = project.config
    files = [PurePosixPath(name) for name in find(project.root, config.reviews)]
    workspace = project.workspace()
    incident_id = incident_id or project.next_id()
    log, unreadable = _log(workspace, incident_id)
    severity = severity or log.severity or config.severities[min(1, len(config.severities) - 1)].name
    date = parse_date(day) if day else (log.started or now).astimezone(config.zone).date()
    if date is None:
        raise PirgenError(f"`{day}` is not a date; write YYYY-MM-DD")
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
        date=date,
        due=date + DUE_AFTER,
        timezone=config.clock.zone,
        schema=Path(os.path.relpath(schema, path.parent)).as_posix(),
        timeline=list(_timeline(log, config)),
    )
    try:
        write(path, text, exclusive=True)
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


def _timeline(log: IncidentLog, config: Config) -> Iterator[dict[str, str]]:
    """The log's events as timeline entries of a review, in order of time."""
    person = re.compile(config.review_schema.schema["definitions"]["person"]["pattern"])
    known = sorted(((one.at, one) for one in log.moments if one.at), key=itemgetter(0))
    events = [(at.astimezone(config.zone), one) for at, one in known]
    twice = any(at.replace(fold=0).utcoffset() != at.replace(fold=1).utcoffset() for at, _ in events)
    for at, event in events:
        time = f"{at:%Y-%m-%d %H:%M}" if at.second == at.microsecond == 0 else str(at.replace(tzinfo=None))
        if twice:  # a local time occurs twice when clocks go back, so all times carry their offset
            time = at.isoformat()
        by, text = event.by, " ".join(event.event.split()) or "TODO: what happened"
        if by and not person.search(by):
            by, text = "", f"{text} (by {by})"
        yield {"time": time, "event": text, "kind": event.kind or "note", "by": by}


def _check(schema: Schema, data: dict[str, str]) -> None:
    problems = schema.problems(data)
    if problems:
        raise PirgenError("\n".join(f"{problem.message}; {problem.hint}" for problem in problems))


def _place_schema(project: Project) -> tuple[Path, bool]:
    """The path of the schema that the new file's first line names for editors, and whether it was written just now."""
    path = project.root / "schemas" / "pir.schema.json"
    is_new = not path.exists()
    if is_new:
        write(path, as_json(project.config.review_schema.schema))
    return path, is_new
