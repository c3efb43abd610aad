"""pirgen check: the CI job."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from datetime import UTC, date, datetime
from pathlib import PurePosixPath
from typing import NamedTuple

import click

from pirgen.commands import emit, no_cache, wants_colour
from pirgen.diagnostic import Severity
from pirgen.errors import HistoryMissingError, PirgenError
from pirgen.lint import Result, formats, lint, new_since
from pirgen.project import Project
from pirgen.report import Report, Row, report
from pirgen.report.exports.table import section
from pirgen.report.sections import ACTIONS, REVIEWS, UNDATED, WITHOUT_DEADLINE, Section
from pirgen.review.duration import parse_duration
from pirgen.site import render
from pirgen.text.terminal import printable
from pirgen.workspace import Workspace

KINDS = ("invalid", "stale", "overdue-review", "overdue-action", "expired-ignore")
DAY = 86_400


@click.command("check")
@click.option("--as-of", metavar="DATE|REV", help="Judge what is overdue as of that day's end, or that revision.")
@click.option("--grace", metavar="DURATION", default="0d", help="Let what is overdue pass for so many days, as 3d.")
@click.option("--severity", "severities", metavar="P1,P2", default="", help="Judge what is overdue of these only.")
@click.option("--fail-on", metavar="KIND,…", default=",".join(KINDS), show_default=True, help="What to fail on.")
@click.option("--touched-since", metavar="BASE", help="Judge only what this branch touches, as for a pull request.")
@click.option("--allow-shallow", is_flag=True, help="Judge from a shallow clone, whose history may be wrong.")
@no_cache
@click.pass_obj
def command(
    project: Project,
    as_of: str | None,
    grace: str,
    severities: str,
    fail_on: str,
    touched_since: str | None,
    allow_shallow: bool,
    cached: bool,
) -> None:
    """Fail on invalid reviews, stale pages, overdue reviews and action items, and expired ignores.

    Exit code 1 means that something was found, 3 that history is missing (a shallow clone).
    """
    scope = Scope(_days(grace), _chosen(severities, [level.name for level in project.config.severities], "severity"))
    fatal = _chosen(fail_on, KINDS, "kind of failure")
    cached = cached and project.can_keep
    workspace = Workspace(project.root, project.config)
    result = lint(project.root, project.config, workspace=workspace, cached=cached)
    missing: HistoryMissingError | None = None
    if touched_since is not None:
        try:
            result, scope = _narrowed(project, workspace, result, scope, touched_since)
        except HistoryMissingError as error:  # what the files say is told all the same
            missing = error
    shown = [found for found in result.diagnostics if found.severity is not Severity.ADVICE]
    emit(formats.render("text", shown, result.files, wants_colour()))
    if not workspace.reviews:
        emit(f"no review in {', '.join(f'{folder}/' for folder in project.config.reviews)}\n")
    failed = [_count("invalid", result.number(Severity.ERROR), "error")]

    pages = render(project.root, project.config, workspace)
    stale = (("missing", pages.missing), ("stale", pages.stale), ("orphaned", pages.orphaned))
    lines = [f"  {printable(path)}: {word}\n" for word, paths in stale for path in paths if scope.has_page(path)]
    emit(f"\nPages that are not current: {len(lines) or 'none'}\n" + "".join(lines))
    if lines:
        emit("  run `pirgen render` and commit the pages\n")
    failed.append(_count("stale", len(lines), "page", "not current"))

    try:
        if missing:
            raise missing
        found = report(
            project.root,
            project.config,
            now=datetime.now(UTC),
            as_of=as_of,
            allow_shallow=allow_shallow,
            cached=cached,
        )
    except HistoryMissingError:
        emit("\n")
        raise
    failed += _overdue(found, scope)
    failed.append(_expired(result, found.as_of.date()))
    if undated := scope.of(found.tables["reviews_without_deadline"].rows):
        emit("\n" + section(Section(WITHOUT_DEADLINE, undated, UNDATED)))
    if found.shallow:
        emit("\nThis clone is shallow: older history is missing, so every date above may be wrong.\n")
    told = [count for count in failed if count]
    passing = [count.kind for count in told if count.kind not in fatal]
    weighed = f" ({', '.join(passing)}: shown, not failed on)" if passing else ""
    words = ", ".join(count.words for count in told)
    emit(f"\nAs of {found.as_of:%Y-%m-%d}: {words or 'nothing to complain about'}{weighed}\n")
    raise SystemExit(1 if any(count.kind in fatal for count in told) else 0)


class Scope(NamedTuple):
    """What is judged: from how many days of delay on, of which severities (none: all), and by whom touched."""

    grace: int
    severities: Collection[str]
    incidents: Collection[str] | None = None
    pages: Collection[str] = ()

    def of(self, rows: Sequence[Row]) -> list[Row]:
        """The rows that are judged; one of an unknown severity is of any."""
        return [
            row
            for row in rows
            if (self.incidents is None or row["incident_id"] in self.incidents)
            and (not self.severities or row["severity"] is None or row["severity"] in self.severities)
        ]

    def has_page(self, path: str) -> bool:
        """Whether a page is judged."""
        return self.incidents is None or path in self.pages or PurePosixPath(path).stem in self.incidents


class Count(NamedTuple):
    """How many of one kind were found, in words."""

    kind: str
    words: str


def _narrowed(project: Project, workspace: Workspace, result: Result, scope: Scope, base: str) -> tuple[Result, Scope]:
    """What a branch answers for: findings in files that it touches and new ones elsewhere, its reviews and pages."""
    from pirgen.git.repository import Repository

    repository = Repository(project.root)
    start = repository.merge_base(base, repository.head())
    touched = repository.changed(start)
    before = project.then(repository, start)
    new = set(new_since(result, lint(project.root, before.config, workspace=before)))
    kept = tuple(found for found in result.diagnostics if found.file in touched or found in new)
    ignores = tuple(ignore for ignore in result.ignores if ignore.file in touched)
    incidents = {name for one in (before, workspace) for name in _incidents(one, touched)}
    return result._replace(diagnostics=kept, ignores=ignores), scope._replace(incidents=incidents, pages=touched)


def _incidents(workspace: Workspace, touched: Collection[str]) -> Iterator[str]:
    """The incidents that these files are about, as far as the files say."""
    for review in (workspace.entry(name).review for name in workspace.reviews if name in touched):
        yield from (review.incident_id, *review.covers)
    yield from (workspace.log(name).incident_id for name in workspace.logs if name in touched)
    yield from (PurePosixPath(name).stem for name in (*workspace.reviews, *workspace.logs) if name in touched)


def _overdue(found: Report, scope: Scope) -> Iterator[Count | None]:
    for kind, title, name, columns in (
        ("overdue-review", "Overdue reviews", "overdue_reviews", REVIEWS),
        ("overdue-action", "Overdue action items", "overdue_actions", ACTIONS),
    ):
        rows = scope.of(found.tables[name].rows)
        late = [row for row in rows if row["days_late"] > scope.grace]
        emit("\n" + section(Section(title, late, columns)))
        if late and kind == "overdue-action":
            owners = Counter(row["owner"] or "nobody" for row in late)
            emit(printable(f"  by owner: {', '.join(f'{who} {count}' for who, count in owners.most_common())}") + "\n")
        if passing := len(rows) - len(late):
            emit(f"  and {passing} within the grace of {scope.grace} days\n")
        yield _count(kind, len(late), title.lower().removesuffix("s"))


def _expired(result: Result, today: date) -> Count | None:
    expired = [ignore for ignore in result.ignores if ignore.until and ignore.until < today]
    if expired:
        emit(f"\nExpired ignores: {len(expired)}\n")
    for ignore in expired:
        what = f"{ignore.file}:{ignore.span.line}: {', '.join(ignore.rules)}, until {ignore.until}"
        emit(f"  {printable(what)}: {printable(ignore.reason)}\n")
    return _count("expired-ignore", len(expired), "expired ignore")


def _count(kind: str, number: int, noun: str, what: str = "") -> Count | None:
    return Count(kind, f"{number} {noun}{'s' if number > 1 else ''} {what}".rstrip()) if number else None


def _days(text: str) -> int:
    seconds = parse_duration(text)
    if seconds is None or seconds % DAY:
        raise PirgenError(f"`{text}` is not a number of days; write --grace 3d or 1w")
    return seconds // DAY


def _chosen(text: str, known: Collection[str], what: str) -> list[str]:
    """The words of a list with commas. Raises PirgenError for one that is not known."""
    words = [word.strip() for word in text.split(",") if word.strip()]
    for word in words:
        if word not in known:
            raise PirgenError(f"`{word}` is no {what}; use {', '.join(known)}")
    return words
