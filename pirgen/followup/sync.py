"""Keeps action items and the issues of a tracker alike: finds out what both say, and does what a plan says."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import partial
from typing import NamedTuple

from pirgen.errors import PirgenError
from pirgen.followup import editing
from pirgen.followup.issue_text import Mark, mark
from pirgen.followup.items import Followed, Past, followed
from pirgen.followup.plan import CREATE, Base, Key, Known, Row, plan, with_closings
from pirgen.git.repository import Repository
from pirgen.ledger import Ledger
from pirgen.project import Project
from pirgen.report.tracks import tracks
from pirgen.text.terminal import printable
from pirgen.trackers import Gone, Issue, RefusedError, Tracker
from pirgen.workspace import ItemsChange, Workspace

SUBJECT = "Follow up: what the issues say"
"""The subject of the commit with the edits, by which such commits are known again."""


class Planned(NamedTuple):
    """A plan, and what it rests on."""

    rows: list[Row]
    head: str
    issues: Mapping[str, Issue]
    """The issues that were read, by address."""
    elsewhere: int
    """How many items have an issue in another tracker or project, and are left alone."""


def planned(project: Project, repository: Repository, tracker: Tracker, ledger: Ledger) -> Planned:
    """The plan for all items of the current commit.

    Without a token the tracker is not asked, and the plan holds only the items that have no issue. Raises PirgenError
    where the tracker or git cannot be asked.
    """
    head = repository.head()
    items, invalid = followed(project, repository, head, project.links("HEAD"))
    named = {address for item in items if item.issue and (address := tracker.address(item.issue))}
    elsewhere = sum(1 for item in items if item.issue and not tracker.address(item.issue))
    issues, gone = _read(tracker, named) if tracker.has_token else ({}, {})
    marks = [found for issue in issues.values() if (found := mark(issue.body))]
    past = Past(project, repository, head, {one.commit for one in marks})
    known = Known(
        head, tracker.label, items, invalid, [*issues.values()], gone, tracker.address,
        tracker.assignable() if tracker.has_token and items else frozenset(), partial(_base, past, tracker),
        _renamed(ledger) if marks else {},
    )  # fmt: skip
    rows = plan(known)
    closed = [issues[row.issue] for row in rows if row.values.get("status") in ("done", "declined")]
    return Planned(with_closings(rows, tracker.closings(closed)) if closed else rows, head, issues, elsewhere)


def _read(tracker: Tracker, named: Collection[str]) -> tuple[dict[str, Issue], dict[str, Gone]]:
    """The issues with the label, and those that reviews name; of the latter also those that cannot be read."""
    issues = {issue.address: issue for issue in tracker.issues()}
    gone: dict[str, Gone] = {}
    for address, found in tracker.find(sorted({*named} - {*issues})):
        if isinstance(found, Gone):
            gone[address] = found
        else:
            issues[address] = found
    return issues, gone


def _base(past: Past, tracker: Tracker, item: Followed | None, found: Mark) -> Base | None:
    """What the commit of a mark said of an item, found by its issue or, before it named one, by the mark's ids.

    None where the commit is not part of this history, or had no such item.
    """
    if not past.knows(found.commit):
        return None
    address = tracker.address(item.issue) if item else None
    words = {found.incident_id, item.issue if item else "", item.incident_id if item else ""}
    then = [*past.items(found.commit, words)]
    by_issue = [one for one in then if address and one.issue and tracker.address(one.issue) == address]
    by_ids = [one for one in then if one.key == (found.incident_id, found.action_id)]
    for one in (*by_issue, *by_ids):
        return Base(one.state, one.owner)
    return None


def _renamed(ledger: Ledger) -> dict[Key, Key]:
    """The present ids of action items by all that they ever had; facts name the incident as it is called now."""
    return {
        (incident_id, fact.action_id or ""): (name, track.action_id)
        for name, facts in ledger.told.items()
        if (incident := ledger.incidents.get(name))
        for track in tracks(incident, facts)
        for fact in track.facts
        for incident_id in (*incident.former_ids, name)
    }


class Done(NamedTuple):
    """What became of a row."""

    row: Row
    issue: str
    """The address of its issue."""
    failure: str = ""
    """Why it was not done; empty where it was."""
    file: str = ""
    """The review that was changed; empty where none was."""


def apply(project: Project, tracker: Tracker, plan: Planned) -> Iterator[Done]:
    """Do what the rows of a plan say, one after the other.

    The review names a new issue before the next one is made, so that a run that is cut off leaves at most one issue
    that no review names; the next run finds it by its mark. Where the tracker refuses one issue, or a review cannot be
    edited, the row says so, and the others go on. Raises PirgenError where the tracker refuses.
    """
    for row in plan.rows:
        address, values, failure = row.issue, dict(row.values), ""
        if row.draft:
            is_new = row.kind == CREATE
            try:
                made = tracker.create(row.draft) if is_new else tracker.update(plan.issues[address], row.draft)
            except RefusedError as error:
                yield Done(row, address, str(error))
                continue
            address, values = made.address, {**values, **({"issue": made.address} if is_new else {})}
            if not made.carries(tracker.label):
                failure = f"the tracker did not take the label {tracker.label}; may the token set labels?"
        if not values:
            if row.draft:
                yield Done(row, address, failure)
            continue
        try:
            edited = editing.edit(project, partial(_set, row=row, values=values))
        except PirgenError as error:
            yield Done(row, address, f"the review was not changed: {error}")
        else:
            yield Done(row, address, failure, edited.made.source.name if edited.is_new else "")


def _set(workspace: Workspace, row: Row, values: Mapping[str, str]) -> ItemsChange:
    return workspace.set_items(row.incident_id, [row.action_id], values)


def message(done: Iterable[Done]) -> str:
    """The message of the commit that holds the edits."""
    lines = [
        f"{one.row.incident_id} {one.row.action_id}: {one.row.note}" + (f" ({one.issue})" if one.issue else "")
        for one in done
        if one.file
    ]
    return "\n".join([SUBJECT, "", *map(printable, lines)])
