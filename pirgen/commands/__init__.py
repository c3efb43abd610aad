"""The command line. Each command is a thin module that is imported only when it is called."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NoReturn

import click

from pirgen.errors import PirgenError
from pirgen.project import Project
from pirgen.runtime import environment, modules
from pirgen.text.suggest import did_you_mean
from pirgen.text.terminal import printable, readable

if TYPE_CHECKING:
    from pirgen.report.selection import Selection
    from pirgen.runtime.plugins import Plugin

    Choice = click.Choice[str]
else:
    Choice = click.Choice  # it is generic from click 8.2 on


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


class Pluggable(Choice):
    """The names of a plural folder: ours, and those that the plugins of the project add."""

    def __init__(self, names: Callable[[Sequence[Plugin]], list[str]]) -> None:
        super().__init__(names(()))
        self._names = names

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The name; a usage error for one that neither pirgen nor a plugin has. Raises PirgenError as `config` does."""
        if value in self.choices or ctx is None or not isinstance(ctx.obj, Project):
            return super().convert(value, param, ctx)
        return click.Choice(self._names(ctx.obj.config.plugins)).convert(value, param, ctx)


def _colour(ctx: click.Context, _: click.Parameter, value: str | None) -> None:
    if value:
        environment.tell(colour=value)
        ctx.color = {"always": True, "never": False}.get(value)


def _voice(_: click.Context, __: click.Parameter, value: int | None) -> None:
    environment.tell(voice=value)


class _Anywhere(click.Option):
    """An option that stands before a command or after it; a command's own help does not repeat it."""

    in_help = True

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        """The name and the help; None where it is not repeated."""
        return super().get_help_record(ctx) if self.in_help else None


def _everywhere() -> list[_Anywhere]:
    how: Any = {"expose_value": False, "is_eager": True, "default": None}
    voice = {**how, "callback": _voice}
    return [
        _Anywhere(["--color", "--colour"], type=click.Choice(environment.COLOURS), callback=_colour,
                  metavar="WHEN", help="Colour output `always`, `never`, or on a terminal (`auto`).", **how),
        _Anywhere(["-q", "--quiet"], flag_value=environment.QUIET, help="Tell only the answer.", **voice),
        _Anywhere(["-v", "--verbose"], flag_value=environment.VERBOSE, help="Tell what is done, too.", **voice),
    ]  # fmt: skip


def _add_everywhere(command: click.Command) -> None:
    """Let a command and those in it take the options that stand anywhere, but for those whose names they use."""
    if isinstance(command, click.Group):
        for inner in command.commands.values():
            _add_everywhere(inner)
        return
    taken = {name for parameter in command.params for name in parameter.opts}
    for option in _everywhere():
        if taken.isdisjoint(option.opts):
            option.in_help = False
            command.params.append(option)


class Group(click.Group):
    """A group whose help tells of each command in a whole sentence, and that says what an unknown one may mean.

    `words` are what other programs call its commands.
    """

    def __init__(self, *args: Any, words: Mapping[str, str] = MappingProxyType({}), **more: Any) -> None:
        super().__init__(*args, **more)
        self.words = words

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """A command; None for an unknown one that a shell asks about. Raises click.UsageError for any other."""
        known = self.list_commands(ctx)
        if cmd_name not in known and not ctx.resilient_parsing:
            word = self.words.get(cmd_name)
            meant = f"; did you mean {word}?" if word else did_you_mean(cmd_name, known)
            ctx.fail(f"No such command '{cmd_name}'{meant or '.'}")
        return self._command(cmd_name) if cmd_name in known else None

    def _command(self, name: str) -> click.Command:
        """The command of this name, which there is."""
        return self.commands[name]

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Writes the commands, each with the first sentence of its help as a whole."""
        rows = []
        for name in self.list_commands(ctx):
            command = self.get_command(ctx, name)
            assert command
            rows.append((name, re.split(r"(?<=\.)\s", " ".join((command.help or "").split()), maxsplit=1)[0]))
        with formatter.section("Commands"):
            formatter.write_dl(rows)


class Lazy(Group):
    """A group whose commands are the modules of this folder."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The commands, by name."""
        return modules.names(__file__)

    def _command(self, name: str) -> click.Command:
        """Imports one command."""
        command = import_module(f"{__name__}.{name}").command
        assert isinstance(command, click.Command)
        _check_text(command)
        _add_everywhere(command)
        return command

    def main(self, *args: Any, **how: Any) -> NoReturn:
        """Runs a command line and exits. Whatever goes wrong is told in a line or so, without a traceback."""
        environment.tell("auto", environment.NORMAL)
        try:
            code = super().main(*args, **{**how, "standalone_mode": False})
        except (Exception, SystemExit) as error:
            if isinstance(error, SystemExit) and not _blamed(error):
                raise
            try:
                code = _told(error)
            except OSError:  # there is no place to tell it
                code = PirgenError.exit_code
            if isinstance(error, OSError):
                _hush()
        sys.exit(code)


INTERRUPTED = 130
"""The exit code of a run that was ended by Ctrl-C, as shells count it."""


def _blamed(error: BaseException) -> str:
    """A sentence about the plugin that an error came from; empty where it came from none."""
    plugins = sys.modules.get("pirgen.runtime.plugins")
    return plugins.blame(error) if plugins else ""


def _told(error: Exception | SystemExit) -> int:
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
    elif said := _blamed(error):
        _complain(said)
    elif isinstance(error, OSError):
        _complain(f"{error.filename}: {error.strerror}" if error.filename else error.strerror or str(error))
    elif isinstance(error, Exception):
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
    colour = environment.wants_colour(on_stderr=True)
    for line in message.splitlines():
        click.echo(f"{click.style('pirgen:', fg='red', bold=True)} {printable(line)}", err=True, color=colour)


def _hush() -> None:
    """Send the rest of stdout and stderr nowhere: what could not be written would be tried again at the end."""
    sys.stdout = sys.stderr = open(os.devnull, "w")  # noqa: PTH123, SIM115


def _version(ctx: click.Context, _: click.Parameter, wanted: bool) -> None:
    if wanted:
        from pirgen import __version__

        click.echo(f"pirgen {__version__}")
        ctx.exit()


WORDS = {
    "actions": "action list", "build": "render", "create": "new", "fix": "lint --fix", "generate": "render",
    "import": "adopt", "metrics": "report", "overdue": "action list", "stats": "report", "validate": "lint",
}  # fmt: skip
"""The words of other programs, each with the command of ours that it may mean."""


@click.group(cls=Lazy, words=WORDS, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "-C", "folder", default=".", metavar="DIR", help="Work in this folder; names are looked up in it first.",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
)  # fmt: skip
@click.option("--untrusted", is_flag=True, help="Refuse what the repository says of code, and files outside of it.")
@click.option(
    "-V", "--version", is_flag=True, expose_value=False, is_eager=True, callback=_version, help="Show the version."
)
@click.pass_context
def main(ctx: click.Context, folder: Path, untrusted: bool) -> None:
    """Lint, render and report post-incident reviews kept as YAML in git."""
    environment.is_trusted()  # a value that says neither stops any command
    if untrusted:
        environment.distrust()
    ctx.obj = Project(folder)


main.params += _everywhere()


no_cache = click.option("--no-cache", "cached", flag_value=False, default=True, help="Work everything out anew.")


def examples(*lines: str) -> str:
    """The end of a command's help; the lines are without the program's name."""
    return "\b\n" + "\n".join(["Examples:", *(f"  pirgen {line}" for line in lines)])


def project_of(ctx: click.Context) -> Project:
    """The project that a command line is about, while a shell completes it."""
    return Project(ctx.find_root().params["folder"])


def complete_owner(ctx: click.Context, _: click.Parameter, begun: str) -> list[str]:
    """The owners that pirgen.yaml and CODEOWNERS name; none where anything is wrong."""
    with suppress(Exception):
        return sorted(one for one in project_of(ctx).workspace().owners if one.startswith(begun.lower()))
    return []


def whose(command: Callable[..., Any]) -> Callable[..., Any]:
    """Adds the options --owner and --team, as the arguments `owners` and `teams`."""
    owner = click.option(
        "--owner", "owners", metavar="@WHO", multiple=True, shell_complete=complete_owner,
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


def left_out(count: int, place: str) -> str:
    """The sentence about findings that are not told because they were there at `place`, which is printable text."""
    return f"{count} more {'was' if count == 1 else 'were'} there at {place} already; `pirgen lint` tells everything"


def hint(text: str) -> None:
    """Say on stderr what to do next, unless only answers are wanted; `text` is printable."""
    if environment.voice() > environment.QUIET:
        click.echo(text, err=True)


def emit(text: str | bytes, *, on_stderr: bool = False) -> None:
    """Print text to stdout, or else stderr, unchanged, as UTF-8 whatever the locale; a closed pipe is not an error."""
    name = "stderr" if on_stderr else "stdout"
    stream = getattr(sys, name)
    try:
        stream.buffer.write(text.encode("utf-8", "replace") if isinstance(text, str) else text)
        stream.flush()
    except BrokenPipeError:
        setattr(sys, name, open(os.devnull, "w"))  # noqa: PTH123, SIM115 - the rest goes nowhere, the exit code still counts
