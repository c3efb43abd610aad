"""Judges a project for the CI gate: invalid reviews, stale pages, overdue reviews and action items, expired ignores."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from pathlib import PurePosixPath
from typing import Any, NamedTuple

from pirgen.config import FILE
from pirgen.diagnostic import Severity
from pirgen.errors import HistoryMissingError, PirgenError
from pirgen.ledger import read_ledger
from pirgen.lint import Ignore, Result, lint, new_since
from pirgen.project import Project
from pirgen.projects import chosen
from pirgen.report import Report, Row, report_of
from pirgen.site import render
from pirgen.workspace import Workspace

INVALID, STALE, OVERDUE_REVIEW, OVERDUE_ACTION, EXPIRED_IGNORE = KINDS = (
    "invalid",
    "stale",
    "overdue-review",
    "overdue-action",
    "expired-ignore",
)


class Scope(NamedTuple):
    """The part of a project that is judged."""

    grace: int = 0
    """How many days something may be overdue without failing."""
    severities: Collection[str] = ()
    """The severities whose overdue reviews and action items are judged; empty for all."""
    incidents: Collection[str] | None = None
    """The incidents that a branch touches; None for all."""
    pages: Collection[str] = ()
    """The files that a branch touches."""

    def of(self, rows: Sequence[Row]) -> list[Row]:
        """The rows of a table that are judged; an unknown severity counts as any severity."""
        return [
            row
            for row in rows
            if (self.incidents is None or row["incident_id"] in self.incidents)
            and (not self.severities or row["severity"] is None or row["severity"] in self.severities)
        ]

    def has_page(self, path: str) -> bool:
        """Whether a page is judged."""
        return self.incidents is None or path in self.pages or PurePosixPath(path).stem in self.incidents


class Overdue(NamedTuple):
    """The rows of one table that are overdue, and how many more are within the grace."""

    late: list[Row]
    passing: int


class Past(NamedTuple):
    """What was found in the history."""

    report: Report
    open: list[Row]
    """The incidents that go on; they do not fail the gate."""
    reviews: Overdue
    actions: Overdue
    undated: list[Row]
    """Missing reviews that have no deadline; they do not fail the gate."""
    expired: tuple[Ignore, ...]


class Outcome(NamedTuple):
    """What was found. Where history is missing, `past` is the error that says so."""

    lint: Result
    pages: tuple[tuple[str, str], ...]
    """The pages that are not current, each with its state: missing, stale or orphaned."""
    past: Past | HistoryMissingError

    def counts(self) -> dict[str, int]:
        """How many of each kind were found; kinds that were not found are left out."""
        found = {INVALID: self.lint.number(Severity.ERROR), STALE: len(self.pages)}
        if isinstance(self.past, Past):
            found |= {
                OVERDUE_REVIEW: len(self.past.reviews.late),
                OVERDUE_ACTION: len(self.past.actions.late),
                EXPIRED_IGNORE: len(self.past.expired),
            }
        return {kind: count for kind, count in found.items() if count}


def check(
    project: Project,
    workspace: Workspace,
    scope: Scope,
    *,
    now: datetime,
    as_of: str | None = None,
    touched_since: str | None = None,
    allow_shallow: bool = False,
    cached: bool = False,
) -> Outcome:
    """Judge a project; with `touched_since` only what its branch touched since it left that revision.

    `now` is aware; see `report` for `as_of`. Raises PirgenError as `lint`, `render` and `report` do, and where there is
    nothing to judge. A missing history raises nothing: the outcome holds the error, beside what was found in the files.
    """
    result = lint(project.root, project.config, workspace=workspace, cached=cached)
    missing: HistoryMissingError | None = None
    if touched_since is not None:
        try:
            result, scope = _narrowed(project, workspace, result, scope, touched_since)
        except HistoryMissingError as error:
            missing = error
    pages = render(project.root, project.config, workspace)
    states = (("missing", pages.missing), ("stale", pages.stale), ("orphaned", pages.orphaned))
    differing = tuple((path, state) for state, paths in states for path in paths if scope.has_page(path))
    try:
        if missing:
            raise missing
        options: Any = {"now": now, "as_of": as_of, "allow_shallow": allow_shallow, "cached": cached}
        ledger = read_ledger(project.root, project.config, **options)
    except HistoryMissingError as error:
        return Outcome(result, differing, error)
    if not (workspace.reviews or workspace.logs or ledger.incidents):
        _require_empty(project)
    return Outcome(result, differing, _past(report_of(ledger), scope, result))


def _require_empty(project: Project) -> None:
    """Raise PirgenError where nothing was read, unless a new project has nothing yet: a wrong folder is no success."""
    folders = (*project.config.reviews, *project.config.incidents)
    unread = sorted(
        path.relative_to(project.root).as_posix()
        for folder in folders
        for path in (project.root / folder).glob("**/*")
        if path.is_file()
        and not path.name.startswith(".")
        and not project.config.excludes(path.relative_to(project.root).as_posix())
    )
    if (project.root / FILE).exists() and not unread:
        return
    listed = (
        f"; {', '.join(unread[:3])}{', …' if len(unread) > 3 else ''} cannot be read as YAML reviews" if unread else ""
    )
    below = [one.project.seen_from(project) for one in chosen(project) if one.project is not project]
    cure = f"; projects are in {', '.join(below)}: name one with -C" if below else ""
    raise PirgenError(
        f"nothing to check in {project.root}: no review or log in {', '.join(f'{folder}/' for folder in folders)}, and "
        f"none in the history{listed}; run this where {FILE} is, or name the folders in it{cure}"
    )


def _past(found: Report, scope: Scope, result: Result) -> Past:
    today = found.as_of.date()
    return Past(
        report=found,
        open=scope.of(found.tables["open_incidents"].rows),
        reviews=_overdue(found, scope, "overdue_reviews"),
        actions=_overdue(found, scope, "overdue_actions"),
        undated=scope.of(found.tables["reviews_without_deadline"].rows),
        expired=tuple(ignore for ignore in result.ignores if ignore.until and ignore.until < today),
    )


def _overdue(found: Report, scope: Scope, table: str) -> Overdue:
    rows = scope.of(found.tables[table].rows)
    late = [row for row in rows if row["days_late"] > scope.grace]
    return Overdue(late, len(rows) - len(late))


def _narrowed(project: Project, workspace: Workspace, result: Result, scope: Scope, base: str) -> tuple[Result, Scope]:
    """The result and the scope limited to a branch: what it touches, and new findings in other files."""
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
    """The ids of the incidents that these files are about, by their contents and their names."""
    for review in (workspace.entry(name).review for name in workspace.reviews if name in touched):
        yield from (review.incident_id, *review.covers)
    yield from (workspace.log(name).incident_id for name in workspace.logs if name in touched)
    yield from (PurePosixPath(name).stem for name in (*workspace.reviews, *workspace.logs) if name in touched)
