"""pirgen duties: who has which role in an incident, and what its duties are."""

from __future__ import annotations

import click

from pirgen.commands import emit
from pirgen.incidents.log_file import get
from pirgen.incidents.standing import duties
from pirgen.project import Project


@click.command("duties")
@click.argument("incident_id", metavar="[ID]", required=False)
@click.pass_obj
def command(project: Project, incident_id: str | None) -> None:
    """Print who has which role in an incident, by default the one that is open, and what its duties are."""
    emit("\n".join(duties(get(project, incident_id).log, project.config)))
