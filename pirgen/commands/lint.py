"""pirgen lint: check reviews."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import click

from pirgen.commands import emit, no_cache
from pirgen.commands._formats import Output, output_options
from pirgen.diagnostic import Diagnostic, Severity
from pirgen.errors import HistoryMissingError
from pirgen.lint import Linter, Result, lint, new_since
from pirgen.project import Project
from pirgen.text.terminal import printable
from pirgen.workspace import Workspace

BASELINE = "baseline"
"""The word after --since that stands for the baseline of pirgen.yaml."""


@click.command("lint")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@output_options
@click.option("--since", metavar="REV", help="Show only what is new since then; `baseline` is that of pirgen.yaml.")
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
    output = Output(project, styles, outputs)
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
    result, missing = _new(project, result, since)
    shown = [found for found in result.diagnostics if advice or found.severity is not Severity.ADVICE]
    counted = _statistics(shown, as_json=styles[-1] == "json") if statistics else None
    output.tell(shown, result.files, printed=counted)
    if not result.files and not paths:
        folders = ", ".join(f"{folder}/" for folder in project.config.reviews)
        click.echo(f"There are no reviews in {folders} yet; `pirgen new` makes one.", err=True)
    if missing:
        raise missing
    failing = result.number(Severity.ERROR) or (strict and result.number(Severity.WARNING))
    raise SystemExit(1 if failing else 0)


def _new(project: Project, result: Result, since: str | None) -> tuple[Result, HistoryMissingError | None]:
    """What of a result is new against a revision or the configuration's baseline; all of it where that is missing."""
    if since is None or (since == BASELINE and not project.config.baseline):
        return result, None
    from pirgen.git.repository import Repository

    repository = Repository(project.root)
    try:
        start = project.baseline(repository) if since == BASELINE else repository.start(since)
        return new_since(result, project.then(repository, start)), None
    except HistoryMissingError as error:
        return result, error


def _statistics(shown: list[Diagnostic], *, as_json: bool) -> str:
    counts = Counter((found.rule, str(found.severity)) for found in shown)
    if as_json:
        import json

        rows = [{"rule": rule, "severity": severity, "count": n} for (rule, severity), n in counts.most_common()]
        return json.dumps(rows, indent=2) + "\n"
    lines = [f"{count:6}  {severity:8}  {rule}\n" for (rule, severity), count in counts.most_common()]
    return "".join(lines) or "nothing found\n"


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
