"""pirgen duties: who has which role in an incident, and what its duties are."""

from __future__ import annotations

import json

import click

from pirgen.commands import emit
from pirgen.incidents.log_file import get
from pirgen.incidents.standing import duties, held
from pirgen.project import Project


@click.command("duties")
@click.argument("incident_id", metavar="[ID]", required=False)
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", help="How to write it.")
@click.pass_obj
def command(project: Project, incident_id: str | None, form: str) -> None:
    """Print who has which role in an incident, by default the one that is open, and what its duties are."""
    log, config = get(project, incident_id).log, project.config
    if form == "json":
        rows = [{"role": role, "holder": who, "duties": lines} for role, who, lines in held(log, config)]
        emit(json.dumps(rows, indent=2) + "\n")
        return
    emit("\n".join(duties(log, config)))
