"""pirgen render: write the reviews' pages."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

import click

from pirgen.commands import emit, examples, no_cache
from pirgen.config import FILE
from pirgen.errors import HistoryMissingError, PirgenError
from pirgen.project import Project
from pirgen.projects import Chosen, chosen, each
from pirgen.runtime import environment
from pirgen.site import Disk, Rendering, Site, compare, render_project, stage, write, write_all
from pirgen.text.terminal import printable
from pirgen.workspace import Workspace


@click.command("render", epilog=examples("render", "render --check", "render --staged --add"))
@click.option("--check", is_flag=True, help="Write nothing; exit with 1 if a page is stale, missing or orphaned.")
@click.option("--exit-code", is_flag=True, help="Exit with 1 if a page was written or removed, and for nothing else.")
@click.option("--staged", is_flag=True, help="Compare the staged reviews with the staged pages, and write nothing.")
@click.option("--add", is_flag=True, help="With --staged: bring the pages in git's index up to date.")
@click.option(
    "--dashboards",
    metavar="DIR",
    type=click.Path(file_okay=False, path_type=Path),
    help="Write the index, the figures and the policy there too, for a site without the plugin.",
)
@click.option("--site-url", metavar="URL", default="", help="Where DIR is on the web, so that there can be a feed.")
@click.option("--allow-shallow", is_flag=True, help="Tell figures of a shallow clone, and that they may be wrong.")
@no_cache
@click.pass_obj
def command(
    project: Project,
    check: bool,
    exit_code: bool,
    staged: bool,
    add: bool,
    dashboards: Path | None,
    site_url: str,
    allow_shallow: bool,
    cached: bool,
) -> None:
    """Render every review to a page of Markdown.

    Pages that are up to date are left alone; pages whose review is gone are removed. Only files that pirgen
    wrote are ever touched. A review that is not valid has no page: exit code 1, but for --exit-code. In a repository
    the projects in folders below are rendered too.

    With --staged the worktree does not count: exit code 1 means that the pages in the index are not those of its
    reviews. A review that is not valid is left to `pirgen lint`. --add leaves files in the worktree as they are; it
    makes one there only for a page that neither has.

    What --dashboards writes is of today and of this clone's history, so it is not for committing.
    """
    if site_url and not re.fullmatch(r"https?://[^\s<>\"]+", site_url):
        raise click.UsageError("--site-url begins with https:// or http://")
    if check and dashboards:
        raise click.UsageError("--check is about pages that are committed, --dashboards about those that are not")
    if (add and not staged) or (staged and (check or dashboards)):
        raise click.UsageError("--staged is about git's index and goes with --add, not with --check or --dashboards")
    writes = add or not (staged or check)
    parts = [Chosen(project)] if dashboards else chosen(project, staged=staged)
    results, failure = each(parts, project, lambda part: render_project(part.project, cached=cached, texts=writes))
    if not staged:
        _require_something(project, results)
    if writes:
        (stage if staged else write_all)(results)
    if dashboards:
        written = _dashboards(
            project, project.workspace(keeps_data=True), dashboards, site_url, allow_shallow=allow_shallow
        )
        write(project.root, written)
        _tell(written, "", written=True)
    changed = sum(_tell(result, one.seen_from(project), written=writes) for one, result in results.items())
    pages = sum(len(result.pages) for result in results.values())
    emit(f"{pages} {'page' if pages == 1 else 'pages'}: {_verdict(changed, written=writes, staged=staged)}\n")
    if failure:
        raise failure
    invalid = not (staged or exit_code) and any(result.unrenderable for result in results.values())
    raise SystemExit(1 if invalid or (changed and (exit_code or not writes)) else 0)


def _require_something(project: Project, results: Mapping[Project, Rendering]) -> None:
    """Raise PirgenError where nothing was read and no pirgen.yaml says that there is a project: a wrong folder."""
    for one, result in results.items():
        if result.pages or not result.is_current or (one.root / FILE).exists() or one.workspace().logs:
            return
    folders = ", ".join(f"{folder}/" for folder in project.config.reviews)
    raise PirgenError(
        f"nothing to render in {project.root}: no review in {folders}, and neither here nor in a folder below a {FILE} "
        "that git knows; run this where a project is"
    )


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
    for sentence in site.left_out(ledger, links):
        click.echo(f"pirgen: {sentence}", err=True)
    return compare(Disk(project.root), tuple(site.dashboards(ledger, links, name)), name, of_reviews=False)


def _tell(result: Rendering, folder: str, *, written: bool) -> int:
    """Print which pages of the project in `folder` differed, and return how many, without those that are not valid."""
    told = (
        (result.missing, "written" if written else "missing"),
        (result.stale, "updated" if written else "stale"),
        (result.orphaned, "removed" if written else "orphaned"),
        (result.unrenderable, "not valid, see `pirgen lint`"),
    )
    for paths, word in told:
        emit("".join(f"{printable(folder + path)}: {word}\n" for path in paths))
    return len(result.missing) + len(result.stale) + len(result.orphaned)


def _verdict(changed: int, *, written: bool, staged: bool) -> str:
    if not changed:
        return "all were current" if written else "all current"
    if staged and written:
        return f"{changed} changed in git's index; `pirgen render` does the same to the files"
    if staged:
        return "`git add` what `pirgen render` writes, or run `pirgen render --staged --add`"
    return f"{changed} changed" if written else "run `pirgen render` and commit the pages"
