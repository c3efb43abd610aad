"""pirgen lint: check reviews."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import click

from pirgen.commands import emit, no_cache
from pirgen.diagnostic import Diagnostic, Severity
from pirgen.files import write
from pirgen.lint import Linter, formats, lint, new_since
from pirgen.project import Project
from pirgen.runtime import environment
from pirgen.text.terminal import printable
from pirgen.workspace import Workspace


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

    Without PATHS everything is checked. The first --output-file is for the first --format, and so on; what has no
    file goes to stdout. Exit code 1 means that there are errors, 2 that lint could not run.
    """
    if len(styles) > len(outputs) + 1 or len(outputs) > len(styles):
        raise click.UsageError("give an --output-file for each --format, or for each but the last")
    cached = cached and project.can_keep
    chosen = [project.start / path for path in paths]
    if (mend or diff) and staged:
        raise click.UsageError("--fix and --diff work on files, --staged on the index")
    workspace = project.staged() if staged else project.workspace()
    if mend or diff:
        changed = _mend(workspace, chosen, unsafe_fixes, write_it=not diff, cached=cached)
        if diff:
            raise SystemExit(1 if changed else 0)
    result = lint(project.root, project.config, chosen, workspace, cached=cached)
    if since is not None:
        from pirgen.git.repository import Repository

        repository = Repository(project.root)
        then = project.then(repository, repository.start(since))
        before = lint(project.root, then.config, (), then)
        result = result._replace(diagnostics=new_since(result, before))
    shown = [found for found in result.diagnostics if advice or found.severity is not Severity.ADVICE]
    for index, style in enumerate(styles):
        told = formats.placed(style, shown, project.prefix)
        if index < len(outputs):
            write(project.start / outputs[index], formats.render(style, told, result.files, colour=False))
        elif statistics:
            emit(_statistics(shown, as_json=style == "json"))
        else:
            emit(formats.render(style, told, result.files, environment.wants_colour()))
        _sum_up(formats.overflow(style, told, result.files))
    if not result.files and not paths:
        folders = ", ".join(f"{folder}/" for folder in project.config.reviews)
        click.echo(f"There are no reviews in {folders} yet; `pirgen new` makes one.", err=True)
    failing = result.number(Severity.ERROR) or (strict and result.number(Severity.WARNING))
    raise SystemExit(1 if failing else 0)


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


def _mend(workspace: Workspace, chosen: list[Path], unsafe: bool, *, write_it: bool, cached: bool) -> int:
    """Fix the chosen reviews, or show the fixes without `write_it`. Returns the number of files that change."""
    from pirgen.lint.fix import fix_files

    changed = 0
    for before, after, fixed in fix_files(Linter(workspace, cached=cached), chosen, unsafe=unsafe):
        changed += 1
        if write_it:
            workspace.write(after)
            count = f"{len(fixed)} {'fix' if len(fixed) == 1 else 'fixes'}"
            rules = ", ".join(sorted({one.rule for one in fixed}))
            click.echo(f"{printable(before.name)}: {count} ({rules})", err=True)
        else:
            _show(before.name, before.data.decode(), after.data.decode())
    return changed


def _show(name: str, before: str, after: str) -> None:
    from difflib import unified_diff

    lines = unified_diff(before.splitlines(), after.splitlines(), f"a/{name}", f"b/{name}", lineterm="")
    emit("".join(f"{printable(line)}\n" for line in lines))
