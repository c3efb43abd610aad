"""Where history leaves a review and its action items: the facts, folded."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import NamedTuple

from pirgen.ledger.facts import CLOSED, Fact
from pirgen.ledger.snapshot import Action, Snapshot
from pirgen.review.incident_log import INCIDENT, TYPES
from pirgen.review.milestones import Milestone
from pirgen.review.timeline import parse_date


class Item(NamedTuple):
    """An action item and its history. A commit that is None is the worktree."""

    incident_id: str
    said: Action
    """What its last revision says."""
    opened_at: datetime
    opened_commit: str | None
    first_due: date | None
    """The due date when its review first was complete, else the first one seen."""
    closed_at: datetime | None = None
    """When git saw it become done; None too for an item that was done when it was first seen."""
    closed_commit: str | None = None
    slips: int = 0
    slipped_days: int = 0
    """By how many days all slips together moved the due date."""
    reopened: int = 0
    declined_at: datetime | None = None
    declined_commit: str | None = None
    removed_at: datetime | None = None
    removed_commit: str | None = None
    past: tuple[tuple[datetime, str, date | None], ...] = ()
    """Earlier states, oldest first: until when, and the status and the due date until then."""

    @property
    def removed(self) -> bool:
        """Whether it is gone from its review."""
        return self.removed_at is not None

    @property
    def is_done(self) -> bool:
        """Whether it is done; an item that was removed is not, unless it was done before."""
        return self.said.status == "done"

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to do it."""
        return not self.removed and self.said.status not in CLOSED

    def go_on(self, said: Action, at: datetime) -> Item:
        """The item with what a new revision says of it."""
        old = self.said
        if said == old:
            return self
        same = (old.status, old.due) == (said.status, said.due)
        return self._replace(said=said, past=self.past if same else (*self.past, (at, old.status, old.due)))

    def state(self, at: datetime) -> tuple[str, date | None] | None:
        """Its status (`removed` while it was gone) and its due date at a moment; None before it was opened."""
        if at < self.opened_at:
            return None
        for until, status, due in self.past:
            if at < until:
                return status, due
        gone = self.removed_at is not None and at >= self.removed_at
        return "removed" if gone else self.said.status, self.said.due

    def is_overdue(self, today: date) -> bool:
        """Whether it is open and was due before `today`."""
        return self.is_open and self.said.due is not None and self.said.due < today


class Incident(NamedTuple):
    """An incident that the mainline has seen, by its review, its log or both."""

    incident_id: str
    renumbered_from: tuple[str, ...] = ()
    """The ids under which history has seen it before, oldest first."""
    path: str = ""
    snapshot: Snapshot | None = None
    """What the review says, or said last before it was deleted."""
    log: Snapshot | None = None
    """What the log says, or said last before it was deleted."""
    deleted: bool = False
    completed_at: datetime | None = None
    """When its review first was complete."""
    completed_commit: str | None = None
    items: Mapping[str, Item] = {}
    """The action items that are there, by id."""
    removed: tuple[Item, ...] = ()
    """The action items that were removed, in the order in which they went."""

    def renumbered(self, incident_id: str) -> Incident:
        """The incident under another id, without its log: that has an id of its own."""
        return self._replace(
            incident_id=incident_id,
            renumbered_from=(*self.renumbered_from, self.incident_id),
            log=None,
            items={name: item._replace(incident_id=incident_id) for name, item in self.items.items()},
            removed=tuple(item._replace(incident_id=incident_id) for item in self.removed),
        )

    @property
    def former_ids(self) -> tuple[str, ...]:
        """The ids that it had before, by history or by its review."""
        return (*self.renumbered_from, *(self.snapshot.former_ids if self.snapshot else ()))

    @property
    def title(self) -> str:
        """The review's title, else the log's; empty where neither has one."""
        return (self.snapshot and self.snapshot.title) or (self.log.title if self.log else "")

    @property
    def services(self) -> tuple[str, ...]:
        """The services that the review names."""
        return self.snapshot.services if self.snapshot else ()

    @property
    def severity(self) -> str:
        """The review's severity, else the log's."""
        return (self.snapshot and self.snapshot.severity) or (self.log.severity if self.log else "")

    @property
    def type(self) -> str:
        """The review's type where it says one, else the log's. An unknown type is that of an incident."""
        said = (one.type for one in (self.snapshot, self.log) if one)
        return next((name for name in said if name in TYPES), INCIDENT)

    @property
    def is_withdrawn(self) -> bool:
        """Whether the review, or else the log, says that it was no incident."""
        speaks = self.snapshot or self.log
        return speaks is not None and speaks.status == "withdrawn"

    @property
    def is_over(self) -> bool:
        """Whether its review or its log says that it is over."""
        return any(one.over for one in (self.snapshot, self.log) if one)

    @property
    def is_complete(self) -> bool:
        """Whether it has a complete review."""
        return self.snapshot is not None and self.snapshot.complete and not self.deleted

    @property
    def commander(self) -> str:
        """Who commands it, or did: by the review, else by the log; empty where neither says."""
        said = (one.roles.get("incident_commander", "") for one in (self.snapshot, self.log) if one)
        return next(filter(None, said), "")

    @property
    def milestones(self) -> Mapping[str, Milestone]:
        """When its milestones were reached: by the review, and by the log where the review does not say."""
        if self.log is None:
            return self.snapshot.milestones if self.snapshot else {}
        return {**self.log.milestones, **self.snapshot.milestones} if self.snapshot else self.log.milestones

    @property
    def gone(self) -> Mapping[str | None, Action | None]:
        """What was there once and was removed: action items by id, and None for the review."""
        removed: dict[str | None, Action | None] = {item.said.id: item.said for item in self.removed}
        return {**removed, None: None} if self.deleted else removed


def fold(incident: Incident, fact: Fact, said: Action | None) -> Incident:
    """The incident after one more fact; `said` is what the new revision says of the fact's item."""
    if fact.action_id is None:
        return _fold_review(incident, fact)
    items, removed = dict(incident.items), incident.removed
    match fact.event:
        case "action_removed":
            gone = items.pop(fact.action_id)._replace(removed_at=fact.at, removed_commit=fact.commit)
            removed = (*removed, gone)
            return incident._replace(items=items, removed=removed)
        case "action_opened":
            assert said is not None
            item = Item(incident.incident_id, said, fact.at, fact.commit, said.due)
        case "action_restored":
            assert said is not None
            last = max(index for index, item in enumerate(removed) if item.said.id == fact.action_id)
            gone = removed[last]
            past = ((gone.removed_at or fact.at, gone.said.status, gone.said.due), (fact.at, "removed", gone.said.due))
            item = gone._replace(said=said, removed_at=None, removed_commit=None, past=(*gone.past, *past))
            removed = (*removed[:last], *removed[last + 1 :])
        case _:
            item = _fold_item(items[fact.action_id], fact)
    return incident._replace(items={**items, fact.action_id: item}, removed=removed)


def _fold_item(item: Item, fact: Fact) -> Item:
    if fact.event in ("action_closed", "action_reopened"):
        item = item._replace(declined_at=None, declined_commit=None)
    match fact.event:
        case "action_closed":
            return item._replace(closed_at=fact.at, closed_commit=fact.commit)
        case "action_declined":
            return item._replace(closed_at=None, closed_commit=None, declined_at=fact.at, declined_commit=fact.commit)
        case "action_reopened":
            return item._replace(closed_at=None, closed_commit=None, reopened=item.reopened + 1)
        case "action_due_moved":
            before, after = _date(fact.before), _date(fact.after)
            days = (after - before).days if before and after and after > before else 0
            return item._replace(
                slips=item.slips + (days > 0),
                slipped_days=item.slipped_days + days,
                first_due=item.first_due or after,
            )
    return item


def _fold_review(incident: Incident, fact: Fact) -> Incident:
    if fact.event != "review_completed" or incident.completed_at:
        return incident
    settled = {
        name: item._replace(first_due=_due(incident, name) or item.first_due) for name, item in incident.items.items()
    }
    return incident._replace(completed_at=fact.at, completed_commit=fact.commit, items=settled)


def _due(incident: Incident, action_id: str) -> date | None:
    said = incident.snapshot.items.get(action_id) if incident.snapshot else None
    return said.due if said else None


def _date(values: Mapping[str, str | None]) -> date | None:
    return parse_date(values.get("due") or "")
