"""pirgen lint: check reviews."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

import click

from pirgen.commands import emit, no_cache
from pirgen.diagnostic import Diagnostic, Severity
from pirgen.files import write
from pirgen.lint import Linter, Result, formats, lint, new_since
from pirgen.project import Project
from pirgen.projects import Chosen, chosen, each
from pirgen.runtime import environment
from pirgen.text.terminal import printable


@click.command("lint")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option(
    "--format",
    "styles",
    type=click.Choice(formats.names()),
    multiple=True,
    default=["text"],
    help="How to write findings; may be given several times, with an --output-file for each but one.",
)
@click.option("--output-file", "outputs", type=click.Path(path_type=Path), multiple=True, help="Write to this file.")
@click.option("--since", metavar="REV", help="Show only what is new against that revision.")
@click.option("--staged", is_flag=True, help="Check what is staged, not the files as they are.")
@click.option("--fix", "mend", is_flag=True, help="Mend what can be mended safely, then check.")
@click.option("--unsafe-fixes", is_flag=True, help="With --fix or --diff: also what may not be what the author meant.")
@click.option("--diff", is_flag=True, help="Show what --fix would change, and write nothing.")
@click.option("--statistics", is_flag=True, help="Count findings by rule instead of listing them.")
@click.option("--strict", is_flag=True, help="Fail on warnings too.")
@click.option("--advice", is_flag=True, help="Show advice as well.")
@no_cache
@click.pass_obj
def command(
    project: Project,
    paths: tuple[Path, ...],
    styles: tuple[str, ...],
    outputs: tuple[Path, ...],
    since: str | None,
    staged: bool,
    mend: bool,
    unsafe_fixes: bool,
    diff: bool,
    statistics: bool,
    strict: bool,
    advice: bool,
    cached: bool,
) -> None:
    """Check reviews, incident logs and the configuration.

    Without PATHS everything is checked, in a repository also the projects in folders below. A file belongs to the
    nearest pirgen.yaml above it. The first --output-file is for the first --format, and so on; what has no
    file goes to stdout. Exit code 1 means that there are errors, 2 that lint could not run.
    """
    if len(styles) > len(outputs) + 1 or len(outputs) > len(styles):
        raise click.UsageError("give an --output-file for each --format, or for each but the last")
    if (mend or diff) and staged:
        raise click.UsageError("--fix and --diff work on files, --staged on the index")
    parts = chosen(project, [project.locate(path) for path in paths], staged=staged)
    if mend or diff:
        changed = sum(_mend(part, project, unsafe_fixes, write_it=not diff, cached=cached) for part in parts)
        if diff:
            raise SystemExit(1 if changed else 0)
    results, failure = each(parts, project, lambda part: _judge(part, since, cached=cached))
    files = sum(result.files for result in results.values())
    for index, style in enumerate(styles):
        found = list(_shown(style, results, project, advice=advice))
        if index < len(outputs):
            write(project.start / outputs[index], formats.render(style, found, files, colour=False))
        elif statistics:
            emit(_statistics(found, as_json=style == "json"))
        else:
            emit(formats.render(style, found, files, environment.wants_colour()))
        _sum_up(formats.overflow(style, found, files))
    if failure:
        raise failure
    if not files and not paths:
        folders = ", ".join(f"{part.seen_from(project)}{folder}/" for part in results for folder in part.config.reviews)
        click.echo(f"There are no reviews in {folders} yet; `pirgen new` makes one.", err=True)
    fatal = (Severity.ERROR, Severity.WARNING) if strict else (Severity.ERROR,)
    raise SystemExit(1 if any(result.number(one) for result in results.values() for one in fatal) else 0)


def _shown(style: str, results: Mapping[Project, Result], around: Project, *, advice: bool) -> Iterator[Diagnostic]:
    """What is told of all projects in a format, with the files' names as its readers know them."""
    for project, result in results.items():
        for found in formats.placed(style, result.diagnostics, project.prefix, project.seen_from(around)):
            if advice or found.severity is not Severity.ADVICE:
                yield found


def _judge(part: Chosen, since: str | None, *, cached: bool) -> Result:
    """What is found in the chosen files of a project, with `since` only what is new against that revision."""
    project = part.project
    workspace = project.workspace()
    result = lint(project.root, project.config, part.paths, workspace, cached=cached and project.can_keep)
    if since is None:
        return result
    from pirgen.git.repository import Repository

    repository = Repository(project.root)
    start = repository.start(since)
    if not result.diagnostics:  # nothing can be new
        return result
    then = project.then(repository, start)
    return result._replace(diagnostics=new_since(result, lint(project.root, then.config, (), then)))


def _statistics(shown: list[Diagnostic], *, as_json: bool) -> str:
    counts = Counter((found.rule, str(found.severity)) for found in shown)
    if as_json:
        import json

        rows = [{"rule": rule, "severity": severity, "count": n} for (rule, severity), n in counts.most_common()]
        return json.dumps(rows, indent=2) + "\n"
    lines = [f"{count:6}  {severity:8}  {rule}\n" for (rule, severity), count in counts.most_common()]
    return "".join(lines) or "nothing found\n"


def _sum_up(text: str) -> None:
    """Add text to the summary of a step of GitHub Actions, where there is one."""
    path = environment.variable("GITHUB_STEP_SUMMARY")
    if text and path:
        with open(path, "a", encoding="utf-8") as file:  # noqa: PTH123 - GitHub asks to append
            file.write(text)


def _mend(part: Chosen, around: Project, unsafe: bool, *, write_it: bool, cached: bool) -> int:
    """Fix the chosen reviews, or show the fixes without `write_it`. Returns the number of files that change."""
    from pirgen.lint.fix import fix_files

    changed, workspace, folder = 0, part.project.workspace(), part.project.seen_from(around)
    linter = Linter(workspace, cached=cached and part.project.can_keep)
    for before, after, fixed in fix_files(linter, part.paths, unsafe=unsafe):
        changed += 1
        if write_it:
            workspace.write(after)
            count = f"{len(fixed)} {'fix' if len(fixed) == 1 else 'fixes'}"
            rules = ", ".join(sorted({one.rule for one in fixed}))
            click.echo(f"{printable(folder + before.name)}: {count} ({rules})", err=True)
        else:
            _show(folder + before.name, before.data.decode(), after.data.decode())
    return changed


def _show(name: str, before: str, after: str) -> None:
    from difflib import unified_diff

    lines = unified_diff(before.splitlines(), after.splitlines(), f"a/{name}", f"b/{name}", lineterm="")
    emit("".join(f"{printable(line)}\n" for line in lines))
