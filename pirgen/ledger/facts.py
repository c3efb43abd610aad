"""What changed between two revisions of a review, as dated facts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from pirgen.ledger.snapshot import EVENTS, Action, Snapshot

if TYPE_CHECKING:
    from pirgen.ledger.state import Incident

Values = Mapping[str, Any]
CLOSED = ("done", "declined")
STORY_ONLY = ("incident_opened", "incident_resolved", "incident_withdrawn", "incident_reopened", "action_renumbered")
"""The events that a period's story needs and that the history of reviews and action items does not list."""


class Fact(NamedTuple):
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


class FactLog(Sequence[Fact]):
    """Facts, oldest first. Those of earlier runs stay as they were stored until somebody asks for them.

    `decode` makes a fact of a stored one. `people` gives the names by which a repository knows authors; without it
    they stay as the commits have them.
    """

    def __init__(
        self,
        stored: Sequence[Any] = (),
        decode: Callable[[Any], Fact] = lambda fact: fact,
        people: Callable[[Iterable[str]], Mapping[str, str]] | None = None,
    ) -> None:
        self.stored, self._decode, self._people = stored, decode, people
        self.new: list[Fact] = []
        """The facts of this run."""

    def named(self, people: Callable[[Iterable[str]], Mapping[str, str]]) -> FactLog:
        """The same facts with the authors' names that `people` gives."""
        log = FactLog(self.stored, self._decode, people)
        log.new = self.new
        return log

    @cached_property
    def _all(self) -> tuple[Fact, ...]:
        facts = (*map(self._decode, self.stored), *self.new)
        if self._people is None:
            return facts
        names = self._people({fact.author for fact in facts if fact.author})
        return tuple(fact._replace(author=names[fact.author]) if fact.author else fact for fact in facts)

    def __getitem__(self, index: Any) -> Any:
        return self._all[index]

    def __len__(self) -> int:
        return len(self._all)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, FactLog | tuple) and self._all == tuple(other)

    def __hash__(self) -> int:
        return hash(self._all)


class Change(NamedTuple):
    """What a fact says, before it is known when and by whom."""

    action_id: str | None
    event: str
    before: Values
    after: Values


def changes(
    before: Snapshot | None,
    after: Snapshot | None,
    same: Mapping[str, str],
    gone: Mapping[str | None, Action | None],
) -> Iterator[Change]:
    """What the step from one revision to the next says; a step that changes nothing yields nothing.

    `same` are the items that go on, see `matches`. `gone` holds what was there once and was removed: action items by
    id, and None for the review itself. First comes a review's opening, then the items that go, those that get another
    id, the others, and everything else about the review.
    """
    old, new = before.items if before else {}, after.items if after else {}
    if before is None and after is not None:
        event = "review_restored" if None in gone else "review_opened"
        yield Change(None, event, _said(), _said(status=_status(after)))
    kept = set(same.values())
    for action_id, item in old.items():
        if action_id not in kept:
            yield Change(action_id, "action_removed", _values(item), _said())
    for action_id, was in same.items():
        if action_id != was:
            yield Change(action_id, "action_renumbered", _said(action_id=was), _said(action_id=action_id))
    for action_id, item in new.items():
        if action_id in same:
            yield from _item(action_id, old[same[action_id]], item)
        elif (last := gone.get(action_id)) is not None:
            yield Change(action_id, "action_restored", _said(), _values(item))
            yield from _item(action_id, last, item)
        else:
            yield Change(action_id, "action_opened", _said(), _values(item))
    yield from _review(before, after)


def of_log(before: Incident | None, after: Incident) -> Iterator[Change]:
    """What the step says of an incident that has a log: that it began, ended, or goes on after all.

    An incident that has a review, too, began for git with whichever of the two was there first.
    """
    if after.log is None:
        return
    said = _said(severity=after.severity or None)
    if before is None and after.snapshot is None:
        yield Change(None, "incident_opened", _said(), said)
    was, now = before is not None and before.is_over, after.is_over
    if now and not was:
        yield Change(None, "incident_withdrawn" if after.is_withdrawn else "incident_resolved", _said(), said)
    elif was and not now:
        yield Change(None, "incident_reopened", _said(), said)


def matches(before: Snapshot | None, after: Snapshot | None) -> Mapping[str, str]:
    """The items that go on from one revision to the next, new id to old.

    An item whose id changed is the same only if its action text is equal; equal text counts before an equal id,
    so that items renumbered in one commit keep their histories.
    """
    if before is None or after is None:
        return {}
    left, new = dict(before.items), after.items
    same = {name: name for name, item in new.items() if name in left and left[name].action == item.action}
    for name in same:
        del left[name]
    by_text: defaultdict[str, list[str]] = defaultdict(list)
    for name, item in reversed(left.items()):
        by_text[item.action].append(name)
    for name, item in new.items():
        if name not in same and by_text[item.action]:
            same[name] = by_text[item.action].pop()
            del left[same[name]]
    return same | {name: name for name in left if name in new and name not in same}


def _review(before: Snapshot | None, after: Snapshot | None) -> Iterator[Change]:
    old = _said(status=_status(before)) if before else _said()
    new = _said(status=_status(after)) if after else _said()
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
    return "incomplete" if snapshot.status == "complete" and not snapshot.complete else snapshot.status


def _item(action_id: str, old: Action, new: Action) -> Iterator[Change]:
    if old.status != new.status:
        event = {"done": "action_closed", "declined": "action_declined"}.get(new.status)
        if event is None and old.status in CLOSED:
            event = "action_reopened"
        elif event is None and new.status == "in_progress":
            event = "action_started"
        if event:
            yield Change(action_id, event, _said(status=old.status), _said(status=new.status))
    for name, event in EVENTS.items():
        before, after = getattr(old, name), getattr(new, name)
        if before != after:
            yield Change(action_id, event, _said(**{name: _plain(before)}), _said(**{name: _plain(after)}))


def _values(item: Action) -> Values:
    return _said(**{name: _plain(getattr(item, name)) for name in ("status", *reversed(EVENTS))})


@lru_cache(10_000)
def _said(**values: str | None) -> Values:
    """The values of a fact. Those that are equal are the same object, because a long history has many of them."""
    return values


def _plain(value: Any) -> str | None:
    """A value of an action item as a fact holds it; None where there is none."""
    return value.isoformat() if isinstance(value, date) else value or None
