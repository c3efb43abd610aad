"""pirgen render: write the reviews' pages."""

from __future__ import annotations

import re
from pathlib import Path, PurePosixPath

import click

from pirgen.commands import emit
from pirgen.errors import HistoryMissingError, PirgenError
from pirgen.project import Project
from pirgen.runtime import environment
from pirgen.site import Rendering, Site, compare, render, write
from pirgen.text.terminal import printable
from pirgen.workspace import Workspace


@click.command("render")
@click.option("--check", is_flag=True, help="Write nothing; exit with 1 if a page is stale, missing or orphaned.")
@click.option("--exit-code", is_flag=True, help="Exit with 1 if a page was written or removed, as a hook needs it.")
@click.option(
    "--dashboards",
    metavar="DIR",
    type=click.Path(file_okay=False, path_type=Path),
    help="Write the index, the figures and the policy there too, for a site without the plugin.",
)
@click.option("--site-url", metavar="URL", default="", help="Where DIR is on the web, so that there can be a feed.")
@click.option("--allow-shallow", is_flag=True, help="Tell figures of a shallow clone, and that they may be wrong.")
@click.pass_obj
def command(
    project: Project, check: bool, exit_code: bool, dashboards: Path | None, site_url: str, allow_shallow: bool
) -> None:
    """Render every review to a page of Markdown.

    Pages that are up to date are left alone; pages whose review is gone are removed. Only files that pirgen
    wrote are ever touched. A review that is not valid has no page: exit code 1.

    What --dashboards writes is of today and of this clone's history, so it is not for committing.
    """
    if site_url and not re.fullmatch(r"https?://[^\s<>\"]+", site_url):
        raise click.UsageError("--site-url begins with https:// or http://")
    if check and dashboards:
        raise click.UsageError("--check is about pages that are committed, --dashboards about those that are not")
    workspace = project.workspace()
    result = render(project.root, project.config, workspace)
    if not check:
        write(project.root, result)
    if dashboards:
        written = _dashboards(project, workspace, dashboards, site_url, allow_shallow=allow_shallow)
        write(project.root, written)
        _tell(written, check=False)
    changed = _tell(result, check=check)
    if check:
        verdict = "run `pirgen render` and commit the pages" if changed else "all current"
    else:
        verdict = f"{changed} changed" if changed else "all were current"
    emit(f"{len(result.pages)} {'page' if len(result.pages) == 1 else 'pages'}: {verdict}\n")
    failed = result.unrenderable or (changed and (check or exit_code))
    raise SystemExit(1 if failed else 0)


def _dashboards(
    project: Project, workspace: Workspace, folder: Path, site_url: str, *, allow_shallow: bool
) -> Rendering:
    """The pages about all reviews, compared with what is in the folder."""
    from pirgen.ledger import Ledger, read_ledger

    place = (project.start / folder).resolve()
    if not place.is_relative_to(project.root):
        raise PirgenError(f"{folder} is outside the project, so its pages could not link to the reviews'")
    name = PurePosixPath(place.relative_to(project.root)).as_posix()
    ledger: Ledger | None = None
    try:
        ledger = read_ledger(
            project.root, project.config, now=environment.now(), allow_shallow=allow_shallow, cached=project.can_keep
        )
    except HistoryMissingError:
        raise
    except PirgenError as error:
        click.echo(f"pirgen: the figures are left out: {error}", err=True)
    links = project.links()._replace(site=f"{site_url.rstrip('/')}/" if site_url else "")
    site = Site(project.root, project.config, workspace)
    return compare(project.root, tuple(site.dashboards(ledger, links, name)), name, of_reviews=False)


def _tell(result: Rendering, *, check: bool) -> int:
    """Print which pages differed, and return how many did, without those that are not valid."""
    told = (
        (result.missing, "missing" if check else "written"),
        (result.stale, "stale" if check else "updated"),
        (result.orphaned, "orphaned" if check else "removed"),
        (result.unrenderable, "not valid, see `pirgen lint`"),
    )
    for paths, word in told:
        emit("".join(f"{printable(path)}: {word}\n" for path in paths))
    return len(result.missing) + len(result.stale) + len(result.orphaned)
