"""pirgen action: close, start, decline, move or assign an action item, in its lines and nowhere else."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import click

from pirgen.commands import emit
from pirgen.errors import PirgenError
from pirgen.project import Project
from pirgen.review.timeline import parse_date
from pirgen.runtime import environment
from pirgen.text.terminal import printable
from pirgen.workspace import ItemChange, ItemsChange, Workspace

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
    if day and day > environment.now().astimezone(project.config.zone).date():
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


def change(project: Project, incident_id: str, action_ids: Iterable[str], said: Mapping[str, str | None]) -> None:
    """Change action items of a review in one write, and print the changes. Values that are None are ignored."""
    ids, values = tuple(action_ids), {key: value for key, value in said.items() if value is not None}

    def set_items(workspace: Workspace) -> ItemsChange:
        made = workspace.set_items(incident_id, ids, values)
        if made.source != made.before:
            workspace.replace(made.before, made.source)
        return made

    made = project.edit(set_items)
    emit("".join(f"{printable(_told(made.source.name, item))}\n" for item in made.items))
    if made.source != made.before:
        page = f"{project.config.pages}/{incident_id}.md"
        rendered = ", with its page: `pirgen render`" if (project.root / page).is_file() else ""
        click.echo(f"Commit it{rendered}; the commit is the evidence.", err=True)


def _told(file: str, item: ItemChange) -> str:
    none = {"status": "open"}
    whats = [f"{key} {before or none.get(key, 'none')} → {after}" for key, (before, after) in item.values.items()]
    return f"{file}:{item.line}: {item.action_id} {', '.join(whats) or 'says so already'}"
