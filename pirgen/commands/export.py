"""pirgen export: rows for other engines."""

from __future__ import annotations

from pathlib import Path

import click

from pirgen.commands import emit, examples, no_cache
from pirgen.ledger import read_ledger
from pirgen.project import Project
from pirgen.runtime import environment
from pirgen.text.terminal import printable
from pirgen.warehouse import formats


@click.command("export", epilog=examples("export ../tables --format parquet", "export out --as-of 2025-10-31 --prose"))
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--format", "form", type=click.Choice(formats.names()), default="jsonl", help="How to write the tables.")
@click.option("--repo", metavar="NAME", help="The repository's name. Default: host/organisation/name of the remote.")
@click.option("--as-of", metavar="DATE|REV", help="Tell the state of that day's end, or of that revision.")
@click.option("--prose", is_flag=True, help="Write titles and what action items say, too.")
@click.option("--authors", is_flag=True, help="Write who made each commit, too.")
@click.option("--replace", "force", is_flag=True, help="Also replace the rows of a repository with another beginning.")
@click.option("--allow-shallow", is_flag=True, help="Export a shallow clone, whose history may be wrong.")
@no_cache
@click.pass_obj
def command(
    project: Project,
    folder: Path,
    form: str,
    repo: str | None,
    as_of: str | None,
    prose: bool,
    authors: bool,
    force: bool,
    allow_shallow: bool,
    cached: bool,
) -> None:
    """Write what git proves as typed tables, for DuckDB, Spark and other engines.

    DIR may hold the tables of many repositories. A run replaces the rows of its own, whole or not at all, and adds a
    row to the table `runs`. Without --as-of the tables are of now and include the worktree.
    """
    from pirgen.report.sections import count
    from pirgen.report.table import Older
    from pirgen.warehouse.export import export, source_of

    ledger = read_ledger(
        project.root,
        project.config,
        now=environment.now(),
        as_of=as_of,
        allow_shallow=allow_shallow,
        cached=cached and project.can_keep,
    )
    source = source_of(project.root, ledger, repo=repo, prose=prose, authors=authors)
    export(project.start / folder, source, form, force=force)
    exported = count(Older(len(ledger.incidents), len(ledger.items)))
    emit(f"{source.repo}: {exported} in {printable(str(folder))}\n")
