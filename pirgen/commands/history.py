"""pirgen history: what git proves about reviews and action items, commit by commit."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import click

from pirgen.commands import emit, examples, no_cache, selected, whose
from pirgen.ledger import branch_ledger, read_ledger
from pirgen.project import Project
from pirgen.report.history import about, render, unreadable, within
from pirgen.report.period import range_of, read_period
from pirgen.runtime import environment


@click.command("history", epilog=examples("history INC-001", "history --since v1.2 --export json"))
@click.argument("incident_id", metavar="[ID]", required=False)
@click.option("--as-of", metavar="DATE|REV", help="End with that day, or with that revision.")
@click.option(
    "--since",
    "base",
    metavar="DATE|TAG|A..B|BASE",
    help="Only what happened since that day or tag, or from A to B; for a branch or commit by itself, only what this "
    "branch adds to it, as for a pull request.",
)
@click.option("--until", metavar="DATE|REV", help="End there; --since is then a moment, also a commit's. Default: now.")
@whose
@click.option(
    "--format",
    "--export",
    "export",
    type=click.Choice(["table", "json", "markdown"]),
    default="table",
    help="How to write it.",
)
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
    until: str | None,
    export: str,
    allow_shallow: bool,
    only_unreadable: bool,
    cached: bool,
) -> None:
    """Tell when each review and action item was opened, moved, closed or removed, by whom and in which commit.

    With ID only of that incident. With --owner or --team only of action items that these own or once owned; what
    happened to reviews is left out. Without --as-of the worktree counts as the last revision. A day begins at its
    start, so that --since monday --until friday leaves Friday out.
    """
    chosen = selected(project, owners, teams)
    how: Any = {"now": environment.now(), "allow_shallow": allow_shallow, "cached": cached and project.can_keep}
    if base is not None and as_of is not None:
        raise click.UsageError("--since tells of the worktree, --as-of of the past; --until ends a period")
    if until is not None and base is None:
        raise click.UsageError("--until ends what --since begins; add --since")
    asked = None if base is None else range_of(project.root, base, until, how["now"].astimezone(project.config.zone))
    is_branch = base is not None and asked is None
    nothing = "history says nothing about reviews yet"
    if base is not None and asked is None:
        ledger = branch_ledger(project.root, project.config, base, **how)
        nothing = "this branch changes no review"
    else:
        ledger = read_ledger(project.root, project.config, as_of=as_of, **how)
    if asked:
        period = read_period(ledger, project.root, asked)
        ledger = within(ledger, period)
        nothing = f"nothing happened from {period.since_name} to {period.until_name}"
    if incident_id:
        said = "history has seen no review of" if base is None else "this branch changes no review of"
        nothing = f"{nothing} in {incident_id}" if asked else f"{said} {incident_id}"
    ledger = about(ledger, incident_id) if incident_id else ledger
    if chosen:
        ledger = replace(ledger, facts=chosen.facts(ledger))
        seen = "this branch changes" if is_branch else "history has seen"
        nothing = f"{nothing} to action items of {chosen.text}" if asked else f"{seen} no action item of {chosen.text}"
    emit(unreadable(ledger) if only_unreadable else render(export, ledger, nothing, is_branch=is_branch))
