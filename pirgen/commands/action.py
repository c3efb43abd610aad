"""pirgen action: close, start, decline, move or assign an action item, in its lines and nowhere else."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import click

from pirgen.commands import emit
from pirgen.diagnostic import Edit, Insert, Path, Replace
from pirgen.document.edit import edit
from pirgen.errors import PirgenError
from pirgen.files import Source, write
from pirgen.project import Project
from pirgen.review.timeline import parse_date
from pirgen.text.suggest import did_you_mean
from pirgen.text.terminal import printable
from pirgen.workspace import Entry, Workspace

_ITEMS = click.argument("action_ids", metavar="AI...", nargs=-1, required=True)
_INCIDENT = click.argument("incident_id", metavar="INC")
_ITEM = click.argument("action_id", metavar="AI")


@click.group("action")
def command() -> None:
    """Close, start, decline, move or assign an action item: an edit of its lines; the commit is the evidence."""


@command.command("done")
@_INCIDENT
@_ITEMS
@click.option("--evidence", metavar="TEXT", help="What shows it: a link, a change.")
@click.option("--completed-on", metavar="DATE", help="Only where it was done before git saw it.")
@click.pass_obj
def done(
    project: Project, incident_id: str, action_ids: tuple[str, ...], evidence: str | None, completed_on: str | None
) -> None:
    """Say that items are done. When is told by the commit."""
    day = parse_date(completed_on or "")
    if day and day > datetime.now(UTC).astimezone(project.config.zone).date():
        raise PirgenError(f"{day} has not come yet; an item was completed today or before")
    change(project, incident_id, action_ids, {"status": "done", "evidence": evidence, "completed_on": completed_on})


@command.command("start")
@_INCIDENT
@_ITEMS
@click.pass_obj
def start(project: Project, incident_id: str, action_ids: tuple[str, ...]) -> None:
    """Say that items are in progress."""
    change(project, incident_id, action_ids, {"status": "in_progress"})


@command.command("decline")
@_INCIDENT
@_ITEMS
@click.option("--reason", required=True, metavar="TEXT", help="Why nobody will do it.")
@click.pass_obj
def decline(project: Project, incident_id: str, action_ids: tuple[str, ...], reason: str) -> None:
    """Say that items will not be done, and why."""
    change(project, incident_id, action_ids, {"status": "declined", "reason": reason})


@command.command("move")
@_INCIDENT
@_ITEM
@click.argument("due", metavar="DATE")
@click.pass_obj
def move(project: Project, incident_id: str, action_id: str, due: str) -> None:
    """Give an item another due date. A later one counts as a slip."""
    change(project, incident_id, [action_id], {"due": due})


@command.command("assign")
@_INCIDENT
@_ITEM
@click.argument("owner")
@click.pass_obj
def assign(project: Project, incident_id: str, action_id: str, owner: str) -> None:
    """Give an item another owner: @handle, @org/team or an e-mail address."""
    change(project, incident_id, [action_id], {"owner": owner})


def change(
    project: Project, incident_id: str, action_ids: tuple[str, ...] | list[str], said: Mapping[str, str | None]
) -> None:
    """Give items of a review these values, those that are said, in one write or not at all."""
    workspace = Workspace(project.root, project.config)
    entry = _entry(workspace, incident_id)
    values = {key: " ".join(value.split()) for key, value in said.items() if value is not None}
    if empty := [key for key, value in values.items() if not value]:
        raise PirgenError(f"the {empty[0].replace('_', ' ')} is empty; say what it shall be")
    if hidden := [value for value in values.values() if printable(value) != value]:
        raise PirgenError(f"`{printable(hidden[0])}` holds characters that nobody sees; leave them out")
    edits: list[Edit] = []
    told: list[str] = []
    for action_id in dict.fromkeys(action_ids):
        path = _path(entry, action_id)
        item = entry.document.data["action_items"][path[1]]
        changed = {key: value for key, value in values.items() if item.get(key) != value}
        edits += (_edit(path, item, key, value) for key, value in changed.items())
        where = f"{entry.file}:{entry.document.span((*path, 'id')).line}: {action_id}"
        whats = [f"{key} {_was(item, key)} → {value}" for key, value in changed.items()]
        told.append(f"{where} {', '.join(whats) or 'says so already'}")
    if edits:
        write(project.root / entry.file, _made(workspace, entry, edits).data.decode())
    emit("".join(f"{printable(line)}\n" for line in told))
    if edits:
        page = f"{project.config.pages}/{incident_id}.md"
        rendered = ", with its page: `pirgen render`" if (project.root / page).is_file() else ""
        click.echo(f"Commit it{rendered}; the commit is the evidence.", err=True)


def _entry(workspace: Workspace, incident_id: str) -> Entry:
    """The review of an incident: of several files the path that sorts first, as in the ledger."""
    unreadable: list[Entry] = []
    known: dict[str, Entry] = {}
    for name in sorted(workspace.reviews):
        entry = workspace.entry(name)
        if entry.document.problems:
            unreadable.append(entry)
        known.setdefault(entry.review.incident_id, entry)
    if (found := known.get(incident_id)) and not found.document.problems:
        return found
    for entry in unreadable:
        if incident_id in (entry.review.incident_id, entry.file.rsplit("/", 1)[-1].rsplit(".", 1)[0]):
            span, problem = entry.document.problems[0]
            raise PirgenError(f"{entry.file}:{span.line}:{span.column}: {problem.message}; {problem.hint or 'mend it'}")
    raise PirgenError(f"there is no review of `{incident_id}`{did_you_mean(incident_id, known)}")


def _path(entry: Entry, action_id: str) -> Path:
    ids = [item.id for item in entry.review.action_items]
    if action_id not in ids:
        others = f"it has {', '.join(filter(None, ids)) or 'none'}"
        raise PirgenError(f"{entry.file} has no action item `{action_id}`; {others}{did_you_mean(action_id, ids)}")
    if ids.count(action_id) > 1:
        raise PirgenError(f"{entry.file} has {ids.count(action_id)} action items `{action_id}`; give each an id first")
    return "action_items", entry.review.action_items[ids.index(action_id)].place


def _edit(path: Path, item: Mapping[str, Any], key: str, value: str) -> Edit:
    return Replace((*path, key), value) if key in item else Insert(path, key, value)


def _what(entry: Entry, one: Edit) -> str:
    """What an edit is of, in words."""
    path = (*one.path, one.key) if isinstance(one, Insert) else one.path if isinstance(one, Replace) else ()
    item = entry.document.data["action_items"][path[1]]
    return f"`{path[-1]}` of {item.get('id')}"


def _was(item: Mapping[str, Any], key: str) -> Any:
    return item.get(key) or ("open" if key == "status" else "none")


def _made(workspace: Workspace, entry: Entry, edits: list[Edit]) -> Source:
    """The file with the edits made. Raises PirgenError where they cannot be, or where the schema forbids the result."""
    source = edit(entry.document.source, tuple(edits))
    if source is None:
        alone = [one for one in edits if edit(entry.document.source, (one,)) is None]
        what = " and ".join(dict.fromkeys(_what(entry, one) for one in alone or edits))
        raise PirgenError(f"{what} cannot be edited with all else left as it is; edit {entry.file} by hand")
    before = {(problem.path, problem.message) for problem in entry.problems}
    for problem in workspace.parse(source).problems:
        if (problem.path, problem.message) not in before:
            raise PirgenError(f"{problem.message}" + (f"; {problem.hint}" if problem.hint else ""))
    return source
