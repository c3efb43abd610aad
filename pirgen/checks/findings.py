"""Makes diagnostics of what a check found, each at its file and line, for the output formats."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from functools import cached_property
from operator import attrgetter
from pathlib import PurePosixPath

from pirgen.checks import BROKEN_EVIDENCE, EXPIRED_IGNORE, INVALID, OVERDUE_ACTION, OVERDUE_REVIEW, STALE, Outcome
from pirgen.diagnostic import Diagnostic, Path, Problem, Severity, Span
from pirgen.document import Document
from pirgen.errors import PirgenError
from pirgen.lint import Ignore
from pirgen.report import Row
from pirgen.review.edits import item_path
from pirgen.workspace import Workspace

TOP = Span(1, 1, 1, 1)
MAX_TEXT = 200
"""How many characters of what is to be done are told."""


def findings(outcome: Outcome, workspace: Workspace, fatal: Collection[str]) -> list[Diagnostic]:
    """The errors are what the gate fails on, of the kinds in `fatal`. Of other kinds, and of before, it only warns.

    Their texts do not change from day to day, so that a host knows them again.
    """
    found = [one for one in outcome.lint.diagnostics if one.severity is not Severity.ADVICE]
    if INVALID not in fatal:
        found = [one._replace(severity=Severity.WARNING) for one in found]
    found += _others(outcome, workspace, fatal)
    return sorted(found, key=attrgetter("order"))


def _others(outcome: Outcome, workspace: Workspace, fatal: Collection[str]) -> Iterator[Diagnostic]:
    """The diagnostics of pages, of what is overdue and of expired ignores, which are not lint's to find."""

    def weight(kind: str) -> Severity:
        return Severity.ERROR if kind in fatal else Severity.WARNING

    for page in outcome.pages:
        problem = Problem((), f"the page {page.path} is {page.state}", "run `pirgen render` and commit the pages")
        yield _at_top(page.source or page.path, STALE, weight(STALE), problem)
    if isinstance(outcome.past, Exception):
        return
    past, places = outcome.past, _Places(workspace, outcome.past.files)
    for rows, severity in ((past.reviews.late, weight(OVERDUE_REVIEW)), (past.reviews.before, Severity.WARNING)):
        yield from (_review(row, places, severity) for row in rows)
    for rows, severity in ((past.actions.late, weight(OVERDUE_ACTION)), (past.actions.before, Severity.WARNING)):
        yield from (_action(row, places, severity) for row in rows)
    yield from (_broken(row, places, weight(BROKEN_EVIDENCE)) for row in past.broken)
    for ignores, severity in ((past.expired, weight(EXPIRED_IGNORE)), (past.expired_before, Severity.WARNING)):
        yield from (_ignore(ignore, workspace, severity) for ignore in ignores)


def _ignore(ignore: Ignore, workspace: Workspace, severity: Severity) -> Diagnostic:
    message = f"this ignore of {', '.join(ignore.rules)} expired on {ignore.until}: {ignore.reason}"
    problem = Problem((), message, "mend what it silences, or give it a later day")
    document = workspace.document(workspace.source(ignore.file))
    return document.diagnostic(ignore.span, EXPIRED_IGNORE, severity, problem)


def _review(row: Row, places: _Places, severity: Severity) -> Diagnostic:
    name = row["incident_id"]
    message = f"the review of {name} was due on {row['deadline']}: {row['reason']}"
    hint = f"`pirgen new {name}` begins it" if row["reason"] == "there is no review" else ""
    document, problem = places.of(name), Problem((), message, hint)
    if document is None:
        return _at_top(places.missing(name), OVERDUE_REVIEW, severity, problem)
    path: Path = ("status",) if isinstance(document.data, dict) else (0,)  # a log is a list of events
    return document.diagnostic(document.span(path), OVERDUE_REVIEW, severity, problem)


def _action(row: Row, places: _Places, severity: Severity) -> Diagnostic:
    name, item = row["incident_id"], row["action_id"]
    action, owner = _short(row["action"]), row["owner"] or "nobody"
    message = f"{item} of {name} was due on {row['due']} and is not done: {action} ({owner})"
    hint = f"`pirgen action done {name} {item}` says that it is, `pirgen action move` gives it another day"
    return _at_item(row, places, OVERDUE_ACTION, severity, "due", Problem((), message, hint))


def _broken(row: Row, places: _Places, severity: Severity) -> Diagnostic:
    name, item = row["incident_id"], row["action_id"]
    message = f"the evidence of {item} does not hold: {row['reason']}"
    hint = f"name the commit that did it; `pirgen evidence suggest {name} {item}` looks for it"
    return _at_item(row, places, BROKEN_EVIDENCE, severity, "evidence", Problem((), message, hint))


def _at_item(row: Row, places: _Places, kind: str, severity: Severity, key: str, problem: Problem) -> Diagnostic:
    """The diagnostic at a field of an action item, or at the top of its file where it has neither today."""
    document = places.of(row["incident_id"])
    if document is None:
        return _at_top(places.missing(row["incident_id"]), kind, severity, problem)
    path: Path
    try:
        path = (*item_path(document, row["action_id"]), key)
    except PirgenError:  # as of another day it was there
        path = ("action_items",)
    return document.diagnostic(document.span(path), kind, severity, problem._replace(path=path))


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= MAX_TEXT else f"{line[: MAX_TEXT - 1]}…"


def _at_top(file: str, kind: str, severity: Severity, problem: Problem) -> Diagnostic:
    return Diagnostic(file, TOP, kind, severity, problem.message, problem.hint)


class _Places:
    """Finds the file of an incident: its review, else its log."""

    def __init__(self, workspace: Workspace, files: Mapping[str, str]) -> None:
        self.workspace, self.files = workspace, files

    def of(self, incident_id: str) -> Document | None:
        """The document of an incident's file; None where it has none today."""
        likely = (self.files.get(incident_id, ""), *self._by_name.get(incident_id, ()))
        file = next((name for name in likely if self._id(name) == incident_id), None)
        file = file or self._by_id.get(incident_id)
        return self.workspace.document(self.workspace.source(file)) if file else None

    def missing(self, incident_id: str) -> str:
        """The file that an incident without one had, or would have."""
        return self.files.get(incident_id) or f"{self.workspace.config.reviews[0]}/{incident_id}.yaml"

    @cached_property
    def _names(self) -> dict[str, None]:
        return dict.fromkeys((*self.workspace.reviews, *self.workspace.logs))

    @cached_property
    def _by_name(self) -> Mapping[str, list[str]]:
        found: dict[str, list[str]] = {}
        for name in self._names:
            found.setdefault(PurePosixPath(name).stem, []).append(name)
        return found

    @cached_property
    def _by_id(self) -> Mapping[str, str]:
        return {self._id(name): name for name in reversed(self._names)}

    def _id(self, name: str) -> str:
        return self.workspace.incident_id(self.workspace.source(name)) if name in self._names else ""
