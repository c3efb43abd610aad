"""The command line. Each command is a thin module that is imported only when it is called."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from pirgen.errors import PirgenError
from pirgen.project import Project
from pirgen.runtime import environment, modules
from pirgen.text.suggest import did_you_mean
from pirgen.text.terminal import printable, readable

if TYPE_CHECKING:
    from pirgen.report.selection import Selection


class _Text(click.types.StringParamType):
    """Words that a person gives. Unlike the name of a file they must be UTF-8, because they are written into files."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The words; a usage error where they hold other bytes."""
        text = str(super().convert(value, param, ctx))
        if readable(text) != text:
            self.fail(f"`{readable(text)}` is not UTF-8; write it with other characters", param, ctx)
        return text


TEXT = _Text()


def _check_text(command: click.Command) -> None:
    """Make a command and those in it refuse words that are not UTF-8, but for a sentence or a command to run."""
    for parameter in command.params:
        if parameter.type is click.STRING and parameter.nargs != -1:
            parameter.type = TEXT
    for inner in getattr(command, "commands", {}).values():
        _check_text(inner)


class Lazy(click.Group):
    """A group whose commands are the modules of this folder."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The commands, by name."""
        return modules.names(__file__)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Imports one command; None for an unknown one that a shell asks about."""
        known = self.list_commands(ctx)
        if cmd_name not in known:
            if ctx.resilient_parsing:
                return None
            ctx.fail(f"No such command '{cmd_name}'{did_you_mean(cmd_name, known) or '.'}")
        command = import_module(f"{__name__}.{cmd_name}").command
        assert isinstance(command, click.Command)
        _check_text(command)
        return command

    def main(self, *args: Any, **how: Any) -> NoReturn:
        """Runs a command line and exits. Whatever goes wrong is told in a line or so, without a traceback."""
        try:
            code = super().main(*args, **{**how, "standalone_mode": False})
        except Exception as error:
            try:
                code = _told(error)
            except OSError:  # there is no place to tell it
                code = PirgenError.exit_code
            if isinstance(error, OSError):
                _hush()
        sys.exit(code)


INTERRUPTED = 130
"""The exit code of a run that was ended by Ctrl-C, as shells count it."""


def _told(error: Exception) -> int:
    """Tell what ended a run, and return the exit code."""
    if isinstance(error, PirgenError):
        _complain(str(error))
        return error.exit_code
    if isinstance(error, click.Abort):
        if isinstance(error.__cause__ or error.__context__, EOFError):
            _complain("there is nobody to answer; leave out what asks")
            return PirgenError.exit_code
        return INTERRUPTED
    if isinstance(error, click.ClickException):
        error.show()
    elif isinstance(error, BrokenPipeError):
        return 0  # who read the answer has read enough
    elif isinstance(error, OSError):
        _complain(f"{error.filename}: {error.strerror}" if error.filename else error.strerror or str(error))
    else:
        _complain(_unexpected(error))
    return PirgenError.exit_code


def _unexpected(error: Exception) -> str:
    """A line about an error that no code expects; all of it with PIRGEN_DEBUG."""
    import traceback

    from pirgen import __version__

    if environment.variable("PIRGEN_DEBUG"):
        return "".join(traceback.format_exception(error))
    said = " ".join(f"{type(error).__name__}: {error}".split())[:200]
    place = traceback.extract_tb(error.__traceback__)[-1]
    about = "".join(f" at {name}" for name in getattr(error, "__notes__", ())[:1])
    where = f"version {__version__}, {Path(place.filename).name}:{place.lineno}"
    return f"unexpected {said}{about}; please report this line ({where}); PIRGEN_DEBUG=1 shows more"


def _complain(message: str) -> None:
    for line in message.splitlines():
        click.echo(f"{click.style('pirgen:', fg='red', bold=True)} {printable(line)}", err=True)


def _hush() -> None:
    """Send the rest of stdout and stderr nowhere: what could not be written would be tried again at the end."""
    sys.stdout = sys.stderr = open(os.devnull, "w")  # noqa: PTH123, SIM115


def _version(ctx: click.Context, _: click.Parameter, wanted: bool) -> None:
    if wanted:
        from pirgen import __version__

        click.echo(f"pirgen {__version__}")
        ctx.exit()


@click.group(cls=Lazy, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "-C", "folder", default=".", metavar="DIR", help="Work in this folder; names are looked up in it first.",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
)  # fmt: skip
@click.option("--untrusted", is_flag=True, help="Refuse what the repository says of code, and files outside of it.")
@click.option("--version", is_flag=True, expose_value=False, is_eager=True, callback=_version, help="Show the version.")
@click.pass_context
def main(ctx: click.Context, folder: Path, untrusted: bool) -> None:
    """Lint, render and report post-incident reviews kept as YAML in git."""
    environment.is_trusted()  # a value that says neither stops any command
    if untrusted:
        environment.distrust()
    ctx.obj = Project(folder)


no_cache = click.option("--no-cache", "cached", flag_value=False, default=True, help="Work everything out anew.")


def whose(command: Callable[..., Any]) -> Callable[..., Any]:
    """Adds the options --owner and --team, as the arguments `owners` and `teams`."""
    owner = click.option(
        "--owner", "owners", metavar="@WHO", multiple=True,
        help="Only action items of this owner; `nobody` for those without one. May be given several times.",
    )  # fmt: skip
    team = click.option(
        "--team", "teams", metavar="NAME", multiple=True,
        help="Only action items of this team: of its handle, and of its members by `teams` in pirgen.yaml.",
    )  # fmt: skip
    return owner(team(command))


def selected(project: Project, owners: Sequence[str], teams: Sequence[str]) -> Selection | None:
    """The selection that these options make; None where neither is given.

    Raises PirgenError for a team that nobody knows.
    """
    if not owners and not teams:
        return None
    from pirgen.report.selection import selection

    return selection(owners, teams, project.config.teams, project.workspace().owners if teams else ())


def emit(text: str | bytes) -> None:
    """Print text to stdout unchanged, as UTF-8 whatever the locale; a closed pipe is not an error."""
    try:
        sys.stdout.buffer.write(text.encode("utf-8", "replace") if isinstance(text, str) else text)
        sys.stdout.flush()
    except BrokenPipeError:
        sys.stdout = open(os.devnull, "w")  # noqa: PTH123, SIM115 - the rest goes nowhere, the exit code still counts
