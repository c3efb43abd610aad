"""What the CI gate judges: invalid reviews, stale pages, overdue reviews and action items, expired ignores."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from pathlib import PurePosixPath
from typing import NamedTuple

from pirgen.diagnostic import Severity
from pirgen.errors import HistoryMissingError
from pirgen.lint import Ignore, Result, lint, new_since
from pirgen.project import Project
from pirgen.report import Report, Row, report
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
    """What is judged of a project."""

    grace: int = 0
    """For how many days what is overdue may pass."""
    severities: Collection[str] = ()
    """Of which severities what is overdue is judged; empty for all."""
    incidents: Collection[str] | None = None
    """The incidents that a branch touches; None for all."""
    pages: Collection[str] = ()
    """The files that a branch touches."""

    def of(self, rows: Sequence[Row]) -> list[Row]:
        """The rows of a table that are judged; one of an unknown severity is of any."""
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
    reviews: Overdue
    actions: Overdue
    undated: list[Row]
    """Reviews that are missing and have no deadline; they fail nothing."""
    expired: tuple[Ignore, ...]


class Outcome(NamedTuple):
    """What was found. Without the history it lacks what only history can tell."""

    lint: Result
    pages: tuple[tuple[str, str], ...]
    """The pages that are not current, each with what it is: missing, stale or orphaned."""
    past: Past | HistoryMissingError

    def counts(self) -> dict[str, int]:
        """How many of each kind were found, without the kinds of which there are none."""
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
    """Judge a project; with `touched_since` only what its branch touches since it left that revision.

    `now` is aware; see `report` for `as_of`. Raises PirgenError as `lint`, `render` and `report` do. Where history is
    missing, the outcome holds the error, so that what the files say is told all the same.
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
        options = {"now": now, "as_of": as_of, "allow_shallow": allow_shallow, "cached": cached}
        found = report(project.root, project.config, **options)  # type: ignore[arg-type]
    except HistoryMissingError as error:
        return Outcome(result, differing, error)
    return Outcome(result, differing, _past(found, scope, result))


def _past(found: Report, scope: Scope, result: Result) -> Past:
    today = found.as_of.date()
    return Past(
        report=found,
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
