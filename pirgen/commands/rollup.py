"""pirgen rollup: one report over many repositories."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from pirgen.commands import emit, examples, no_cache
from pirgen.files import write
from pirgen.project import Project
from pirgen.runtime import environment
from pirgen.text.terminal import printable

BY = ("repo", "severity", "owner", "service", "month", "quarter")
OF_PAGE = ("repo", "service", "owner", "quarter")
"""The groups that a page has where nobody asks for others."""
FORMATS = ("table", "json", "markdown", "slack", "html")


@click.command(
    "rollup",
    epilog=examples(
        "rollup ../tables --by repo",
        "rollup --list clones.txt --by severity",
        "rollup ../tables --by repo --format html --output-file rollup.html",
    ),
)
@click.argument("sources", metavar="SOURCE...", nargs=-1, type=click.Path())
@click.option("--list", "file", type=click.Path(path_type=Path), help="Read sources from a file, too, one a line.")
@click.option("--as-of", metavar="DATE", help="Tell clones as of that day's end; a folder tells as of its last export.")
@click.option("--by", multiple=True, type=click.Choice(BY), help="Tell the figures by this, too.")
@click.option("--min-group", type=click.IntRange(0), default=0, help="Leave out groups of fewer incidents or items.")
@click.option("--format", "form", type=click.Choice(FORMATS), default="table", help="How to write it.")
@click.option("--output-file", "output", type=click.Path(path_type=Path), help="Write there and not to stdout.")
@click.option("--allow-shallow", is_flag=True, help="Read shallow clones, whose history may be wrong.")
@no_cache
@click.pass_obj
def command(
    project: Project,
    sources: tuple[str, ...],
    file: Path | None,
    as_of: str | None,
    by: tuple[str, ...],
    min_group: int,
    form: str,
    output: Path | None,
    allow_shallow: bool,
    cached: bool,
) -> None:
    """Report over many repositories, as if they were one.

    A SOURCE is a clone, also a bare one, or a folder that `pirgen export` wrote. NAME=SOURCE says what a clone's
    repository is called. One that cannot be read is named and left out, and the exit code is 1.
    """
    from pirgen.warehouse.clones import Asked, listed, place_of
    from pirgen.warehouse.digest import RENDERERS
    from pirgen.warehouse.rollup import rollup

    places = [place_of(source, project.start) for source in sources]
    if file is not None:
        places += listed(project.locate(file))
    if not places:
        raise click.UsageError("name a clone or the folder of an export, or a --list of them")
    asked = Asked(environment.now(), as_of, allow_shallow, cached)
    found = rollup(places, asked, by=by or (OF_PAGE if form == "html" else ()), min_group=min_group)
    text = RENDERERS[form](found)
    if output and output != Path("-"):
        write(project.start / output, text, root=project.root)
    else:
        emit(text)
    for failure in found.failures:
        click.echo(f"pirgen: {printable(failure.place)} is left out: {printable(failure.reason)}", err=True)
    sys.exit(1 if found.failures else 0)
