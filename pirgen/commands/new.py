"""pirgen new: start a review from a template."""

from __future__ import annotations

import os

import click

from pirgen.commands import emit
from pirgen.project import Project
from pirgen.runtime import environment
from pirgen.setup.new import new
from pirgen.text.terminal import printable


@click.command("new")
@click.argument("incident_id", required=False)
@click.option("--severity", help="The incident's severity. Default: its log's, else the second of the matrix.")
@click.option("--title", help="What happened, in one line. Default: its log's.")
@click.option("--date", "day", metavar="DATE", help="The day on which it began. Default: its log's, else today.")
@click.pass_obj
def command(
    project: Project, incident_id: str | None, severity: str | None, title: str | None, day: str | None
) -> None:
    """Write a draft review for INCIDENT_ID, by default the next free id, and print its path.

    What the incident's log says is taken over, its events as the timeline. The draft passes lint. Nothing that exists
    is ever overwritten.
    """
    started = new(project, incident_id, now=environment.now(), severity=severity, title=title, day=day)
    for name in started.unreadable_logs:
        click.echo(f"{printable(name)} cannot be read; `pirgen lint` says why", err=True)
    if started.written_schema:
        schema = started.written_schema.relative_to(project.root)
        click.echo(f"wrote {schema} for your editor; commit it too", err=True)
    emit(f"{os.path.relpath(started.path)}\n")
