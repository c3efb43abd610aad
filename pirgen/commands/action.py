"""pirgen action: list action items, and add, close, start, decline, reopen, move or assign them in their lines."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from pirgen.commands import Group, complete_owner, emit, examples, hint, no_cache, project_of, selected, whose
from pirgen.errors import PirgenError
from pirgen.project import Project
from pirgen.review.calendar import FORMS, read_day
from pirgen.runtime import environment
from pirgen.text.terminal import printable
from pirgen.workspace import ItemsChange, Workspace

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem


def complete_incident(ctx: click.Context, _: click.Parameter, begun: str) -> list[str]:
    """The ids of the incidents that have a review, by the names of the files; none where anything is wrong."""
    with suppress(Exception):
        from pathlib import PurePosixPath

        stems = {PurePosixPath(name).stem for name in project_of(ctx).workspace().reviews}
        return sorted(stem for stem in stems if stem.startswith(begun) and printable(stem) == stem)
    return []


def complete_item(ctx: click.Context, _: click.Parameter, begun: str) -> list[CompletionItem]:
    """The ids of a review's action items, and what each is about; none where anything is wrong."""
    from click.shell_completion import CompletionItem

    with suppress(Exception):
        found = project_of(ctx).workspace().find_review(ctx.params["incident_id"]).review.action_items
        given = ctx.params.get("action_ids") or ()
        return [
            CompletionItem(one.id, help=printable(" ".join(one.action.split()))[:60])
            for one in found
            if one.id.startswith(begun) and one.id not in given and printable(one.id) == one.id
        ]
    return []


_INCIDENT = click.argument("incident_id", metavar="INC", shell_complete=complete_incident)
_ITEMS = click.argument("action_ids", metavar="AI...", nargs=-1, required=True, shell_complete=complete_item)
_RENDER = click.option("--render", "renders", is_flag=True, help="Write the review's page anew, too.")
_COMMIT = click.option(
    "--commit", "commits", is_flag=True, help="Commit the changed files, and nothing else, by `git commit`."
)


class After(NamedTuple):
    """The steps that follow an edit."""

    renders: bool = False
    commits: bool = False


def _editing(function: Callable[..., Any]) -> Callable[..., Any]:
    """Adds the options that every edit has, as the argument `after`."""

    def called(project: Project, /, renders: bool, commits: bool, **how: Any) -> None:
        function(project, after=After(renders, commits), **how)

    called.__doc__ = function.__doc__
    return _RENDER(_COMMIT(click.pass_obj(called)))


@click.group("action", cls=Group)
def command() -> None:
    """List action items; add, close, start, decline, reopen, move or assign them.

    An edit changes the lines of its items and nothing else; the commit is the evidence. An edit that would make a
    valid review invalid is not written.
    """


@command.command(
    "list",
    epilog=examples("action list --owner @ana --overdue", "action list --due-within 2w --export ical"),
)
@whose
@click.option("--overdue", is_flag=True, help="Only what is overdue.")
@click.option("--due-within", metavar="SPAN", help="Only what is due by then, or overdue: 2w, friday, a date.")
@click.option(
    "--incident", "incidents", metavar="ID", multiple=True, shell_complete=complete_incident, help="Only of these."
)
@click.option(
    "--status", "statuses", metavar="STATUS,…", help="Which statuses. Default: open,in_progress; `all` for all."
)
@click.option(
    "--sort", "order", default="due", show_default=True,
    type=click.Choice(["due", "owner", "incident", "severity", "age", "slips", "status"]), help="What comes first.",
)  # fmt: skip
@click.option("--as-of", metavar="DATE|REV", help="What was open at that day's end, or in that revision.")
@click.option(
    "--format",
    "--export",
    "export",
    type=click.Choice(["table", "json", "markdown", "csv", "ical", "todo"]),
    default="table",
    help="How to write it.",
)
@click.option("--allow-shallow", is_flag=True, help="Read a shallow clone, whose history may be wrong.")
@no_cache
@click.pass_obj
def list_(
    project: Project, owners: tuple[str, ...], teams: tuple[str, ...], overdue: bool, due_within: str | None,
    incidents: tuple[str, ...], statuses: str | None, order: str, as_of: str | None, export: str, allow_shallow: bool,
    cached: bool,
) -> None:  # fmt: skip
    """List action items: whose they are, when they are due, how late they are and how often they slipped.

    Without options all that are open or in progress, with the worktree.
    """
    from pirgen.ledger import read_ledger
    from pirgen.report import head_of
    from pirgen.report.actions import OPEN, STATUSES, Wanted, action_rows, render
    from pirgen.report.columns import today
    from pirgen.text.suggest import did_you_mean

    chosen = selected(project, owners, teams)
    wanted = [word.strip().replace("-", "_") for word in statuses.split(",")] if statuses is not None else [*OPEN]
    for word in wanted:
        if word not in (*STATUSES, "all"):
            near = did_you_mean(word, STATUSES)
            raise PirgenError(f"`{word}` is no status{near}; use {', '.join(STATUSES)} or all")
    how: Any = {"now": environment.now(), "allow_shallow": allow_shallow, "cached": cached and project.can_keep}
    ledger = read_ledger(project.root, project.config, as_of=as_of, **how)
    day = today(ledger, ledger.as_of)
    last = read_day(due_within, day, ahead=True, what="--due-within") if due_within is not None else None
    for name in incidents:
        if name not in ledger.incidents:
            raise PirgenError(f"history knows no incident `{name}`{did_you_mean(name, ledger.incidents)}")
    asked = Wanted(chosen, STATUSES if "all" in wanted else wanted, overdue, last, incidents)
    rows = action_rows(ledger, asked, order)
    if ledger.shallow:
        _warn("this clone is shallow, so every date and figure may be wrong")
    nothing = f"no action item{f' of {chosen.text}' if chosen else ''} is like that"
    if chosen and not rows and not action_rows(ledger, Wanted(chosen, STATUSES)):
        nothing = f"{chosen.text} owns no action item"
    head = replace(head_of(ledger), owners=chosen.asked if chosen else None)
    emit(render(export, ledger, head, rows, nothing, environment.columns()))


@command.command("add")
@_INCIDENT
@click.argument("action", metavar="TEXT")
@click.option(
    "--owner",
    metavar="WHO",
    shell_complete=complete_owner,
    help="Who answers for it: @handle, @org/team or an e-mail address.",
)
@click.option("--due", metavar="DATE", help=f"By when: {FORMS}.")
@click.option("--kind", help="What it is for: prevent, detect, mitigate or process.")
@click.option("--priority", metavar="TEXT", help="How much it matters, in your own words.")
@click.option("--issue", metavar="REF", help="The issue that tracks it: an address, #123 or OPS-12.")
@click.option("--id", "action_id", metavar="AI", help="Its id. Default: the next number in the review.")
@_editing
def add(
    project: Project, incident_id: str, action: str, owner: str | None, due: str | None, kind: str | None,
    priority: str | None, issue: str | None, action_id: str | None, after: After,
) -> None:  # fmt: skip
    """Add an item at the end of a review's list. TEXT is what will be done."""
    day = _due(project, due, "--due") if due is not None else None
    said = {"id": action_id, "action": action, "owner": owner, "due": day, "kind": kind, "priority": priority}
    values = {key: value for key, value in {**said, "issue": issue}.items() if value is not None}
    _edit(project, incident_id, lambda workspace: workspace.add_item(incident_id, values), "added", after)


@command.command("done")
@_INCIDENT
@_ITEMS
@click.option("--evidence", metavar="TEXT", help="What shows it: a commit, a change, an issue.")
@click.option("--completed-on", metavar="DATE", help="Only where it was done before git saw it.")
@_editing
def done(
    project: Project, incident_id: str, action_ids: tuple[str, ...], evidence: str | None, completed_on: str | None,
    after: After,
) -> None:  # fmt: skip
    """Say that items are done. When is told by the commit."""
    if completed_on is not None:
        day = read_day(completed_on, _today(project), ahead=False, what="--completed-on")
        if day > _today(project):
            raise PirgenError(f"{day} has not come yet; an item was completed today or before")
        completed_on = day.isoformat()
    change(
        project, incident_id, action_ids, {"status": "done", "evidence": evidence, "completed_on": completed_on},
        "done", after,
    )  # fmt: skip


@command.command("start")
@_INCIDENT
@_ITEMS
@_editing
def start(project: Project, incident_id: str, action_ids: tuple[str, ...], after: After) -> None:
    """Say that items are in progress."""
    change(project, incident_id, action_ids, {"status": "in_progress"}, "in progress", after)


@command.command("decline")
@_INCIDENT
@_ITEMS
@click.option("--reason", required=True, metavar="TEXT", help="Why nobody will do it.")
@_editing
def decline(project: Project, incident_id: str, action_ids: tuple[str, ...], reason: str, after: After) -> None:
    """Say that items will not be done, and why."""
    change(project, incident_id, action_ids, {"status": "declined", "reason": reason}, "declined", after)


@command.command("reopen")
@_INCIDENT
@_ITEMS
@_editing
def reopen(project: Project, incident_id: str, action_ids: tuple[str, ...], after: After) -> None:
    """Say that items that were done or declined are open again. What was said of their end is taken away."""
    change(project, incident_id, action_ids, {"status": "open"}, "reopened", after)


@command.command("move", context_settings={"ignore_unknown_options": True})
@_INCIDENT
@_ITEMS
@click.argument("due", metavar="DATE")
@_editing
def move(project: Project, incident_id: str, action_ids: tuple[str, ...], due: str, after: After) -> None:
    """Give items another due date. A later one counts as a slip.

    DATE is a day such as 2026-01-31, `friday`, `today` or `+1w`. All of these count from today, whatever the due date
    is now; the day that comes out is printed.
    """
    day = _due(project, due, "DATE")
    change(project, incident_id, action_ids, {"due": day}, f"due {day}", after)


@command.command("assign")
@_INCIDENT
@_ITEMS
@click.argument("owner")
@_editing
def assign(project: Project, incident_id: str, action_ids: tuple[str, ...], owner: str, after: After) -> None:
    """Give items another owner: @handle, @org/team or an e-mail address."""
    change(project, incident_id, action_ids, {"owner": owner}, f"assigned to {owner}", after)


def _today(project: Project) -> date:
    return environment.now().astimezone(project.config.zone).date()


def _due(project: Project, text: str, what: str) -> str:
    """The due date that a person wrote; says so where it has passed."""
    day = read_day(text, _today(project), ahead=True, what=what)
    if day < _today(project):
        _warn(f"{day} has passed, so an open item is overdue at once")
    return day.isoformat()


def _warn(message: str) -> None:
    click.echo(f"warning: {printable(message)}", err=True)


def change(
    project: Project,
    incident_id: str,
    action_ids: Iterable[str],
    said: Mapping[str, str | None],
    what: str = "changed",
    after: After = After(),  # noqa: B008 - a value
) -> None:
    """Change action items of a review in one write, and print the changes. Values that are None are ignored.

    `what` is what happened to them, for the commit.
    """
    ids, values = tuple(action_ids), {key: value for key, value in said.items() if value is not None}
    _edit(project, incident_id, lambda workspace: workspace.set_items(incident_id, ids, values), what, after)


def _edit(
    project: Project, incident_id: str, change: Callable[[Workspace], ItemsChange], what: str, after: After
) -> None:
    from pirgen.followup import editing

    repository = editing.recordable(project) if after.commits else None
    edited = editing.edit(project, change, repository)
    made, file = edited.made, edited.made.source.name
    for item in made.items:
        told = editing.changes(item) or "says so already"
        emit(f"{printable(f'{file}:{item.line}: {item.action_id} {told}')}\n")
    for warning in edited.warnings:
        _warn(warning)
    files = [file]
    if after.renders:
        files += _rendered(project, incident_id)
    if repository and not edited.is_new:
        hint("Nothing was changed, so there is nothing to commit.")
    elif repository:
        if edited.had_changes:
            _warn(f"{file} had other changes that were not committed; they are in this commit, too")
        commit = editing.commit(repository, files, editing.message(incident_id, made, what))
        hint(f"Committed as {commit[:10]}.")
    elif edited.is_new:
        stale = not after.renders and (project.root / editing.page_path(project, incident_id)).is_file()
        hint(f"Commit it{', with its page: `pirgen render`' if stale else ''}; the commit is the evidence.")


def _rendered(project: Project, incident_id: str) -> list[str]:
    """Write the page of a review, and return its path; empty where it has none."""
    from pirgen.followup.editing import render

    page = render(project, incident_id)
    if page is None:
        _warn(f"the review of {incident_id} is not valid, so it has no page; see `pirgen lint`")
        return []
    if page.is_new:
        emit(f"{printable(page.path)}: {'updated' if page.was_there else 'written'}\n")
    return [page.path]
