"""pirgen lint: check reviews."""

from __future__ import annotations

import os
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from pirgen.commands import emit, examples, hint, left_out, no_cache
from pirgen.commands._formats import Output, output_options
from pirgen.commands._piped import Piped, is_stdin, read_stdin
from pirgen.commands.rules import complete_rule
from pirgen.config import Config, InvalidConfigError
from pirgen.diagnostic import Cause, Diagnostic, Reason, Severity
from pirgen.errors import HistoryMissingError, PirgenError
from pirgen.files import SUFFIXES
from pirgen.lint import Linter, Result, lint, new_since
from pirgen.lint.rules import FORM
from pirgen.lint.rules import names as rule_names
from pirgen.project import Project
from pirgen.projects import Chosen, chosen, each
from pirgen.text.suggest import did_you_mean
from pirgen.text.terminal import printable, readable
from pirgen.workspace import Workspace

if TYPE_CHECKING:
    from pirgen.lint.fix import Mended

BASELINE = "baseline"
"""The word after --since that stands for the baseline of pirgen.yaml."""
NAMED = 3
"""How many Markdown files are named."""
CAUSES = 12
"""How many causes of one rule people are told of by --statistics."""
TO_SAY_LAST = (Reason.MISSING, Reason.VALUE)
"""What a `mapping` does not change."""


def _configured(ctx: click.Context, _: click.Parameter, file: Path | None) -> None:
    """Give the project this configuration, before another option asks for it."""
    if file is not None and isinstance(ctx.obj, Project):
        ctx.obj = Project(ctx.obj.start, config_file=file)


class Asked(NamedTuple):
    """What is asked of a run."""

    piped: Piped | None
    """The review that comes in through stdin; None where files are meant."""
    since: str | None
    diff: bool
    """Whether it is shown what would be mended, and nothing is written."""
    unsafe: bool
    advice: bool
    rules: tuple[str, ...]
    """The rules whose findings count; all where it is empty."""
    cached: bool
    shows_changes: bool
    """Whether it is told what fixes do."""

    def counts(self, found: Diagnostic) -> bool:
        """Whether a finding is told. What keeps a file from being judged always is."""
        is_asked = not self.rules or found.rule in (*self.rules, "yaml")
        return is_asked and (self.advice or found.severity is not Severity.ADVICE)

    @property
    def fixes(self) -> dict[str, Any]:
        """The arguments that say which fixes are made."""
        return {"unsafe": self.unsafe, "advice": self.advice, "rules": self.rules}


@click.command(
    "lint",
    epilog=examples("lint --fix", "lint --since main --format github", "lint - --stdin-filename pir/INC-042.yaml"),
)
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@output_options
@click.option("--since", metavar="REV", help="Show only what is new since then; `baseline` is that of pirgen.yaml.")
@click.option("--staged", is_flag=True, help="Check what is staged, not the files as they are.")
@click.option(
    "--stdin-filename", "filename", metavar="PATH", type=click.Path(path_type=Path),
    help="With `-`: the file that the text belongs into.",
)  # fmt: skip
@click.option("--fix", "mend", is_flag=True, help="Mend what can be mended safely, then check.")
@click.option("--unsafe-fixes", is_flag=True, help="With --fix or --diff: also what may not be what the author meant.")
@click.option("--diff", is_flag=True, help="Show what --fix would change, and write nothing.")
@click.option(
    "--rule", "rules", metavar="NAME", multiple=True, shell_complete=complete_rule,
    help="Tell and mend only what this rule finds; may be given several times.",
)  # fmt: skip
@click.option(
    "--config", metavar="FILE", type=click.Path(path_type=Path), is_eager=True, expose_value=False,
    callback=_configured, help="Use this file in place of each pirgen.yaml.",
)  # fmt: skip
@click.option("--statistics", is_flag=True, help="Count findings by rule and cause instead of listing them.")
@click.option("--strict", is_flag=True, help="Fail on warnings too.")
@click.option("--exit-zero", is_flag=True, help="Exit with 0 whatever is found.")
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
    filename: Path | None,
    mend: bool,
    unsafe_fixes: bool,
    diff: bool,
    rules: tuple[str, ...],
    statistics: bool,
    strict: bool,
    exit_zero: bool,
    advice: bool,
    cached: bool,
) -> None:
    """Check reviews, incident logs and the configuration.

    PATHS are files and folders; the id of an incident stands for its review and its log. Without PATHS everything is
    checked, in a repository also the projects in folders below. A file belongs to the nearest pirgen.yaml above it.
    `-` is a review on stdin; with --fix the mended text goes to stdout, and what is found to stderr. The first
    --output-file is for the first --format, and so on; what has no file goes to stdout. Exit code 1 means that there
    are errors, 2 that lint could not run.
    """
    if (mend or diff) and staged:
        raise click.UsageError("--fix and --diff work on files, --staged on the index")
    piped = read_stdin(project, filename, cached=cached) if is_stdin(paths, filename, staged=staged) else None
    output = Output(project, styles, outputs, on_stderr=bool(piped) and mend)
    asked = Asked(piped, since, diff, unsafe_fixes, advice, rules, cached, output.shows_changes)
    places = [] if piped else [place for path in paths for place in _places(project, path, staged=staged)]
    parts = [Chosen(piped.project)] if piped else chosen(project, places, staged=staged)
    with output.telling_invalid_config():
        if rules:
            _require_rules(rules, [part.project.config for part in parts])
        changed = sum(_mend(part, project, asked) for part in parts) if mend or diff else 0
        if diff:
            raise SystemExit(1 if changed and not exit_zero else 0)
        judged, failure = each(parts, project, lambda part: _judge(part, asked))
    results = {one: result for one, (result, _) in judged.items()}
    shown = {one: result.diagnostics for one, result in results.items()}
    files = sum(result.files for result in results.values())
    counted = _statistics(chain(*shown.values()), as_json=styles[-1] == "json") if statistics else None
    broken = failure.diagnostics if isinstance(failure, InvalidConfigError) else ()
    output.tell(shown, files, broken=broken, printed=counted)
    for error in (failure, *(missing for _, missing in judged.values())):
        if error:
            raise error
    if not files and not paths:
        folders = ", ".join(f"{part.seen_from(project)}{folder}/" for part in results for folder in part.config.reviews)
        hint(f"There are no reviews in {printable(folders)} yet; `pirgen new` makes one.")
    if older := sum(result.older for result in results.values()):
        hint(left_out(older, printable(str(since))))
    if not paths and not staged:
        _name_unread(results, project)
    fatal = (Severity.ERROR, Severity.WARNING) if strict else (Severity.ERROR,)
    is_bad = any(result.number(one) for result in results.values() for one in fatal)
    raise SystemExit(1 if is_bad and not exit_zero else 0)


def _require_rules(rules: Iterable[str], configs: Sequence[Config]) -> None:
    """Raise PirgenError for a rule that there is in none of these projects; say where one is off."""
    known = {*FORM, *chain(*(rule_names(config.plugins) for config in configs))}
    for name in rules:
        if name not in known:
            more = did_you_mean(name, known) or "; `pirgen rules` lists them"
            raise PirgenError(f"there is no rule `{printable(name)}`{more}")
        if all(config.rules.get(name) == "off" for config in configs):
            hint(f"The rule {name} is off in pirgen.yaml.")


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
        hint(printable(f"{told}; {cure}"))


def _judge(part: Chosen, asked: Asked) -> tuple[Result, HistoryMissingError | None]:
    """What is found in the chosen files of a project and is asked for, as by `_new`."""
    project = part.project
    if asked.piped:
        result = asked.piped.judge()
    else:
        workspace, cached = project.workspace(), asked.cached and project.can_keep
        result = lint(project.root, project.config, part.paths, workspace, cached=cached)
    result = result._replace(diagnostics=tuple(one for one in result.diagnostics if asked.counts(one)))
    result, missing = _new(project, result, asked.since)
    found: Sequence[Diagnostic] = result.diagnostics
    if asked.shows_changes and any(one.fix for one in found):
        from pirgen.lint.changes import with_changes

        found = with_changes(asked.piped.workspace if asked.piped else workspace, found)
    return result._replace(diagnostics=tuple(found)), missing


def _new(project: Project, result: Result, since: str | None) -> tuple[Result, HistoryMissingError | None]:
    """Keep only the findings that are new against a revision or the baseline; all of them where that is missing."""
    if since is None or (since == BASELINE and not project.config.baseline):
        return result, None
    from pirgen.git.repository import Repository

    repository = Repository(project.root)
    try:
        start = project.baseline(repository) if since == BASELINE else repository.start(since)
        return new_since(result, project.then(repository, start)) if result.diagnostics else result, None
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


def _mend(part: Chosen, around: Project, asked: Asked) -> int:
    """Mend the chosen reviews, or show how with --diff. Returns the number of files that change."""
    from pirgen.lint.fix import fix_files

    changed: set[str] = set()
    folder = part.project.seen_from(around)

    def tell(mended: Mended) -> None:
        name = folder + mended.before.name
        if asked.diff:
            _show(name, mended.before.data.decode(), mended.after.data.decode())
        else:
            count = f"{len(mended.fixed)} {'fix' if len(mended.fixed) == 1 else 'fixes'}"
            hint(f"{printable(name)}: {count} ({', '.join(sorted({one.rule for one in mended.fixed}))})")
        changed.add(name)

    def mend(workspace: Workspace) -> None:
        linter = Linter(workspace, cached=asked.cached and part.project.can_keep)
        for mended in fix_files(linter, part.paths, **asked.fixes):
            if not asked.diff:
                workspace.replace(mended.before, mended.after)
            tell(mended)

    if asked.piped:
        mended = asked.piped.mend(**asked.fixes)
        if not asked.diff:
            emit(mended.after.data)
        if mended.fixed:
            tell(mended)
    else:
        part.project.edit(mend)
    return len(changed)


def _show(name: str, before: str, after: str) -> None:
    from difflib import unified_diff

    lines = unified_diff(before.splitlines(), after.splitlines(), f"a/{name}", f"b/{name}", lineterm="")
    emit("".join(f"{printable(line)}\n" for line in lines))
