"""pirgen report: the figures that git proves."""

from __future__ import annotations

from pathlib import Path

import click

from pirgen.commands import emit, no_cache, selected, whose
from pirgen.errors import PirgenError
from pirgen.files import write
from pirgen.project import Project
from pirgen.report import dimensions, exports, report
from pirgen.review.timeline import parse_date
from pirgen.runtime import environment


@click.command("report")
@click.option("--as-of", metavar="DATE|REV", help="Tell the state of that day's end, or of that revision.")
@click.option("--from", "since", metavar="DATE", help="Leave out older incidents.")
@click.option("--by", multiple=True, type=click.Choice(dimensions()), help="Tell the figures by this, too.")
@whose
@click.option("--export", type=click.Choice(exports.names()), help="How to write the report. Default: a table.")
@click.option("--output-file", "output", type=click.Path(path_type=Path), help="Write there and not to stdout.")
@click.option("--allow-shallow", is_flag=True, help="Report from a shallow clone, and say that it may be wrong.")
@no_cache
@click.pass_obj
def command(
    project: Project,
    as_of: str | None,
    since: str | None,
    by: tuple[str, ...],
    owners: tuple[str, ...],
    teams: tuple[str, ...],
    export: str | None,
    output: Path | None,
    allow_shallow: bool,
    cached: bool,
) -> None:
    """Report completion rates, overdue action items and response times from git's history.

    Without --as-of the report is of now and includes the worktree. With --owner or --team it is about the action items
    of these alone: response times, reviews and open incidents have no owner and are left out.
    """
    start = parse_date(since) if since is not None else None
    if since is not None and start is None:
        raise PirgenError(f"`{since}` is not a date; write --from YYYY-MM-DD")
    result = report(
        project.root,
        project.config,
        now=environment.now(),
        as_of=as_of,
        since=start,
        by=by,
        selection=selected(project, owners, teams),
        allow_shallow=allow_shallow,
        cached=cached and project.can_keep,
    )
    if start and start > result.as_of.date():
        raise PirgenError(f"--from {start} is after {result.as_of.date()}, the day of the report")
    if result.shallow:
        click.echo("pirgen: this clone is shallow, so every date and figure may be wrong", err=True)
    text = exports.render(export or _table(to_terminal=output is None and environment.stdout_is_terminal()), result)
    if output and output != Path("-"):
        write(project.start / output, text, root=project.root)
    else:
        emit(text)


def _table(*, to_terminal: bool) -> str:
    """The export for a table: `pretty` for a terminal where rich is installed, else `table`."""
    if not to_terminal:
        return "table"
    from pirgen.report.exports.pretty import is_available

    return "pretty" if is_available() else "table"
