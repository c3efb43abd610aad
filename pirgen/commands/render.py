"""pirgen render: write the reviews' pages."""

from __future__ import annotations

import click

from pirgen.commands import emit
from pirgen.project import Project
from pirgen.site import render, write
from pirgen.terminal import printable


@click.command("render")
@click.option("--check", is_flag=True, help="Write nothing; exit with 1 if a page is stale, missing or orphaned.")
@click.option("--exit-code", is_flag=True, help="Exit with 1 if a page was written or removed, as a hook needs it.")
@click.pass_obj
def command(project: Project, check: bool, exit_code: bool) -> None:
    """Render every review to a page of Markdown.

    Pages that are up to date are left alone; pages whose review is gone are removed. Only files that pirgen
    wrote are ever touched. A review that is not valid has no page: exit code 1.
    """
    result = render(project.root, project.config)
    if not check:
        write(project.root, result)
    told = (
        (result.missing, "missing" if check else "written"),
        (result.stale, "stale" if check else "updated"),
        (result.orphaned, "orphaned" if check else "removed"),
        (result.unrenderable, "not valid, see `pirgen lint`"),
    )
    for paths, word in told:
        emit("".join(f"{printable(path)}: {word}\n" for path in paths))
    changed = len(result.missing) + len(result.stale) + len(result.orphaned)
    if check:
        verdict = "run `pirgen render` and commit the pages" if changed else "all current"
    else:
        verdict = f"{changed} changed" if changed else "all were current"
    emit(f"{len(result.pages)} {'page' if len(result.pages) == 1 else 'pages'}: {verdict}\n")
    failed = result.unrenderable or (changed and (check or exit_code))
    raise SystemExit(1 if failed else 0)
