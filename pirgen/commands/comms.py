"""pirgen comms: a message to others about an incident."""

from __future__ import annotations

from typing import Any

import click

from pirgen.commands import emit, examples, hint
from pirgen.incidents.log_file import get
from pirgen.incidents.messages import ASKED, FORMS, MissingError, message, sent
from pirgen.incidents.record import Recorder, moment, record
from pirgen.incidents.standing import warnings
from pirgen.incidents.verbs import Verb
from pirgen.project import Project
from pirgen.runtime import environment
from pirgen.text.terminal import printable

_SENT = Verb("comms", "message", "Say that a message was sent.")


@click.command("comms", epilog=examples("comms INC-042 update"))
@click.argument("incident_id", metavar="ID")
@click.argument("name", metavar="initial|update|resolution|NAME")
@click.option("--title", help=ASKED["title"])
@click.option("--status", help=ASKED["status"])
@click.option("--impact", help=ASKED["impact"])
@click.option("--team", help=ASKED["team"])
@click.option("--root-cause", help=ASKED["root_cause"])
@click.option("--resolution", help=ASKED["resolution"])
@click.option("--format", "form", type=click.Choice(list(FORMS)), default="text", help="How to write it.")
@click.option("--record", "recorded", is_flag=True, help="Append to the log that it was sent.")
@click.option("--by", metavar="WHO", envvar="PIRGEN_BY", default="", help="Who sends it. Default: $PIRGEN_BY.")
@click.option("--at", metavar="TIME", help="With --record: when it was sent. Default: now.")
@click.pass_obj
def command(
    project: Project, /, incident_id: str, name: str, form: str, recorded: bool, by: str, at: str | None,
    **said: Any,
) -> None:  # fmt: skip
    """Print a message about an incident, filled in from its log.

    The messages are the initial one, updates, the resolution, and your own: NAME is that of a template
    messages/NAME.txt.j2 in the folder that `templates` in pirgen.yaml names. What the log does not say is asked for.
    """
    given = {key: value for key, value in said.items() if value}
    now = environment.now()
    log = get(project, incident_id).log
    for warning in warnings(log):
        click.echo(printable(warning), err=True)
    while True:
        try:
            text, values = message(project, log, name, given, now)
            break
        except MissingError as error:
            if not (environment.stdin_is_terminal() and error.can_be_asked):
                raise
            given |= {key: str(click.prompt(ASKED[key], err=True)) for key in error.keys}
    emit(FORMS[form](text, values))
    if recorded:
        recorder = Recorder(project, now, incident_id, moment(at, now, project.config) if at else None, by)
        record(recorder, _SENT, sent(name, given))
        hint(f"recorded that the {printable(name)} message was sent")
