"""pirgen agenda: the agenda of a review meeting, and its invitation."""

from __future__ import annotations

import click

from pirgen.commands import emit
from pirgen.incidents.agenda import agenda, invitation
from pirgen.project import Project
from pirgen.runtime import environment


@click.command("agenda")
@click.argument("incident_id", metavar="ID")
@click.option("--ics", is_flag=True, help="Print an invitation for calendars instead.")
@click.pass_obj
def command(project: Project, incident_id: str, ics: bool) -> None:
    """Print the agenda of an incident's review meeting, as Markdown.

    Each topic has what the review and the log say, and the questions that are open: milestones that are missing, action
    items without an owner, what lint finds, and what happened before.
    """
    emit(invitation(project, incident_id, environment.now()) if ics else agenda(project, incident_id))
