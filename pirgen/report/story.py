"""What happened in a period: the facts of a ledger, told once for each thing that they are about."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from itertools import groupby
from typing import Any, NamedTuple

from pirgen.ledger import Fact, Incident, Ledger
from pirgen.report.columns import today
from pirgen.report.deadlines import awaited_by, deadline, is_complete, requires_review
from pirgen.report.metrics.recurrences import began
from pirgen.report.selection import Selection
from pirgen.report.tracks import TICK, State, Track, after, before_day, due_of, is_open, starts, tracks
from pirgen.review.incident_log import INCIDENT
from pirgen.review.timeline import parse_date

__all__ = ["KINDS", "Event", "Pending", "Story", "before_day", "story"]

AHEAD = 7
"""How many days ahead something is due next, today included."""
KINDS: Mapping[str, str] = {
    "incident_opened": "Incidents opened",
    "incident_resolved": "Incidents resolved",
    "incident_withdrawn": "Incidents withdrawn",
    "incident_reopened": "Incidents that go on after all",
    "incident_recurred": "Incidents that happened again",
    "review_opened": "Reviews started",
    "review_completed": "Reviews completed",
    "review_reopened": "Reviews reopened",
    "review_restored": "Reviews restored",
    "review_withdrawn": "Reviews withdrawn",
    "review_deleted": "Reviews deleted",
    "review_overdue": "Reviews newly overdue",
    "action_opened": "Action items opened",
    "action_closed": "Action items closed",
    "action_declined": "Action items declined",
    "action_reopened": "Action items reopened",
    "action_moved_later": "Action items moved later",
    "action_moved_earlier": "Action items moved earlier",
    "action_dated": "Action items with a new due date",
    "action_undated": "Action items that lost their due date",
    "action_reassigned": "Action items reassigned",
    "action_removed": "Action items removed",
    "action_restored": "Action items restored",
    "action_overdue": "Action items newly overdue",
}
"""The kinds of events with their titles, in the order in which they are told."""
_INCIDENT = ("incident_resolved", "incident_withdrawn", "incident_reopened")
_REVIEW = tuple(kind for kind in KINDS if kind.startswith("review_") and kind != "review_overdue")
_ITEM = ("opened", "closed", "declined", "reopened", "removed", "restored")


class Event(NamedTuple):
    """What happened to an incident, a review or an action item in a period, as it is at the period's end."""

    kind: str
    """A key of `KINDS`."""
    at: datetime
    """When it happened, in UTC: the time of the commit, or when something became overdue, such as a day's start."""
    commit: str | None
    """The commit that proves it; None for what the worktree says, and for what became overdue."""
    author: str | None
    """`NAME <ADDRESS>` of that commit; None without one."""
    incident_id: str
    action_id: str | None = None
    """The action item's id at the period's end; None for an incident or a review."""
    severity: str = ""
    """The incident's severity as it is now; empty where nobody says."""
    action: str = ""
    """What is to be done, as the item says now; empty for an incident or a review."""
    owner: str = ""
    """Who answered for the item at the period's end; empty for nobody."""
    status: str = ""
    """The status at the period's end; empty for an incident."""
    due: date | None = None
    """The item's due date at the period's end, or the review's deadline; None where there is none."""
    before: str | None = None
    """Of a move the due date before, of a reassignment the owner before; None for nothing."""
    after: str | None = None
    """The same afterwards."""
    days: int | None = None
    """By how many days the due date moved, less than 0 for earlier; how many days late something was closed, completed
    or is overdue at the period's end. None where that says nothing."""
    related: tuple[str, ...] = ()
    """Of an incident that happened again, the related ones that were before it."""
    past: tuple[str, ...] = ()
    """What else it went through in the period, oldest first, such as `closed`, `reopened`."""

    @property
    def is_overdue(self) -> bool:
        """Whether something became overdue, which no commit says and on which somebody has to act."""
        return self.kind in ("review_overdue", "action_overdue")


class Pending(NamedTuple):
    """What somebody has to do at the end of a period: an action item, or a review."""

    due: date
    incident_id: str
    action_id: str | None
    """None for the review."""
    severity: str
    action: str
    """What is to be done; empty for the review."""
    owner: str
    """Who has to do it: the item's owner, or the incident commander; empty for nobody."""
    days_late: int
    """How many days late it is; 0 for what is not late."""


@dataclass(frozen=True)
class Story:
    """What happened after `since` up to and including `until`, both aware, and what is to be done then."""

    since: datetime
    until: datetime
    events: tuple[Event, ...]
    """By kind, then by time."""
    pending: tuple[Pending, ...] = ()
    """What is overdue at the end, and what is due on one of the next `AHEAD` days; by day."""

    def of(self, selection: Selection) -> Story:
        """What it says of action items that belong to some owners at the period's end."""
        events = tuple(one for one in self.events if one.action_id and selection.has(one.owner))
        pending = tuple(one for one in self.pending if one.action_id and selection.has(one.owner))
        return replace(self, events=events, pending=pending)

    @property
    def by_kind(self) -> dict[str, list[Event]]:
        """The events of each kind that there is, in the order of `KINDS`."""
        return {kind: [*events] for kind, events in groupby(self.events, lambda event: event.kind)}


def story(ledger: Ledger, since: datetime, until: datetime | None = None) -> Story:
    """What happened after `since`, up to and including `until`; both are aware, None is the ledger's own moment.

    Periods that touch tell each fact once, because `since` itself is not part of a period. For a day, pass
    `before_day`, so that a commit at midnight belongs to the day that begins.

    Every incident, review and action item is told once for how it stands: by the last thing that happened to it, with
    the rest in `past`. What was closed and then reopened is told as reopened, and went through `closed`. An item that
    was opened in the period is not told as moved or reassigned. Moves and reassignments count from the period's start
    to its end, so that one which was taken back is nothing. The start of work on an item is not told.

    An item or a review is newly overdue if it became so in the period and still is at the period's end. What was
    closed or completed late in the period is told as that, with the days that it was late. An item that was opened or
    reopened after its due date became overdue then. A review's deadline is the one that the ledger knows last.

    An incident was opened when git first saw its log or its review. It happened again if it is a real incident that is
    related to an earlier one, and that is told when it was opened.
    """
    until = ledger.as_of if until is None else until
    told = _Teller(ledger, since, until)
    for name, incident in ledger.incidents.items():
        told.tell(incident, [fact for fact in ledger.told.get(name, ()) if fact.at <= until])
    order = {kind: place for place, kind in enumerate(KINDS)}
    events = sorted(told.events, key=lambda one: (order[one.kind], one.at, one.incident_id, one.action_id or ""))
    pending = sorted(told.pending, key=lambda one: (one.due, one.incident_id, one.action_id or ""))
    return Story(since, until, tuple(events), tuple(pending))


class _Teller:
    """Collects the events and what is to be done, one incident after the other."""

    def __init__(self, ledger: Ledger, since: datetime, until: datetime) -> None:
        self.ledger, self.since, self.until = ledger, since, until
        self.day = today(ledger, until + TICK)
        """The day that has begun, or begins, at the period's end."""
        self.events: list[Event] = []
        self.pending: list[Pending] = []

    def tell(self, incident: Incident, facts: Sequence[Fact]) -> None:
        """Tell of an incident with its facts up to the period's end."""
        if facts:
            self.events += self._incident(incident, facts)
            self._review(incident, facts)
            for track in tracks(incident, facts):
                self._item(incident, track)

    @cached_property
    def _covered(self) -> frozenset[str]:
        """The incidents that another incident's review covers, which is complete at the period's end."""
        told = self.ledger.told
        return frozenset(
            other
            for name, incident in self.ledger.incidents.items()
            if incident.snapshot and incident.snapshot.covers
            if is_complete(fact for fact in told.get(name, ()) if fact.at <= self.until)
            for other in incident.snapshot.covers
        )

    @cached_property
    def _related(self) -> Mapping[str, set[str]]:
        """The incidents that each incident is related to, by its own review or by theirs."""
        found: defaultdict[str, set[str]] = defaultdict(set)
        for name, incident in self.ledger.incidents.items():
            for other in incident.snapshot.related if incident.snapshot else ():
                found[name].add(other)
                found[other].add(name)
        return found

    def _within(self, facts: Iterable[Fact]) -> list[Fact]:
        return [fact for fact in facts if fact.at > self.since]

    def _incident(self, incident: Incident, facts: Sequence[Fact]) -> Iterator[Event]:
        base = Event("", self.until, None, None, incident.incident_id, severity=incident.severity)
        first, ours = facts[0], [fact for fact in self._within(facts) if fact.action_id is None]
        if first in ours:
            yield base._replace(kind="incident_opened", **_proof(first))
            if again := self._earlier(incident):
                yield base._replace(kind="incident_recurred", related=again, **_proof(first))
        going = [fact for fact in ours if fact.event in _INCIDENT and fact is not first]
        if going:
            yield base._replace(kind=going[-1].event, past=_past(going), **_proof(going[-1]))
        said = [fact for fact in ours if fact.event in _REVIEW and fact is not first]
        if said:
            last, due = said[-1], deadline(self.ledger, incident)
            needed = requires_review(self.ledger, incident.severity) and incident.type == INCIDENT
            late = self._late(last.at, due) if last.event == "review_completed" and needed else None
            yield base._replace(
                kind=last.event,
                status=last.after.get("status") or "",
                due=due,
                days=late,
                past=_past(said),
                **_proof(last),
            )

    def _earlier(self, incident: Incident) -> tuple[str, ...]:
        """The incidents before this one that it is related to."""
        day, known = began(self.ledger, incident), self.ledger.incidents
        if day is None or incident.type != INCIDENT or incident.is_withdrawn:
            return ()
        others = (known[name] for name in sorted(self._related[incident.incident_id]) if name in known)
        earlier = ((other.incident_id, began(self.ledger, other)) for other in others if not other.is_withdrawn)
        return tuple(name for name, then in earlier if then is not None and then < day)

    def _review(self, incident: Incident, facts: Sequence[Fact]) -> None:
        """Tell whether the review is overdue or due next, and whether it is newly overdue."""
        due = awaited_by(self.ledger, incident, facts)
        if due is None or incident.incident_id in self._covered:
            return
        late = (self.day - due).days
        if late > -AHEAD:
            one = due, incident.incident_id, None, incident.severity, "", incident.commander, max(late, 0)
            self.pending.append(Pending(*one))
        spoilt = [fact.at for fact in facts if fact.event in ("review_reopened", "review_deleted")]
        begins = starts(self.ledger, due, 1)
        if begins and self.since < (at := max(begins, facts[0].at, *spoilt[-1:])) <= self.until:
            told = Event("review_overdue", at, None, None, incident.incident_id, severity=incident.severity, due=due)
            self.events.append(told._replace(owner=incident.commander, days=self._late(self.until, due)))

    def _item(self, incident: Incident, track: Track) -> None:
        self.events += self._item_events(incident, track)
        state = track.state
        due = due_of(state)
        if due and is_open(state) and (late := (self.day - due).days) > -AHEAD:
            one = due, incident.incident_id, track.action_id, incident.severity, track.action, state["owner"] or ""
            self.pending.append(Pending(*one, max(late, 0)))

    def _item_events(self, incident: Incident, track: Track) -> Iterator[Event]:
        ours = self._within(track.facts)
        state = track.state
        due, is_new = due_of(state), track.facts[0] in ours
        base = Event(
            "",
            self.until,
            None,
            None,
            incident.incident_id,
            track.action_id,
            incident.severity,
            track.action,
            state["owner"] or "",
            state["status"] or "",
            due,
        )
        said = [fact for fact in ours if fact.event.removeprefix("action_") in _ITEM]
        if said:
            last = said[-1]
            late = self._late(last.at, due) if last.event == "action_closed" else None
            yield base._replace(kind=last.event, days=late, past=_past(said), **_proof(last))
        if not is_new and state["status"] != "removed":
            yield from self._changed(base, ours)
        late_since = self._late_since(track.facts)
        if late_since and late_since > self.since:
            yield base._replace(kind="action_overdue", at=late_since, days=self._late(self.until, due))

    def _changed(self, base: Event, ours: Sequence[Fact]) -> Iterator[Event]:
        """What a period changed in the end of the due date and the owner."""
        for name in ("due", "owner"):
            facts = [fact for fact in ours if fact.event in ("action_due_moved", "action_owner_changed")]
            facts = [fact for fact in facts if name in fact.after]
            if not facts or facts[0].before[name] == facts[-1].after[name]:
                continue
            was, now, days = facts[0].before[name], facts[-1].after[name], None
            kind = "action_reassigned"
            if name == "due":
                first, last = parse_date(was or ""), parse_date(now or "")
                days = (last - first).days if first and last else None
                kind = "action_moved_later" if (days or 0) > 0 else "action_moved_earlier"
                kind = kind if first and last else "action_dated" if last else "action_undated"
            yield base._replace(kind=kind, before=was, after=now, days=days, **_proof(facts[-1]))

    def _late_since(self, facts: Sequence[Fact]) -> datetime | None:
        """Since when an item with these facts has been overdue without a break; None where it is not."""
        late: datetime | None = None
        ends = [*(fact.at for fact in facts[1:]), self.until + TICK]
        state: State = {}
        for fact, end in zip(facts, ends, strict=True):
            state = after(state, fact)
            due = due_of(state)
            begins = starts(self.ledger, due, 1) if due and is_open(state) else None
            if fact.at < end:  # what holds for no time is nothing
                if begins is None or max(fact.at, begins) >= end:
                    late = None
                elif late is None or begins > fact.at:
                    late = max(fact.at, begins)
        return late

    def _late(self, at: datetime, due: date | None) -> int | None:
        """How many days after a due date a moment is; None where it is not later."""
        days = (today(self.ledger, at) - due).days if due else 0
        return days if days > 0 else None


def _proof(fact: Fact) -> dict[str, Any]:
    return {"at": fact.at, "commit": fact.commit, "author": fact.author}


def _past(facts: Sequence[Fact]) -> tuple[str, ...]:
    """What came before the last of these facts, in a word each."""
    return tuple(fact.event.split("_", 1)[1] for fact in facts[:-1])
