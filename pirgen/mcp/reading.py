"""What an agent may ask: each tool is a function of a project and values that returns plain data."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import PurePosixPath
from typing import Any

from pirgen.diagnostic import Severity
from pirgen.errors import PirgenError
from pirgen.files import Source, is_inside, top_of
from pirgen.lint import formats, lint, rules
from pirgen.project import Project
from pirgen.review.related import Relations
from pirgen.runtime import environment
from pirgen.text.suggest import did_you_mean
from pirgen.workspace import Workspace

MOST = 100
"""How many rows an answer has where nobody says how many."""


def reviews(project: Project, words: str = "", most: int = MOST) -> Any:
    """List the reviews, the last ids first: file, id, title, severity, date, status.

    With words only those whose text has each of them, whatever their case.
    """
    workspace, wanted = project.workspace(), words.casefold().split()
    names = [name for name in reversed(workspace.reviews) if is_own(project, name)]
    if wanted:
        texts = ((name, workspace.source(name).data.decode(errors="replace").casefold()) for name in names)
        names = [name for name, text in texts if all(word in text for word in wanted)]
    found = _first(names, most)
    return {**found, "rows": [_row(workspace, name) for name in found["rows"]]}


def _row(workspace: Workspace, name: str) -> dict[str, Any]:
    entry = workspace.entry(name)
    if not entry.is_valid:
        return {"file": name, "problem": "not valid; ask lint about it"}
    said = entry.review
    row = {"incident_id": said.incident_id, "title": said.title, "severity": said.severity, "status": said.status}
    return {"file": name, **row, "date": str(said.date or ""), "services": said.services, "tags": said.tags}


def review(project: Project, file: str) -> Any:
    """The text of one review or incident log, by its file or its incident id."""
    source = source_of(project, file)
    return {"file": source.name, "text": text_of(source)}


def findings(project: Project, files: Sequence[str] = (), advice: bool = False, most: int = MOST) -> Any:
    """Find what is wrong in reviews, incident logs and the configuration: file, line, column, rule, message, hint.

    Without files everything is checked. Errors make a review invalid, warnings do not.
    """
    paths = [project.root / source_of(project, file).name for file in files]
    found = lint(project.root, project.config, paths, cached=project.can_keep)
    shown = [one for one in found.diagnostics if advice or one.severity is not Severity.ADVICE]
    rows = json.loads(formats.render("json", shown, found.files, colour=False))
    return {"files_checked": found.files, "errors": found.number(Severity.ERROR), **_first(rows, most)}


def explain(project: Project, rule: str = "") -> Any:
    """Explain a rule: why it is there, a bad and a good example. Without a name, list all rules."""
    known = {one.name: one for one in rules.load(project.config.plugins)}
    if not rule:
        return {name: one.summary for name, one in known.items()}
    if rule not in known:
        raise PirgenError(f"there is no rule `{rule}`{did_you_mean(rule, known)}")
    weight = project.config.rules.get(rule, known[rule].severity)
    return {"name": rule, "severity": str(weight), "documentation": known[rule].doc}


def figures(
    project: Project, as_of: str = "", since: str = "", by: Sequence[str] = (), table: str = "", most: int = MOST
) -> Any:
    """The figures that git's history proves: rates, mean times, what is overdue.

    Without a table its answer says how many rows each has, and has the figures; with its name, it has the rows of that
    table. `as_of` is a day or a revision, `since` leaves out incidents that began before that day, `by` groups the
    figures by severity, owner, service, month or quarter.
    """
    from pirgen.report import dimensions, exports, report_of
    from pirgen.review.timeline import parse_date

    if unknown := [one for one in by if one not in dimensions()]:
        raise PirgenError(f"by: `{unknown[0]}` is no dimension; use {', '.join(dimensions())}")
    start = parse_date(since) if since else None
    if since and start is None:
        raise PirgenError(f"since: `{since}` is not a date; write YYYY-MM-DD")
    found = report_of(_ledger(project, as_of), since=start, by=by)
    told = json.loads(exports.render("json", found))
    tables = [name for name in found.tables if name != "metrics"]
    if table and table not in tables:
        raise PirgenError(f"table: there is no table `{table}`{did_you_mean(table, tables)}; use {', '.join(tables)}")
    if table:
        return {"as_of": told["as_of"], **_first(told[table], most)}
    return {**told, **{name: {"rows": len(told[name])} for name in tables}}


def overdue(project: Project, owner: str = "", most: int = MOST) -> Any:
    """The reviews and action items that are overdue today; with an owner only their items."""
    from pirgen.report import exports, report_of
    from pirgen.report.selection import selection

    chosen = selection([owner], (), project.config.teams, project.workspace().owners) if owner else None
    found = report_of(_ledger(project), selection=chosen)
    told = json.loads(exports.render("json", found))
    names = [name for name in ("overdue_reviews", "overdue_actions") if name in found.tables]
    return {"as_of": told["as_of"], **{name: _first(told[name], most) for name in names}}


def history(project: Project, incident_id: str, most: int = MOST) -> Any:
    """When an incident's review and each of its action items was opened, moved, closed or removed, and by whom."""
    from pirgen.report.history import about, render

    told = json.loads(render("json", about(_ledger(project), incident_id), ""))
    return {**told, "facts": _first(told["facts"], most)}


def related(project: Project, incident_id: str) -> Any:
    """The incidents related to one: named by its review, naming it, or with the same contributing factor."""
    valid = project.workspace().valid.values()
    relations = Relations({one.incident_id: one for one in valid if one})
    if incident_id not in relations.reviews:
        near = did_you_mean(incident_id, relations.reviews)
        raise PirgenError(f"there is no valid review of `{incident_id}`{near}")
    return [one._asdict() for one in relations.all(relations.reviews[incident_id])]


READING: dict[str, Callable[..., Any]] = {
    "reviews": reviews, "review": review, "lint": findings, "explain": explain, "report": figures, "overdue": overdue,
    "history": history, "related": related,
}  # fmt: skip
"""The tools that change nothing, by name."""


def source_of(project: Project, file: str) -> Source:
    """A review or log of the project, by its path from the project's root, or by its incident id.

    Raises PirgenError for any other file, and for one that a link leads out of the repository.
    """
    workspace = project.workspace()
    known = dict.fromkeys((*workspace.reviews, *workspace.logs))
    name = PurePosixPath(file).as_posix()
    if name not in known:
        name = next((one for one in known if PurePosixPath(one).stem == file), "")
    if not name:
        near = did_you_mean(file, known)
        raise PirgenError(f"`{file}` is no review and no incident log of this project{near}; the others are not yours")
    if not is_own(project, name):
        raise PirgenError(f"`{name}` leads out of the repository, so it is neither read nor written")
    return workspace.source(name)


def is_own(project: Project, name: str) -> bool:
    """Whether a file is in the repository, where no link leads it out."""
    return is_inside(top_of(project.root) or project.root, project.root / name)


def text_of(source: Source) -> str:
    """The text of a file. Raises PirgenError where it cannot be read, or is not UTF-8."""
    if source.error:
        raise PirgenError(f"{source.name}: {source.error}")
    try:
        return source.data.decode()
    except UnicodeDecodeError:
        raise PirgenError(f"{source.name} is not UTF-8; its author has to save it anew") from None


def _ledger(project: Project, as_of: str = "") -> Any:
    from pirgen.ledger import read_ledger

    now = environment.now()
    return read_ledger(project.root, project.config, now=now, as_of=as_of or None, cached=project.can_keep)


def _first(rows: Sequence[Any], most: int) -> dict[str, Any]:
    """The first rows, and how many are left out."""
    if most < 1:
        raise PirgenError(f"most: {most} is less than 1")
    return {"rows": rows[:most], "left_out": max(0, len(rows) - most)}
