"""Judges a project for the CI gate: invalid reviews, stale pages, overdue reviews and action items, expired ignores."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, datetime
from pathlib import PurePosixPath
from typing import Any, NamedTuple

from pirgen.config import FILE
from pirgen.diagnostic import Severity
from pirgen.errors import HistoryMissingError, PirgenError
from pirgen.git.repository import Repository, is_nothing
from pirgen.ledger import Ledger, read_ledger
from pirgen.lint import Ignore, Result, lint, new_since
from pirgen.project import Project
from pirgen.projects import chosen
from pirgen.report import Report, Row, head_of
from pirgen.report.metrics.broken_evidence import broken_evidence
from pirgen.report.metrics.open_incidents import open_incidents
from pirgen.report.metrics.overdue_actions import overdue_actions
from pirgen.report.metrics.overdue_reviews import overdue_reviews
from pirgen.report.metrics.reviews_without_deadline import reviews_without_deadline
from pirgen.report.selection import Selection
from pirgen.report.table import Listing
from pirgen.site import Committed, Disk
from pirgen.workspace import Aside, Workspace

INVALID, STALE, OVERDUE_REVIEW, OVERDUE_ACTION, EXPIRED_IGNORE, BROKEN_EVIDENCE = KINDS = (
    "invalid",
    "stale",
    "overdue-review",
    "overdue-action",
    "expired-ignore",
    "broken-evidence",
)
FATAL = KINDS[:-1]
"""What fails a check unless it is told otherwise. Evidence of years ago may name commits that a rewrite took away."""


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
    start: str = ""
    """The commit that a branch began with; empty for none."""
    selection: Selection | None = None
    """Whose overdue action items alone are judged; None where everything is."""

    def of(self, rows: Sequence[Row]) -> list[Row]:
        """The rows that are judged; an unknown severity counts as any, and nothing without an owner is somebody's."""
        return [
            row
            for row in rows
            if (self.incidents is None or row["incident_id"] in self.incidents)
            and (self.selection is None or ("owner" in row and self.selection.has(row["owner"])))
            and (not self.severities or row["severity"] is None or row["severity"] in self.severities)
        ]

    def has_page(self, path: str) -> bool:
        """Whether a page is judged."""
        return self.incidents is None or path in self.pages or PurePosixPath(path).stem in self.incidents


class Overdue(NamedTuple):
    """The rows of one table that are overdue, and how many more are within the grace."""

    late: Sequence[Row]
    passing: int
    before: Sequence[Row] = ()
    """The rows that were overdue before. They do not fail the gate."""

    def without(self, owed: Owed) -> Overdue:
        """The same where `owed` was overdue before; what was given a later day since then is late anew."""
        late: dict[bool, list[Row]] = {False: [], True: []}
        for row in self.late:
            late[_day(row) <= owed.get(_key(row), "")].append(row)
        return self._replace(late=late[False], before=late[True])


Owed = Mapping[tuple[str, str | None], str]
"""The day by which each review (by its incident's id and None) and action item (by both ids) was due."""


class Baseline(NamedTuple):
    """The commit that the configuration names as the baseline."""

    name: str
    """The name that the configuration gives it."""
    commit: str
    day: date
    """Its day in the project's zone."""
    findings: int
    """How many errors and warnings are left out because they were there already."""


class Past(NamedTuple):
    """What was found in the history."""

    report: Report
    """What a report says of itself, without its tables."""
    files: Mapping[str, str]
    """The file of each incident's review by the incident's id, where there ever was one."""
    open: list[Row]
    """The incidents that go on; they do not fail the gate."""
    reviews: Overdue
    actions: Overdue
    undated: list[Row]
    """Missing reviews that have no deadline; they do not fail the gate."""
    broken: list[Row]
    """The done items whose evidence does not hold."""
    expired: Sequence[Ignore]
    expired_before: Sequence[Ignore] = ()
    """The ignores that had expired at the baseline. They do not fail the gate."""


class Differing(NamedTuple):
    """A page that is not current."""

    path: str
    state: str
    """`missing`, `stale` or `orphaned`."""
    source: str = ""
    """The file of its review; empty where there is none any more."""


class Outcome(NamedTuple):
    """What was found. Where history is missing, `past` is the error that says so."""

    lint: Result
    pages: tuple[Differing, ...]
    """The pages that are not current."""
    past: Past | HistoryMissingError
    baseline: Baseline | None = None

    def counts(self) -> dict[str, int]:
        """How many of each kind were found; kinds that were not found are left out."""
        found = {INVALID: self.lint.number(Severity.ERROR), STALE: len(self.pages)}
        if isinstance(self.past, Past):
            found |= {
                OVERDUE_REVIEW: len(self.past.reviews.late),
                OVERDUE_ACTION: len(self.past.actions.late),
                EXPIRED_IGNORE: len(self.past.expired),
                BROKEN_EVIDENCE: len(self.past.broken),
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
    pages = Committed(project.root, project.config, workspace, Disk(project.root), cached=cached)
    if not scope.selection:
        workspace.aside = Aside(pages.look, pages.take)
    result = lint(project.root, project.config, workspace=workspace, cached=cached)
    baseline: Baseline | None = None
    missing: HistoryMissingError | None = None
    if project.config.baseline or touched_since is not None:
        repository = Repository(project.root)
        try:
            result, baseline = since_baseline(project, repository, result)
            if touched_since is not None:
                result, scope = _narrowed(project, repository, workspace, result, scope, touched_since)
        except HistoryMissingError as error:
            missing = error
    if scope.selection:  # files have no owner
        result = result._replace(diagnostics=(), ignores=())
    differing = () if scope.selection else tuple(_differing(pages, scope))
    try:
        if missing:
            raise missing
        options: Any = {"now": now, "allow_shallow": allow_shallow, "cached": cached}
        ledger = read_ledger(project.root, project.config, as_of=as_of, **options)
        past = _past(ledger, scope, result, baseline)
        if past.reviews.late or (baseline and past.actions.late):
            owed = _owed(project, ledger, scope, baseline, options)
            past = past._replace(reviews=past.reviews.without(owed), actions=past.actions.without(owed))
    except HistoryMissingError as error:
        return Outcome(result, differing, error, baseline)
    if not (workspace.reviews or workspace.logs or ledger.incidents):
        _require_empty(project)
    return Outcome(result, differing, past, baseline)


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


def _differing(pages: Committed, scope: Scope) -> Iterator[Differing]:
    found = pages.rendering()
    for state, paths in (("missing", found.missing), ("stale", found.stale), ("orphaned", found.orphaned)):
        yield from (Differing(path, state, found.pages.get(path, "")) for path in paths if scope.has_page(path))


def _past(ledger: Ledger, scope: Scope, result: Result, baseline: Baseline | None) -> Past:
    found = head_of(ledger)
    today = found.as_of.date()
    since = baseline.day if baseline else date.min
    expired = [(ignore, ignore.until < since) for ignore in result.ignores if ignore.until and ignore.until < today]
    return Past(
        report=found,
        files={name: incident.path for name, incident in ledger.incidents.items() if incident.path},
        open=_rows(ledger, scope, open_incidents),
        reviews=_overdue(ledger, scope, overdue_reviews),
        actions=_overdue(ledger, scope, overdue_actions),
        undated=_rows(ledger, scope, reviews_without_deadline),
        broken=_rows(ledger, scope, broken_evidence),
        expired=[ignore for ignore, was in expired if not was],
        expired_before=[ignore for ignore, was in expired if was],
    )


def _rows(ledger: Ledger, scope: Scope, listing: Listing) -> list[Row]:
    return scope.of([*listing.rows(ledger, ledger.as_of)])


def _overdue(ledger: Ledger, scope: Scope, listing: Listing) -> Overdue:
    rows = _rows(ledger, scope, listing)
    late = [row for row in rows if row["days_late"] > scope.grace]
    return Overdue(late, len(rows) - len(late))


def _owed(project: Project, ledger: Ledger, scope: Scope, baseline: Baseline | None, options: Any) -> Owed:
    """The rows that were overdue at the baseline, and the reviews that would be overdue if there were no branch."""
    rows: list[Row] = []
    if scope.start:
        then = read_ledger(project.root, project.config, as_of=scope.start, **options)
        rows += overdue_reviews.rows(then, ledger.as_of)
    if baseline:
        then = read_ledger(project.root, project.config, as_of=baseline.commit, **options)
        rows += (*overdue_reviews.rows(then, then.as_of), *overdue_actions.rows(then, then.as_of))
    return {_key(row): _day(row) for row in sorted(rows, key=_day)}


def _key(row: Row) -> tuple[str, str | None]:
    return row["incident_id"], row.get("action_id")


def _day(row: Row) -> str:
    day: str = row["due"] if "due" in row else row["deadline"]
    return day


def since_baseline(project: Project, repository: Repository, result: Result) -> tuple[Result, Baseline | None]:
    """The findings that are new against the baseline, if there is one.

    Raises like `Project.baseline`.
    """
    commit = project.baseline(repository)
    if not commit:
        return result, None
    new = new_since(result, project.then(repository, commit))
    day = datetime.fromtimestamp(repository.time(commit), project.config.zone).date()
    return new, Baseline(project.config.baseline, commit, day, new.older)


def _narrowed(
    project: Project, repository: Repository, workspace: Workspace, result: Result, scope: Scope, base: str
) -> tuple[Result, Scope]:
    """The result and the scope limited to a branch: the findings that are new, and what it touches."""
    start = repository.merge_base(base, repository.head())
    touched = repository.changed(start)
    before = project.then(repository, start)
    new = new_since(result, before)
    ignores = tuple(ignore for ignore in result.ignores if ignore.file in touched)
    incidents = {name for one in (before, workspace) for name in _incidents(one, touched)}
    began = "" if is_nothing(base) else start
    return new._replace(ignores=ignores), scope._replace(incidents=incidents, pages=touched, start=began)


def _incidents(workspace: Workspace, touched: Collection[str]) -> Iterator[str]:
    """The ids of the incidents that these files are about, by their contents and their names."""
    for review in (workspace.entry(name).review for name in workspace.reviews if name in touched):
        yield from (review.incident_id, *review.covers)
    yield from (workspace.log(name).incident_id for name in workspace.logs if name in touched)
    yield from (PurePosixPath(name).stem for name in (*workspace.reviews, *workspace.logs) if name in touched)
