"""pirgen new: start a review from a template."""

from __future__ import annotations

import os

import click

from pirgen.commands import TEXT, emit, examples, hint
from pirgen.errors import PirgenError
from pirgen.project import Project
from pirgen.review.milestones import USUAL
from pirgen.runtime import environment
from pirgen.setup.new import log_of, new
from pirgen.text.terminal import printable

_QUESTIONS = {
    "impact": "Who was affected, how, and how much",
    "root_cause": "Why it happened",
    "resolution": "What ended it",
}


def _ask(question: str) -> str:
    """A person's answer, on one line; empty where there is none."""
    return str(click.prompt(question, default="", show_default=False, err=True, type=TEXT)).strip()


@click.command("new", epilog=examples("new INC-042", "new --severity P2"))
@click.argument("incident_id", required=False)
@click.option("--severity", help="The incident's severity. Default: its log's, else the second of the matrix.")
@click.option("--title", help="What happened, in one line. Default: its log's.")
@click.option("--date", "day", metavar="DATE", help="The day on which it began. Default: its log's, else today.")
@click.option("--interactive", is_flag=True, help="Ask for what is missing. An empty answer leaves a placeholder.")
@click.pass_obj
def command(
    project: Project,
    incident_id: str | None,
    severity: str | None,
    title: str | None,
    day: str | None,
    interactive: bool,
) -> None:
    """Write a draft review for INCIDENT_ID, by default the next free id, and print its path.

    What the incident's log says is taken over: title, severity, impact, times, roles, cause, resolution, meeting. The
    draft passes lint. Nothing that exists is ever overwritten.
    """
    if incident_id and " " in incident_id.strip():
        cure = "write a title after --title, and leave the id out for the next free one"
        raise PirgenError(f"`{incident_id}` is no id; {cure}")
    answers: dict[str, str] = {}
    if interactive:
        incident_id = incident_id or project.next_id()
        log = log_of(project, incident_id)
        title = title or log.title or _ask("What happened, in one line")
        names = [level.name for level in project.config.severities]
        severity = severity or log.severity or _ask(f"Severity ({', '.join(names)})")
        day = day or (None if log.started else _ask("On which day (YYYY-MM-DD)"))
        for key, question in _QUESTIONS.items():
            answers[key] = log.latest(key) or _ask(question)
        for kind in USUAL if not log.milestones else ():
            answers[kind] = _ask(f"When was it {kind} (HH:MM)")
    started = new(project, incident_id, now=environment.now(), severity=severity, title=title, day=day, answers=answers)
    for name in started.unreadable_logs:
        click.echo(f"{printable(name)} cannot be read; `pirgen lint` says why", err=True)
    if started.written_schema:
        schema = started.written_schema.relative_to(project.root)
        hint(f"wrote {schema} for your editor; commit it too")
    emit(f"{os.path.relpath(started.path)}\n")
