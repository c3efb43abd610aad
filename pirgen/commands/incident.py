"""pirgen incident: the log of an incident, written while it goes on."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import PurePosixPath
from typing import Any

import click

from pirgen.commands import Group, emit, hint
from pirgen.errors import PirgenError
from pirgen.files import inside
from pirgen.incidents import runner
from pirgen.incidents.changes import changes
from pirgen.incidents.log_file import LogFile, get, ids, unreadable
from pirgen.incidents.record import Recorder, acknowledge, amend, declare, is_known, moment, record
from pirgen.incidents.standing import of_log, table, told, warnings
from pirgen.incidents.verbs import OPTIONS, VERBS, Verb
from pirgen.project import Project
from pirgen.report.columns import instant
from pirgen.review.duration import parse_duration
from pirgen.review.incident_log import ROLES, TYPES
from pirgen.review.timeline import parse_time
from pirgen.runtime import environment
from pirgen.text.suggest import did_you_mean
from pirgen.text.terminal import printable

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]


@click.group(
    "incident", cls=Group,
    words={"acknowledge": "ack", "add": "note", "comment": "note", "create": "open", "declare": "open", "log": "note",
           "new": "open", "start": "open"},
)  # fmt: skip
def command() -> None:
    """Write an incident's log while it goes on: who did what, when.

    Each verb appends one line to the log of the incident that --id names, by default of the one that is open.
    """


_ID = click.option("--id", "incident_id", metavar="ID", help="The incident. Default: the one that is open.")
_FORCE = click.option("--force", is_flag=True, help="Record it, though the order of events forbids it.")


def _recording(function: Callable[..., Any]) -> Callable[..., Any]:
    """Adds the options that every verb has."""
    for option in (
        _FORCE,
        click.option("--by", metavar="WHO", envvar="PIRGEN_BY", default="", help="Who did it. Default: $PIRGEN_BY."),
        click.option("--at", "at", metavar="TIME", help="When it happened: 14:30, 10m (ago), or a full time."),
        _ID,
    ):
        function = option(function)
    return click.pass_obj(function)


def _recorder(project: Project, incident_id: str | None, at: str | None, by: str, force: bool) -> Recorder:
    now = environment.now()
    return Recorder(project, now, incident_id, moment(at, now, project.config) if at else None, by, force)


def _told(file: LogFile, *, err: bool = False) -> None:
    """Say what was recorded last, and what makes the log doubtful."""
    line = printable(of_log(file.project, file.log, file.data[-1], environment.now()))
    if err:
        click.echo(line, err=True)
    else:
        emit(f"{line}\n")
    for warning in warnings(file.log):
        click.echo(printable(warning), err=True)
    if file.data[-1].get("kind") in ("resolved", "closed") and _needs_review(file):
        hint(f"`pirgen new {file.log.incident_id}` begins its review")


def _needs_review(file: LogFile) -> bool:
    """Whether policy wants a review of the incident, and no file is named after it yet."""
    level, reviews = file.project.config.severity(file.log.severity), file.project.workspace().reviews
    return bool(level and level.review and file.log.incident_id not in (PurePosixPath(name).stem for name in reviews))


def _begun(file: LogFile) -> None:
    """Say which log was begun, and where."""
    hint(f"wrote {printable(os.path.relpath(file.path))}; commit it, with .gitattributes")
    if not file.project.is_marked:
        click.echo("this folder has no pirgen.yaml and is in no git repository; is it the right one?", err=True)


def _severity(project: Project, given: str | None) -> str:
    """The severity that was given, else the answer to a question. Raises PirgenError where nobody can be asked."""
    names = {level.name.lower(): level.name for level in project.config.severities}
    if given is None and not environment.stdin_is_terminal():
        raise PirgenError(f"say how severe it is, with --severity and one of {', '.join(names.values())}")
    if given is None:
        for level in project.config.severities:
            click.echo(f"  {level.name}  {printable(level.criteria)}", err=True)
        given = str(click.prompt("Severity", type=click.Choice([*names.values()], case_sensitive=False), err=True))
    return names.get(given.lower(), given)


def _title(given: str) -> str:
    """The title that was given, else the answer to a question; empty where nobody can be asked."""
    return given or (
        str(click.prompt("What is wrong, in one line", err=True)) if environment.stdin_is_terminal() else ""
    )


@command.command("open")
@click.argument("title", nargs=-1)
@click.option("--severity", metavar="LEVEL", help="How bad it is.")
@click.option("--type", "kind", type=click.Choice(TYPES), help="Default: incident.")
@click.option("--impact", metavar="TEXT", default="", help=OPTIONS["impact"])
@click.option("--started", metavar="TIME", help="When it started.")
@click.option("--detected", metavar="TIME", help="When it was noticed.")
@_recording
def open_(
    project: Project, title: tuple[str, ...], severity: str | None, kind: str | None, impact: str,
    started: str | None, detected: str | None, **how: Any,
) -> None:  # fmt: skip
    """Open an incident with the next id that is free on every branch that this clone knows.

    TITLE is what is wrong, in one line.
    """
    recorder = _recorder(project, **how)
    times = {
        name: moment(written, recorder.now, project.config)
        for name, written in (("started", started), ("detected", detected))
        if written
    }
    severity = _severity(project, severity)
    file = declare(recorder, title=_title(" ".join(title)), severity=severity, type=kind or "", impact=impact, **times)
    emit(f"{printable(file.log.incident_id)}\n")
    _begun(file)


@command.command("ack")
@click.argument("text", nargs=-1)
@click.option("--oncall", metavar="WHO", default="", help="Who is on call and works on it. Default: --by.")
@click.option("--severity", metavar="LEVEL", help="How bad it is, where the incident is not open yet.")
@click.option("--title", default="", help="What is wrong, where the incident is not open yet.")
@_recording
def ack(project: Project, text: tuple[str, ...], oncall: str, severity: str | None, title: str, **how: Any) -> None:
    """Acknowledge an incident: somebody works on it. An incident without a log is opened."""
    recorder = _recorder(project, **how)
    name = recorder.incident_id
    if name and not is_known(project, name):
        if near := did_you_mean(name, ids(project)):
            raise PirgenError(f"there is no log of `{printable(name)}`{near} `pirgen incident open --id` opens another")
        severity = _severity(project, severity)
        _begun(declare(recorder, title=_title(title), severity=severity))
        severity = None
    _told(acknowledge(recorder, oncall, " ".join(text)))
    if severity:
        _told(record(recorder, _VERB["severity"], {"severity": severity}))


class _Command(click.Command):
    """A command that keeps what follows `--` apart from its arguments."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put the words after `--` aside, and read the others."""
        cut = args.index("--") if "--" in args else len(args)
        ctx.meta["run"] = args[cut + 1 :]
        return super().parse_args(ctx, args[:cut])


_VERB = {verb.name: verb for verb in VERBS}


def _option(key: str) -> Decorator:
    """The option for a field of an event."""
    if key == "role":
        return click.option("--role", type=click.Choice(ROLES), help=OPTIONS[key])
    if key == "attendees":
        return click.option("--attendee", key, metavar="WHO", multiple=True, help=OPTIONS[key])
    metavar = (_METAVARS.get(key) or "TEXT").strip("[]")
    return click.option(f"--{key.replace('_', '-')}", key, metavar=metavar, default="", help=OPTIONS[key])


def _add(verb: Verb) -> None:
    """Make a command of a verb."""

    def call(project: Project, words: tuple[str, ...], **said: Any) -> None:
        how = {key: said.pop(key) for key in ("incident_id", "at", "by", "force")}
        recorder = _recorder(project, **how)
        run: dict[str, Any] = {
            key: said.pop(key) for key in ("timeout", "keep_output", "attempt", "repo", "listing") if key in said
        }
        values = {key: list(value) if isinstance(value, tuple) else value for key, value in said.items()}
        if run.get("listing"):
            emit(_mitigations(project))
            return
        if words and not values.get(verb.argument):
            # only a text may have several words: what follows a handle, a severity or a link says more about it
            first = len(words) if verb.argument in ("text", "scheduled", "status") else 1
            values[verb.argument], words = " ".join(words[:first]), words[first:]
        if words:
            values["text"] = " ".join(words)
        if values.get("severity"):
            values["severity"] = _severity(project, str(values["severity"]))
        if "scheduled" in values:
            values["scheduled"] = _meeting(project, str(values["scheduled"]))
        if verb.runs:
            _run(recorder, verb, values, run)
        else:
            _told(record(recorder, verb, values))

    function = _recording(call)
    for key in reversed(verb.options):
        function = _option(key)(function)
    for decorate in (*(_RUN_OPTIONS if verb.runs else ()), *_MORE_OPTIONS.get(verb.name, ())):
        function = decorate(function)
    metavar = "[TEXT]" if verb.argument == "text" else _METAVARS[verb.argument]
    words = click.argument("words", nargs=-1, metavar=metavar)
    more = "\n\nWords after -- are a command: it is run, and recorded with what proves it." if verb.runs else ""
    made = click.command(verb.name, cls=_Command if verb.runs else click.Command, help=verb.help + more)
    command.add_command(made(words(function)))


_METAVARS = {
    "facilitator": "WHO", "link": "[LINK]", "scheduled": "TIME", "severity": "LEVEL", "status": "[STATUS]",
    "team": "WHO", "to": "WHO",
}  # fmt: skip
_RUN_OPTIONS: tuple[Decorator, ...] = (
    click.option("--timeout", metavar="TIME", default="10m", show_default=True, help="When the command is ended."),
    click.option("--keep-output", is_flag=True, help="Commit what it prints, without secrets and addresses."),
)
_MORE_OPTIONS: dict[str, tuple[Decorator, ...]] = {
    "mitigate": (
        click.option("--attempt", is_flag=True, help="It was tried, and whether it helps is not known yet."),
        click.option("--list", "listing", is_flag=True, help="Print the mitigations that the policy suggests."),
    ),
    "diagnostics": (click.option("--repo", multiple=True, metavar="PATH", help="A repository whose changes matter."),),
}


def _meeting(project: Project, written: str) -> str:
    at = parse_time(written, project.config.zone)
    if at is None:
        raise PirgenError(f'`{written}` is not a time; write "2025-10-06 10:00" or 2025-10-06T10:00:00Z')
    return instant(at)


def _mitigations(project: Project) -> str:
    from pirgen.report.exports.table import grid
    from pirgen.report.table import Column

    rows = [{"action": printable(one.action), "command": printable(one.command)} for one in project.config.mitigations]
    return grid((Column("action", "Action"), Column("command", "Command")), rows)


def _run(recorder: Recorder, verb: Verb, values: dict[str, Any], how: dict[str, Any]) -> None:
    """Run the command after `--`, and record it; without one, record what was done."""
    typed: list[str] = click.get_current_context().meta["run"]
    file = get(recorder.project, recorder.incident_id)
    recorder = recorder._replace(incident_id=file.log.incident_id or recorder.incident_id)
    kind = verb.failed if how.get("attempt") else ""
    if how.get("attempt"):
        values.setdefault("text", "Mitigation attempted")
    if verb.name == "diagnostics":
        values["changes"] = _changes(recorder, how["repo"])
    if not typed:
        _told(record(recorder, verb, values, kind))
        return
    target = file.path.parent / file.log.incident_id
    if how["keep_output"]:
        runner.require_redaction()
        inside(recorder.project.root, target)
    recorder.is_forced(file.log, recorder.event(kind or verb.kind, {}))
    name = runner.output_name(verb.kind, recorder.now)
    made = runner.run(typed, show=_show, folder=file.path.parent, name=f"{target.name}-{name}",
                      patterns=recorder.project.config.redaction, timeout=_timeout(how["timeout"]))  # fmt: skip
    values |= made.values()
    if made.failed:
        kind = verb.failed or kind
        reason = f"was stopped by the {made.stopped}" if made.stopped else "failed"
        values["text"] = f"The command {reason}: {made.command}"
    problem = None
    if how["keep_output"]:
        try:
            values["output"] = runner.keep(made, target / f"{name}.txt", recorder.project)
        except (OSError, PirgenError) as error:  # what was run is recorded first
            problem = error
    _told(record(recorder._replace(now=environment.now(), force=True), verb, values, kind), err=True)
    if problem:
        raise problem
    if made.failed:
        click.get_current_context().exit(1)


def _timeout(written: str) -> int:
    if seconds := parse_duration(written):
        return seconds
    raise PirgenError(f"`{written}` is not a duration; write one such as 90s or 10m")


def _changes(recorder: Recorder, repositories: tuple[str, ...]) -> list[str]:
    """The recent changes, which are printed with the addresses of the dashboards."""
    found = changes(recorder.project, recorder.now, repositories)
    for change in found or ["nothing changed in git during the last two hours"]:
        click.echo(printable(change))
    for title, url in recorder.project.config.policy.dashboards:
        click.echo(f"{printable(title)}: {printable(url)}")
    return found


def _show(chunk: bytes) -> None:
    with suppress(BrokenPipeError, AttributeError):  # nobody listens
        sys.stdout.buffer.write(chunk)
        sys.stdout.buffer.flush()


for _one in VERBS:
    _add(_one)


@command.command("amend")
@click.argument("event")
@click.argument("reason", nargs=-1)
@click.option("--time", "time", metavar="TIME", help="When it really happened.")
@click.option("--text", help="What really happened.")
@click.option("--who", help="Who really did it.")
@click.option("--kind", help="What kind of event it really was.")
@click.option("--title", help="The incident's title, for the event `declared`.")
@click.option("--severity", help="The right severity.")
@click.option("--strike", is_flag=True, help="It never happened.")
@_recording
def amend_(project: Project, event: str, reason: tuple[str, ...], strike: bool, **said: Any) -> None:
    """Correct an event by appending a correction: EVENT is its kind, or its number as `show` prints it."""
    how = {key: said.pop(key) for key in ("incident_id", "at", "by", "force")}
    recorder = _recorder(project, **how)
    time = said.pop("time")
    values = {"at": instant(moment(time, recorder.now, project.config)) if time else "", "by": said.pop("who"), **said}
    _told(amend(recorder, event, values, " ".join(reason), struck=strike))


@command.command("list")
@click.option("--all", "everything", is_flag=True, help="Those that are over, too.")
@click.option("--watch", is_flag=True, help="Draw it anew every few seconds.")
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table")
@click.pass_obj
def list_(project: Project, everything: bool, watch: bool, form: str) -> None:
    """List the open incidents: how long, acknowledged or not, what is due, who has which role."""
    import time

    while True:
        for lost in unreadable(project):
            click.echo(printable(lost), err=True)
        text = table(Project(project.start), environment.now(), everything=everything, form=form)
        if watch and environment.stdout_is_terminal():
            click.clear()
        emit(text)
        if not watch or not environment.stdout_is_terminal():
            return
        try:
            time.sleep(5)
        except KeyboardInterrupt:
            return


@command.command("show")
@click.argument("incident_id", metavar="[ID]", required=False)
@click.option("--id", "named", metavar="ID", help="The incident, as for the other verbs.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
@click.pass_obj
def show(project: Project, incident_id: str | None, named: str | None, form: str) -> None:
    """Show an incident: its clocks, who has which role and what its duties are, and all events with their numbers."""
    file = get(project, incident_id or named)
    for warning in warnings(file.log):
        click.echo(printable(warning), err=True)
    emit(told(file, environment.now(), form))
