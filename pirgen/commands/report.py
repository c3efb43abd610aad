"""pirgen report: the figures that git proves."""

from __future__ import annotations

from datetime import UTC, datetime

import click

from pirgen import exports
from pirgen.commands import emit
from pirgen.project import Project
from pirgen.report import report


@click.command("report")
@click.option("--as-of", metavar="DATE|REV", help="Tell the state of that day's end, or of that revision.")
@click.option("--from", "since", metavar="DATE", type=click.DateTime(["%Y-%m-%d"]), help="Leave out older incidents.")
@click.option("--export", type=click.Choice(exports.names()), default="table", help="How to write the report.")
@click.option("--allow-shallow", is_flag=True, help="Report from a shallow clone, and say that it may be wrong.")
@click.pass_obj
def command(project: Project, as_of: str | None, since: datetime | None, export: str, allow_shallow: bool) -> None:
    """Report completion rates, overdue action items and response times from git's history.

    Without --as-of the report is of now and includes the worktree.
    """
    result = report(
        project.root,
        project.config,
        now=datetime.now(UTC),
        as_of=as_of,
        since=since.date() if since else None,
        allow_shallow=allow_shallow,
    )
    emit(exports.render(export, result))
