"""The command line. Each command is a thin module that is imported only when it is called."""

from __future__ import annotations

import os
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import click

from pirgen.errors import PirgenError
from pirgen.project import Project
from pirgen.runtime import environment, modules
from pirgen.text.suggest import did_you_mean
from pirgen.text.terminal import printable


class Lazy(click.Group):
    """A group whose commands are the modules of this folder."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The commands, by name."""
        return modules.names(__file__)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Imports one command."""
        known = self.list_commands(ctx)
        if cmd_name not in known:
            ctx.fail(f"No such command '{cmd_name}'{did_you_mean(cmd_name, known) or '.'}")
        command = import_module(f"{__name__}.{cmd_name}").command
        assert isinstance(command, click.Command)
        return command

    def invoke(self, ctx: click.Context) -> Any:
        """Runs a command. A PirgenError or OSError ends it with its message and an exit code, without a traceback."""
        try:
            return super().invoke(ctx)
        except PirgenError as error:
            _complain(str(error))
            ctx.exit(error.exit_code)
        except OSError as error:
            _complain(f"{error.filename}: {error.strerror}" if error.filename else str(error))
            ctx.exit(PirgenError.exit_code)


def _complain(message: str) -> None:
    for line in message.splitlines():
        click.echo(f"{click.style('pirgen:', fg='red', bold=True)} {printable(line)}", err=True)


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


def emit(text: str) -> None:
    """Print text to stdout unchanged, as UTF-8 whatever the locale; a closed pipe is not an error."""
    if sys.stdout is None:  # it was closed before the start
        return
    try:
        sys.stdout.buffer.write(text.encode("utf-8", "replace"))
        sys.stdout.flush()
    except BrokenPipeError:
        sys.stdout = open(os.devnull, "w")  # noqa: PTH123, SIM115 - the rest goes nowhere, the exit code still counts
