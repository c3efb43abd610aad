"""What changed between two revisions of a review, as dated facts."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from pirgen.review import ActionItem
from pirgen.snapshot import Snapshot

Values = Mapping[str, Any]
CLOSED = ("done", "declined")


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that history proves. `commit` is None for what is not committed yet."""

    at: datetime
    commit: str | None
    author: str | None
    path: str
    incident_id: str
    action_id: str | None
    event: str
    before: Values
    after: Values


class Change(NamedTuple):
    """What a fact says, before it is known when and by whom."""

    action_id: str | None
    event: str
    before: Values
    after: Values


def changes(before: Snapshot | None, after: Snapshot | None, gone: Container[str | None]) -> Iterator[Change]:
    """What the step from one revision to the next says; a step that changes nothing yields nothing.

    `gone` holds what was there once and was removed: action ids, and None for the review itself. A review's
    opening comes before its items', everything else about it after them.
    """
    old, new = before.items if before else {}, after.items if after else {}
    if before is None and after is not None:
        event = "review_restored" if None in gone else "review_opened"
        yield Change(None, event, {}, {"status": _status(after)})
    was = _renamed(old, new)
    for action_id, item in new.items():
        previous = old.get(was.get(action_id, action_id))
        if previous is not None:
            yield from _item(action_id, previous, item)
        else:
            event = "action_restored" if action_id in gone else "action_opened"
            yield Change(action_id, event, {}, _values(item))
    for action_id, item in old.items():
        if action_id not in new and action_id not in was.values():
            yield Change(action_id, "action_removed", _values(item), {})
    yield from _review(before, after)


def renamed(before: Snapshot | None, after: Snapshot | None) -> Mapping[str, str]:
    """Items whose id changed, new id to old: within one commit, and with equal action text."""
    return _renamed(before.items, after.items) if before and after else {}


def _renamed(old: Mapping[str, ActionItem], new: Mapping[str, ActionItem]) -> dict[str, str]:
    lost = {item.action: action_id for action_id, item in reversed(list(old.items())) if action_id not in new}
    return {
        action_id: lost.pop(item.action)
        for action_id, item in new.items()
        if action_id not in old and item.action in lost
    }


def _review(before: Snapshot | None, after: Snapshot | None) -> Iterator[Change]:
    old = {"status": _status(before)} if before else {}
    new = {"status": _status(after)} if after else {}
    if after is None:
        yield Change(None, "review_deleted", old, new)
    elif old != new:
        if new["status"] == "withdrawn":
            yield Change(None, "review_withdrawn", old, new)
        elif after.complete:
            yield Change(None, "review_completed", old, new)
        elif before and (before.complete or old["status"] == "withdrawn"):
            yield Change(None, "review_reopened", old, new)


def _status(snapshot: Snapshot) -> str:
    if snapshot.review.status == "complete" and not snapshot.complete:
        return "incomplete"
    return snapshot.review.status


def _item(action_id: str, old: ActionItem, new: ActionItem) -> Iterator[Change]:
    if old.status != new.status:
        event = {"done": "action_closed", "declined": "action_declined"}.get(new.status)
        if event is None and old.status in CLOSED:
            event = "action_reopened"
        elif event is None and new.status == "in_progress":
            event = "action_started"
        if event:
            yield Change(action_id, event, {"status": old.status}, {"status": new.status})
    if old.due != new.due:
        yield Change(action_id, "action_due_moved", {"due": _date(old)}, {"due": _date(new)})
    if old.owner != new.owner:
        yield Change(action_id, "action_owner_changed", {"owner": old.owner or None}, {"owner": new.owner or None})


def _values(item: ActionItem) -> Values:
    return {"status": item.status, "owner": item.owner or None, "due": _date(item)}


def _date(item: ActionItem) -> str | None:
    return item.due.isoformat() if item.due else None
