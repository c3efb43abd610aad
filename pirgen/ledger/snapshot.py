"""What one revision of a file says: the part of it that the ledger compares with the next, and counts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from hashlib import blake2b
from operator import attrgetter
from typing import Any, NamedTuple

from pirgen.config import Config
from pirgen.document import load
from pirgen.document.incremental import Blocks
from pirgen.files import Source, is_below
from pirgen.review import Review, incident_id, placeholders, read
from pirgen.review.incident_log import IncidentLog
from pirgen.review.incident_log import incident_id as incident_id_of_log
from pirgen.review.incident_log import read as read_log
from pirgen.review.milestones import Milestone, began


class Action(NamedTuple):
    """An action item, as far as the ledger follows it: the fields of `review.ActionItem` that it compares."""

    id: str
    action: str
    owner: str
    due: date | None
    status: str
    completed_on: date | None
    reason: str = ""
    """Why it was declined."""
    issue: str = ""
    evidence: str = ""


EVENTS = {"due": "action_due_moved", "owner": "action_owner_changed"}
"""The fields of an action item whose change is a fact, and the fact's event; a change of status has its own events."""
_followed = attrgetter(*Action._fields)


class Snapshot(NamedTuple):
    """A readable revision of a review, or of an incident's log."""

    incident_id: str
    is_log: bool = False
    status: str = ""
    """Of a log `withdrawn` or nothing."""
    complete: bool = False
    """Valid by today's schema, without placeholder text, and its status says complete. Rules never enter."""
    severity: str = ""
    type: str = ""
    """A type of `incident_log.TYPES`; empty where a review does not say."""
    began: datetime | None = None
    """When the incident started, or was detected where no start is recorded; of a log, else its first event."""
    day: date | None = None
    """The date that the review states."""
    milestones: Mapping[str, Milestone] = {}
    over: bool = False
    """Whether it says that the incident was resolved, though perhaps not when; of a log, or closed or withdrawn."""
    services: tuple[str, ...] = ()
    related: tuple[str, ...] = ()
    covers: tuple[str, ...] = ()
    former_ids: tuple[str, ...] = ()
    items: Mapping[str, Action] = {}
    """The action items by id; of two with one id the first holds."""
    story: str = ""
    """A digest of the date, the timeline and the action texts, or of a log's events, which knows it under another id.

    Empty where there is no timeline, and where a text is still a placeholder.
    """
    title: str = ""
    declared: datetime | None = None
    """When the incident was declared. Of a log that is not over, as are `told` and most roles; of others they would
    only take room."""
    told: datetime | None = None
    """When others were told last how it stands."""
    roles: Mapping[str, str] = {}
    """Who holds which role; of a review, and of a log that is over, only the incident commander."""


class UnreadableError(Exception):
    """A revision whose YAML, incident id or action ids cannot be read. The message says why."""


class Camera:
    """Takes snapshots. Those of one file, one after the other, take it a third of the time."""

    def __init__(self, config: Config) -> None:
        self.config, self._blocks = config, Blocks()
        self._last: tuple[dict[str, Any], Review] | None = None

    def take(self, source: Source) -> Snapshot:
        """Read one revision; what it is follows from its folder. Raises UnreadableError."""
        data: Any = self._blocks.data(source)
        if data is None:
            document = load(source)
            if document.problems:
                raise UnreadableError(document.problems[0][1].message)
            data = document.data
        is_log = is_below(source.name, self.config.incidents)
        if not (incident_id_of_log(data) if is_log else incident_id(data)):
            raise UnreadableError("the incident_id cannot be read")
        if is_log:
            return of_log(read_log(data))
        items = data.get("action_items") or []
        if not isinstance(items, list) or not all(isinstance(i, dict) and isinstance(i.get("id"), str) for i in items):
            raise UnreadableError("the ids of the action items cannot be read")
        return self._review(data)

    def _review(self, data: dict[str, Any]) -> Snapshot:
        old, last = self._last or ({}, None)
        same = {key for key in ("date", "timezone", "timeline", "action_items") if data.get(key) is old.get(key)}
        review = read(
            data,
            self.config.clock,
            last.timeline if last and same >= {"date", "timezone", "timeline"} else None,
            last.action_items if last and "action_items" in same else None,
        )
        self._last, milestones = (data, review), review.milestones
        is_written = not any(placeholders(review))
        items: dict[str, Action] = {}
        for item in review.action_items:
            items.setdefault(item.id, Action(*_followed(item)))
        return Snapshot(
            incident_id=review.incident_id,
            status=review.status,
            complete=is_written and review.status == "complete" and self.config.review_schema.is_valid(data),
            severity=review.severity,
            type=review.type,
            began=began(milestones),
            day=review.date,
            milestones=milestones,
            over=any(moment.kind == "resolved" for moment in review.timeline),
            services=review.services,
            related=review.related,
            covers=review.covers,
            former_ids=review.former_ids,
            items=items,
            title=review.title,
            story=_story(review) if is_written else "",
            roles=_commander(review.roles),
        )


def of_log(log: IncidentLog) -> Snapshot:
    """The snapshot of an incident's log."""
    said = Snapshot(
        incident_id=log.incident_id,
        is_log=True,
        status="withdrawn" if log.withdrawn else "",
        severity=log.severity,
        type=log.type,
        began=log.started,
        milestones=log.milestones,
        over=log.is_over,
        title=log.title,
        story=_digest([(event.at, event.kind, event.text) for event in log.events]) if log.events else "",
    )
    if log.is_over:
        return said._replace(roles=_commander(log.roles))
    declared = log.last("declared")
    return said._replace(declared=declared.at if declared else None, told=log.told, roles=log.roles)


def _commander(roles: Mapping[str, Any]) -> Mapping[str, str]:
    """The incident commander of these roles, as the only one; nobody where it is no text."""
    who = roles.get("incident_commander")
    return {"incident_commander": who} if who and isinstance(who, str) else {}


def _story(review: Review) -> str:
    told = [(moment.written, moment.event) for moment in review.timeline]
    return _digest([review.date, told, [item.action for item in review.action_items]]) if told else ""


def _digest(told: list[Any]) -> str:
    return blake2b(repr(told).encode("utf-8", "replace"), digest_size=8).hexdigest()
