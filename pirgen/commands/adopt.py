"""pirgen adopt: make reviews of files in other formats."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from pirgen.commands import emit
from pirgen.files import is_below
from pirgen.importers import Adopted, State, adopt
from pirgen.project import Project
from pirgen.text.terminal import printable

EACH = 10
"""Up to how many reviews each is told with its fields; of more, the fields are counted."""
FIELDS = 12
"""How many fields are named."""


@click.command("adopt")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="Show what would be written, and write nothing.")
@click.pass_obj
def command(project: Project, paths: tuple[Path, ...], dry_run: bool) -> None:
    """Write reviews from YAML, JSON and Markdown files in other formats.

    Fields of other names become ours, by the words that pirgen knows and by `mapping` in pirgen.yaml. What has no field
    is kept as a comment, and what is missing stays missing: such a review is a draft. Mistakes in the YAML are repaired
    as `lint --fix --unsafe-fixes` does, and listed. The files are left as they are.
    Run it again after a change: it writes anew what nobody has edited, and nothing else. Exit code 1 means that a file
    was not adopted.
    """
    done = [*adopt(project, [project.locate(path) for path in paths], write_it=not dry_run)]
    emit("".join(f"{printable(line)}\n" for line in _lines(done, dry_run=dry_run)))
    among = [one.source for one in done if one.path and is_below(one.source, project.config.reviews)]
    if among and not dry_run:
        more = f" and {len(among) - 1} more" if len(among) > 1 else ""
        cure = "move what was adopted elsewhere, or name it under `exclude` in pirgen.yaml"
        click.echo(printable(f"{among[0]}{more} still among the reviews: {cure}"), err=True)
    raise SystemExit(1 if any(one.state is State.REFUSED for one in done) else 0)


def _lines(done: Sequence[Adopted], *, dry_run: bool) -> Iterator[str]:
    for one in done:
        if one.state is State.REFUSED:
            yield f"{one.source}: {one.state}: {one.why}"
        else:
            why = f": {one.why}" if one.why else ""
            yield f"{one.path}: {one.state}, from {one.source} ({one.status}){why}"
        if len(done) <= EACH and one.state in (State.WRITTEN, State.CHANGED):
            if one.missing:
                yield f"  missing: {', '.join(one.missing)}"
            if one.kept:
                yield f"  kept as comments: {', '.join(one.kept)}"
            yield from (f"  repaired: {mistake}" for mistake in one.repaired)
    fresh = [one for one in done if one.state in (State.WRITTEN, State.CHANGED)]
    kept = Counter(name for one in fresh for name in one.kept)
    if len(done) > EACH and kept:
        yield f"kept as comments: {_counted(kept)}"
        yield f"missing: {_counted(Counter(name for one in fresh for name in one.missing)) or 'nothing'}"
    repaired = {one.source: len(one.repaired) for one in fresh if one.repaired}
    if len(done) > EACH and repaired:
        yield f"mistakes in the YAML repaired: {_counted(Counter(repaired))}"
    if kept:
        yield "`mapping` in pirgen.yaml says which field of a review such a field is, `custom_fields` keeps it as it is"
    counts = Counter(one.state for one in done)
    told = ", ".join(f"{counts[state]} {state}" for state in State if counts[state])
    yield f"{len(done)} {'review' if len(done) == 1 else 'reviews'}: {told or 'none'}" + (
        "; nothing was written" if dry_run else ""
    )


def _counted(names: Counter[str]) -> str:
    more = len(names) - FIELDS
    listed = ", ".join(f"{name} ({count})" for name, count in names.most_common(FIELDS))
    return listed + (f" and {more} more" if more > 0 else "")
