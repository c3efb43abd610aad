"""pirgen report: the figures that git proves."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from pirgen.commands import Pluggable, emit, examples, no_cache, selected, whose
from pirgen.errors import PirgenError
from pirgen.files import write
from pirgen.ledger import read_ledger
from pirgen.project import Project
from pirgen.report import dimensions, exports, overview, report_of
from pirgen.report.period import Range, read_period
from pirgen.report.story import story
from pirgen.review.timeline import parse_date
from pirgen.runtime import environment


@click.command(
    "report",
    epilog=examples(
        "report --brief", "report --since 2025-10-01 --export markdown", "report --by severity --as-of 2025-09-30"
    ),
)
@click.option("--as-of", metavar="DATE|REV", help="Tell the state of that day's end, or of that revision.")
@click.option("--from", "since", metavar="DATE", help="Leave out older incidents.")
@click.option(
    "--since", "begin", metavar="DATE|REV|TAG", help="Tell what happened since then: a day's start, a commit."
)
@click.option("--until", "end", metavar="DATE|REV|TAG", help="End that story there. Default: now.")
@click.option("--by", multiple=True, type=click.Choice(dimensions()), help="Tell the figures by this, too.")
@whose
@click.option(
    "--format",
    "--export",
    "export",
    type=Pluggable(exports.names),
    metavar="NAME",
    help=f"How to write all of it: {', '.join(exports.names())}. Default: an overview.",
)
@click.option("--brief", is_flag=True, help="Tell only what is open, overdue and due.")
@click.option("--all", "whole", is_flag=True, help="List everything, as `--export table` does.")
@click.option("--output-file", "output", type=click.Path(path_type=Path), help="Write there and not to stdout.")
@click.option("--allow-shallow", is_flag=True, help="Report from a shallow clone, and say that it may be wrong.")
@no_cache
@click.pass_obj
def command(
    project: Project,
    as_of: str | None,
    since: str | None,
    begin: str | None,
    end: str | None,
    by: tuple[str, ...],
    owners: tuple[str, ...],
    teams: tuple[str, ...],
    export: str | None,
    brief: bool,
    whole: bool,
    output: Path | None,
    allow_shallow: bool,
    cached: bool,
) -> None:
    """Report completion rates, overdue action items and response times from git's history.

    It begins with what is open, overdue and due. Without --as-of the report is of now and includes the worktree. With
    --owner or --team it is about the action items of these alone: response times, reviews and open incidents have no
    owner and are left out. With --since it tells what happened instead, and what is due in the next week, by owner.
    """
    if brief + whole + (export is not None) > 1:
        raise click.UsageError("--brief, --all and --export exclude each other")
    if end is not None and begin is None:
        raise click.UsageError("--until ends what --since begins; add --since")
    if begin is not None and (as_of is not None or by or brief or whole):
        raise click.UsageError("--since tells a period's story; leave out --as-of, --by, --brief and --all")
    start = _start(since)
    now, is_kept = environment.now(), cached and project.can_keep
    ledger = read_ledger(
        project.root, project.config, now=now, as_of=as_of, allow_shallow=allow_shallow, cached=is_kept
    )
    selection = selected(project, owners, teams)
    period = None if begin is None else read_period(ledger, project.root, Range(begin, end))
    result = report_of(ledger, since=start, by=by, selection=selection, period=period)
    if start and start > result.as_of.date():
        raise PirgenError(f"--from {start} is after {result.as_of.date()}, the day of the report")
    if result.shallow:
        click.echo("pirgen: this clone is shallow, so every date and figure may be wrong", err=True)
    is_for_person = output is None and environment.wants_colour()
    if whole or (begin is not None and export is None):
        export = "pretty" if is_for_person else "table"
    if export:
        text = exports.render(export, result, project.config.plugins)
    else:
        week = story(ledger, ledger.as_of - overview.RECENT)
        recent = week.of(selection) if selection else week
        text = overview.render(result, recent, environment.columns(), brief=brief, colour=is_for_person)
    if output and output != Path("-"):
        write(project.start / output, text, root=project.root)
    else:
        emit(text)


def _start(since: str | None) -> date | None:
    """The day of --from; raises PirgenError where it is none."""
    day = parse_date(since) if since is not None else None
    if since is not None and day is None:
        raise PirgenError(f"`{since}` is not a date; write --from YYYY-MM-DD")
    return day
