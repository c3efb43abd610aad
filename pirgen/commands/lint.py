"""pirgen lint: check reviews."""

from __future__ import annotations

from pathlib import Path

import click

from pirgen import formats
from pirgen.commands import emit, wants_colour
from pirgen.diagnostic import Severity
from pirgen.lint import lint
from pirgen.project import Project


@click.command("lint")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option("--format", "style", type=click.Choice(formats.names()), default="text", help="How to print findings.")
@click.option("--strict", is_flag=True, help="Fail on warnings too.")
@click.option("--advice", is_flag=True, help="Show advice as well.")
@click.pass_obj
def command(project: Project, paths: tuple[Path, ...], style: str, strict: bool, advice: bool) -> None:
    """Check reviews, incident logs and the configuration.

    Without PATHS everything is checked. Exit code 1 means that there are errors, 2 that lint could not run.
    """
    result = lint(project.root, project.config, [project.start / path for path in paths])
    shown = [found for found in result.diagnostics if advice or found.severity is not Severity.ADVICE]
    emit(formats.render(style, shown, result.files, wants_colour()))
    if not result.files and not paths:
        folders = ", ".join(f"{folder}/" for folder in project.config.reviews)
        click.echo(f"There are no reviews in {folders} yet; `pirgen new` makes one.", err=True)
    failing = result.count(Severity.ERROR) or (strict and result.count(Severity.WARNING))
    raise SystemExit(1 if failing else 0)
