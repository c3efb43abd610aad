"""pirgen history: what git proves about reviews and action items, commit by commit."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import click

from pirgen.commands import emit, no_cache, selected, whose
from pirgen.ledger import branch_ledger, read_ledger
from pirgen.project import Project
from pirgen.report.history import about, render, unreadable
from pirgen.runtime import environment


@click.command("history")
@click.argument("incident_id", metavar="[ID]", required=False)
@click.option("--as-of", metavar="DATE|REV", help="End with that day, or with that revision.")
@click.option("--since", "base", metavar="BASE", help="Only what this branch adds to BASE, as for a pull request.")
@whose
@click.option("--export", type=click.Choice(["table", "json", "markdown"]), default="table", help="How to write it.")
@click.option("--allow-shallow", is_flag=True, help="Read a shallow clone, whose history may be wrong.")
@click.option(
    "--unreadable", "only_unreadable", is_flag=True, help="List the revisions that could not be read instead."
)
@no_cache
@click.pass_obj
def command(
    project: Project,
    incident_id: str | None,
    as_of: str | None,
    base: str | None,
    owners: tuple[str, ...],
    teams: tuple[str, ...],
    export: str,
    allow_shallow: bool,
    only_unreadable: bool,
    cached: bool,
) -> None:
    """Tell when each review and action item was opened, moved, closed or removed, by whom and in which commit.

    With ID only of that incident. With --owner or --team only of action items that these own or once owned; what
    happened to reviews is left out. Without --as-of the worktree counts as the last revision.
    """
    chosen = selected(project, owners, teams)
    how: Any = {"now": environment.now(), "allow_shallow": allow_shallow, "cached": cached and project.can_keep}
    if base is not None and as_of is not None:
        raise click.UsageError("--since tells of the worktree, --as-of of the past")
    if base is not None:
        ledger = branch_ledger(project.root, project.config, base, **how)
    else:
        ledger = read_ledger(project.root, project.config, as_of=as_of, **how)
    nothing = "this branch changes no review" if base is not None else "history says nothing about reviews yet"
    if incident_id:
        nothing = f"{'this branch changes' if base is not None else 'history has seen'} no review of {incident_id}"
    ledger = about(ledger, incident_id) if incident_id else ledger
    if chosen:
        ledger = replace(ledger, facts=chosen.facts(ledger))
        seen = "this branch changes" if base is not None else "history has seen"
        nothing = f"{seen} no action item of {chosen.text}"
    emit(unreadable(ledger) if only_unreadable else render(export, ledger, nothing, is_branch=base is not None))
