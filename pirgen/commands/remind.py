"""pirgen remind: who is to be reminded of what."""

from __future__ import annotations

import click

from pirgen.commands import emit, examples, no_cache
from pirgen.ledger import Ledger, read_ledger
from pirgen.project import Project
from pirgen.report.period import Period, Range, read_period
from pirgen.report.reminding import EXPORTS, render
from pirgen.runtime import environment
from pirgen.text.terminal import printable


@click.command("remind", epilog=examples("remind --since yesterday", "remind --since 2025-10-06 --apply"))
@click.option("--since", required=True, metavar="DATE|TIME", help="After which moment; a day means its start.")
@click.option("--until", metavar="DATE|TIME", help="Until which moment. Default: now.")
@click.option("--format", "--export", "export", type=click.Choice(EXPORTS), default="text", help="How to write it.")
@click.option("--apply", "applies", is_flag=True, help="Comment on the issues of the items, once for each step.")
@click.option("--allow-shallow", is_flag=True, help="Read a shallow clone, whose history may be wrong.")
@no_cache
@click.pass_obj
def command(
    project: Project, since: str, until: str | None, export: str, applies: bool, allow_shallow: bool, cached: bool
) -> None:
    """Tell each owner what is due or late: the steps that fall between --since and --until.

    Steps are the due day, and 3 and 7 days after it, or what `reminders` in pirgen.yaml says. The incident commander is
    told of the review. Nothing is kept, and without --apply nothing is sent. A job that is run again for the same time
    says the same, and times that touch leave out no step and tell none twice.
    """
    ledger = read_ledger(
        project.root,
        project.config,
        now=environment.now(),
        allow_shallow=allow_shallow,
        cached=cached and project.can_keep,
    )
    if ledger.shallow:
        click.echo("pirgen: this clone is shallow, so every date may be wrong", err=True)
    period = read_period(ledger, project.root, Range(since, until))
    emit(render(export, ledger, period))
    if applies:
        _apply(project, ledger, period)


def _apply(project: Project, ledger: Ledger, period: Period) -> None:
    from pirgen.followup.place import require_allowed, tracker_of
    from pirgen.followup.reminding import remind
    from pirgen.git.repository import Repository
    from pirgen.report.remind import reminders

    tracker = tracker_of(project, Repository(project.root))
    require_allowed(tracker)
    for one in remind(tracker, ledger, reminders(ledger, period.since, period.until)):
        name = f"{one.incident_id} {one.action_id or 'review'}"
        told = f"not written: {one.why_not}" if one.why_not else f"commented on {one.issue}"
        click.echo(printable(f"{name}: {told}"), err=True)
