"""pirgen lint: check reviews."""

from __future__ import annotations

import os
from collections import Counter, defaultdict
from collections.abc import Iterable
from itertools import chain
from pathlib import Path

import click

from pirgen.commands import emit, examples, no_cache
from pirgen.commands._formats import Output, output_options
from pirgen.config import InvalidConfigError
from pirgen.diagnostic import Cause, Diagnostic, Reason, Severity
from pirgen.errors import HistoryMissingError, PirgenError
from pirgen.files import SUFFIXES
from pirgen.lint import Linter, Result, lint, new_since
from pirgen.project import Project
from pirgen.projects import Chosen, chosen, each
from pirgen.text.suggest import did_you_mean
from pirgen.text.terminal import printable, readable
from pirgen.workspace import Workspace

BASELINE = "baseline"
"""The word after --since that stands for the baseline of pirgen.yaml."""
NAMED = 3
"""How many Markdown files are named."""
CAUSES = 12
"""How many causes of one rule people are told of by --statistics."""
TO_SAY_LAST = (Reason.MISSING, Reason.VALUE)
"""What a `mapping` does not change."""


@click.command(
    "lint",
    epilog=examples("lint --fix", "lint --since main --format github", "lint --statistics pir/2025"),
)
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@output_options
@click.option("--since", metavar="REV", help="Show only what is new since then; `baseline` is that of pirgen.yaml.")
@click.option("--staged", is_flag=True, help="Check what is staged, not the files as they are.")
@click.option("--fix", "mend", is_flag=True, help="Mend what can be mended safely, then check.")
@click.option("--unsafe-fixes", is_flag=True, help="With --fix or --diff: also what may not be what the author meant.")
@click.option("--diff", is_flag=True, help="Show what --fix would change, and write nothing.")
@click.option("--statistics", is_flag=True, help="Count findings by rule and cause instead of listing them.")
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

    PATHS are files and folders; the id of an incident stands for its review and its log. Without PATHS everything is
    checked, in a repository also the projects in folders below. A file belongs to the nearest pirgen.yaml above it.
    The first --output-file is for the first --format, and so on; what has no file goes to stdout. Exit code 1 means
    that there are errors, 2 that lint could not run.
    """
    output = Output(project, styles, outputs)
    if (mend or diff) and staged:
        raise click.UsageError("--fix and --diff work on files, --staged on the index")
    places = [place for path in paths for place in _places(project, path, staged=staged)]
    parts = chosen(project, places, staged=staged)
    if mend or diff:
        changed = sum(
            _mend(part, project, unsafe_fixes, advice=advice, write_it=not diff, cached=cached) for part in parts
        )
        if diff:
            raise SystemExit(1 if changed else 0)
    with output.telling_invalid_config():
        judged, failure = each(parts, project, lambda part: _judge(part, since, cached=cached))
    results = {one: result for one, (result, _) in judged.items()}
    shown = {
        one: [found for found in result.diagnostics if advice or found.severity is not Severity.ADVICE]
        for one, result in results.items()
    }
    files = sum(result.files for result in results.values())
    counted = _statistics(chain(*shown.values()), as_json=styles[-1] == "json") if statistics else None
    broken = failure.diagnostics if isinstance(failure, InvalidConfigError) else ()
    output.tell(shown, files, broken=broken, printed=counted)
    for error in (failure, *(missing for _, missing in judged.values())):
        if error:
            raise error
    if not files and not paths:
        folders = ", ".join(f"{part.seen_from(project)}{folder}/" for part in results for folder in part.config.reviews)
        click.echo(f"There are no reviews in {folders} yet; `pirgen new` makes one.", err=True)
    if not paths and not staged:
        _name_unread(results, project)
    fatal = (Severity.ERROR, Severity.WARNING) if strict else (Severity.ERROR,)
    raise SystemExit(1 if any(result.number(one) for result in results.values() for one in fatal) else 0)


def _places(project: Project, path: Path, *, staged: bool) -> list[Path]:
    """The path that is meant, or the review and the log of the incident that is named in its place.

    Raises PirgenError where there is neither.
    """
    place = project.locate(path)
    if os.path.lexists(place) or staged or len(path.parts) != 1 or path.suffix in SUFFIXES:
        return [place]
    workspace = project.workspace()
    files = workspace.files_of(path.name)
    if not files:
        stems = (Path(name).stem for name in (*workspace.reviews, *workspace.logs))
        meant = did_you_mean(path.name, stems)
        raise PirgenError(f"{printable(str(path))}: no such file or folder, and no such incident{meant}")
    return [project.root / name for name in files]


def _name_unread(parts: Iterable[Project], around: Project) -> None:
    """Name the Markdown files among the reviews, which lint does not read."""
    names = [f"{part.seen_from(around)}{name}" for part in parts for name in part.workspace().unread]
    if names:
        more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
        does = "is Markdown" if len(names) == 1 else "are Markdown"
        told = f"{', '.join(names[:NAMED])}{more} {does}, which lint does not read"
        cure = "`pirgen adopt` makes reviews of post-mortems, `exclude` in pirgen.yaml leaves out what is none"
        click.echo(printable(f"{told}; {cure}"), err=True)


def _judge(part: Chosen, since: str | None, *, cached: bool) -> tuple[Result, HistoryMissingError | None]:
    """Lint the chosen files of a project. With `since` only new findings are returned, as by `_new`."""
    project = part.project
    workspace = project.workspace()
    result = lint(project.root, project.config, part.paths, workspace, cached=cached and project.can_keep)
    return _new(project, result, since)


def _new(project: Project, result: Result, since: str | None) -> tuple[Result, HistoryMissingError | None]:
    """Keep only the findings that are new against a revision or the baseline; all of them where that is missing."""
    if since is None or (since == BASELINE and not project.config.baseline):
        return result, None
    from pirgen.git.repository import Repository

    repository = Repository(project.root)
    try:
        start = project.baseline(repository) if since == BASELINE else repository.start(since)
        return new_since(result, project.then(repository, start)), None
    except HistoryMissingError as error:
        return result, error


def _statistics(shown: Iterable[Diagnostic], *, as_json: bool) -> str:
    """How many findings there are of each rule; of those of the schema, also of each cause."""
    found = [*shown]
    counts = Counter((one.rule, str(one.severity)) for one in found).most_common()
    causes: dict[tuple[str, str], Counter[Cause]] = defaultdict(Counter)
    files: dict[Cause, set[str]] = defaultdict(set)
    for one in found:
        if one.cause:
            causes[one.rule, str(one.severity)][one.cause] += 1
            files[one.cause].add(one.file)
    if as_json:
        import json

        rows = [{"rule": rule, "severity": severity, "count": count} for (rule, severity), count in counts]
        for row, (key, _) in zip(rows, counts, strict=True):
            if key in causes:
                row["causes"] = [
                    {"reason": cause.reason, "field": readable(cause.field), "ours": ".".join(map(str, cause.ours)),
                     "count": count, "files": len(files[cause])}
                    for cause, count in causes[key].most_common()
                ]  # fmt: skip
        return json.dumps(rows, indent=2) + "\n"
    lines = []
    for key, count in counts:
        lines.append(f"{count:6}  {key[1]:8}  {key[0]}\n")
        ranked = sorted(causes.get(key, Counter()).most_common(), key=lambda one: one[0].reason in TO_SAY_LAST)
        for cause, times in ranked[:CAUSES]:
            lines.append(printable(f"{'':18}{times:6}  {_said(cause)}") + "\n")
        if key in causes and (rest := len(causes[key]) - CAUSES) > 0:
            lines.append(f"{'':18}{'':6}  and {rest} more causes, with `--format json`\n")
    return "".join(lines) or "nothing found\n"


def _said(cause: Cause) -> str:
    ours = ".".join(map(str, cause.ours))
    words = {
        Reason.MISSING: f"`{cause.field}` is missing",
        Reason.UNKNOWN: f"`{cause.field}` is unknown: `mapping` or `custom_fields` say where it goes",
        Reason.RENAMED: f"`{cause.field}` is `{ours}`",
        Reason.VALUE: f"`{cause.field}` has another form" if cause.field else "the file has another form",
    }
    return words[cause.reason]


def _mend(part: Chosen, around: Project, unsafe: bool, *, advice: bool, write_it: bool, cached: bool) -> int:
    """Fix the chosen reviews, or show the fixes without `write_it`. Returns the number of files that change."""
    from pirgen.lint.fix import fix_files

    changed: set[str] = set()
    folder = part.project.seen_from(around)

    def mend(workspace: Workspace) -> None:
        linter = Linter(workspace, cached=cached and part.project.can_keep)
        for before, after, fixed in fix_files(linter, part.paths, unsafe=unsafe, advice=advice):
            if write_it:
                workspace.replace(before, after)
                count = f"{len(fixed)} {'fix' if len(fixed) == 1 else 'fixes'}"
                rules = ", ".join(sorted({one.rule for one in fixed}))
                click.echo(f"{printable(folder + before.name)}: {count} ({rules})", err=True)
            else:
                _show(folder + before.name, before.data.decode(), after.data.decode())
            changed.add(before.name)

    part.project.edit(mend)
    return len(changed)


def _show(name: str, before: str, after: str) -> None:
    from difflib import unified_diff

    lines = unified_diff(before.splitlines(), after.splitlines(), f"a/{name}", f"b/{name}", lineterm="")
    emit("".join(f"{printable(line)}\n" for line in lines))
