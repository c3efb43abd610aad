"""What happened in a period: the facts of a ledger, told once for each thing that they are about."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby
from typing import Any, NamedTuple

from pirgen.ledger import CLOSED, Fact, Incident, Ledger
from pirgen.report.columns import today
from pirgen.report.deadlines import deadline, requires_review
from pirgen.report.metrics.recurrences import began
from pirgen.review.incident_log import INCIDENT
from pirgen.review.timeline import parse_date

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


@dataclass(frozen=True)
class Story:
    """The events after `since` up to and including `until`, both aware: by kind, then by time."""

    since: datetime
    until: datetime
    events: tuple[Event, ...]

    @property
    def by_kind(self) -> dict[str, list[Event]]:
        """The events of each kind that there is, in the order of `KINDS`."""
        return {kind: [*events] for kind, events in groupby(self.events, lambda event: event.kind)}


@dataclass
class _Track:
    """An action item through history, whatever its ids were."""

    facts: list[Fact] = field(default_factory=list)
    action_id: str = ""
    action: str = ""


def story(ledger: Ledger, since: datetime, until: datetime | None = None) -> Story:
    """What happened after `since`, up to and including `until`; both are aware, None is the ledger's own moment.

    Periods that touch tell each fact once, because `since` itself is not part of a period. For a day, pass
    `before_day`, so that a commit at midnight belongs to the day that begins.

    Every incident, review and action item is told once for how it stands: by the last thing that happened to it, with
    the rest in `past`. What was closed and then reopened is told as reopened, and went through `closed`. An item that
    was opened in the period is not told as moved or reassigned. Moves and reassignments count from the period's start
    to its end, so that one which was taken back is nothing. That work on an item began is not told.

    An item or a review is newly overdue if it became so in the period and still is at the period's end. What was
    closed or completed late in the period is told as that, with the days that it was late. An item that was opened or
    reopened after its due date became overdue then. A review's deadline is the one that the ledger knows last.

    An incident was opened when git first saw its log or its review. It happened again if it is a real incident that is
    related to an earlier one, and that is told when it was opened.
    """
    until = ledger.as_of if until is None else until
    told = _Teller(ledger, since, until)
    order = [*KINDS]
    events = sorted(
        told.events(), key=lambda one: (order.index(one.kind), one.at, one.incident_id, one.action_id or "")
    )
    return Story(since, until, tuple(events))


def before_day(ledger: Ledger, day: date) -> datetime:
    """The last moment before a day of the project's zone, in UTC: of a period from or until the start of that day."""
    return _start(ledger, day) - timedelta(microseconds=1)


def _start(ledger: Ledger, day: date) -> datetime:
    return datetime.combine(day, time.min, ledger.config.zone).astimezone(UTC)


class _Teller:
    def __init__(self, ledger: Ledger, since: datetime, until: datetime) -> None:
        self.ledger, self.since, self.until = ledger, since, until

    def events(self) -> Iterator[Event]:
        known = {name: [fact for fact in facts if fact.at <= self.until] for name, facts in self.ledger.told.items()}
        complete = {name: _complete_since(facts) for name, facts in known.items()}
        covered = {
            other
            for name, incident in self.ledger.incidents.items()
            if incident.snapshot and complete.get(name)
            for other in incident.snapshot.covers
        }
        for name, incident in self.ledger.incidents.items():
            facts = known.get(name)
            if not facts:
                continue
            yield from self._incident(incident, facts)
            if not complete[name] and name not in covered:
                yield from self._review_overdue(incident, facts)
            for track in _tracks(incident, facts):
                yield from self._item(incident, track)

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
        """The incidents before this one that it is related to, by its own words or by theirs."""
        day, known = began(self.ledger, incident), self.ledger.incidents
        if day is None or incident.type != INCIDENT or incident.is_withdrawn:
            return ()
        named = incident.snapshot.related if incident.snapshot else ()
        return tuple(
            name
            for name, other in sorted(known.items())
            if not other.is_withdrawn
            and (name in named or (other.snapshot and incident.incident_id in other.snapshot.related))
            and (then := began(self.ledger, other)) is not None
            and then < day
        )

    def _review_overdue(self, incident: Incident, facts: Sequence[Fact]) -> Iterator[Event]:
        due = deadline(self.ledger, incident)
        last = [fact.event for fact in facts if fact.event in _REVIEW][-1:]
        is_needed = incident.type == INCIDENT and requires_review(self.ledger, incident.severity)
        if due is None or not is_needed or last == ["review_withdrawn"]:
            return
        spoilt = [fact.at for fact in facts if fact.event in ("review_reopened", "review_deleted")]
        at = max(_start(self.ledger, due + timedelta(days=1)), facts[0].at, *spoilt[-1:])
        if self.since < at <= self.until:
            late = self._late(self.until, due)
            yield Event(
                "review_overdue", at, None, None, incident.incident_id, severity=incident.severity, due=due, days=late
            )

    def _item(self, incident: Incident, track: _Track) -> Iterator[Event]:
        ours = self._within(track.facts)
        state = _state(track.facts)
        due, is_new = parse_date(state["due"] or ""), track.facts[0] in ours
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
            before, after, days = facts[0].before[name], facts[-1].after[name], None
            kind = "action_reassigned"
            if name == "due":
                was, now = parse_date(before or ""), parse_date(after or "")
                days = (now - was).days if was and now else None
                kind = "action_moved_later" if (days or 0) > 0 else "action_moved_earlier"
                kind = kind if was and now else "action_dated" if now else "action_undated"
            yield base._replace(kind=kind, before=before, after=after, days=days, **_proof(facts[-1]))

    def _late_since(self, facts: Sequence[Fact]) -> datetime | None:
        """Since when an item with these facts has been overdue without a break; None where it is not."""
        late: datetime | None = None
        ends = [*(fact.at for fact in facts[1:]), self.until + timedelta(microseconds=1)]
        state: dict[str, str | None] = {}
        for fact, end in zip(facts, ends, strict=True):
            state = _after(state, fact)
            due = parse_date(state["due"] or "")
            if due is None or due == date.max or state["status"] in (*CLOSED, "removed"):
                begins = end
            else:
                begins = max(fact.at, _start(self.ledger, due + timedelta(days=1)))
            if fact.at < end:  # what holds for no time is nothing
                late = None if begins >= end else late if late and begins == fact.at else begins
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


def _complete_since(facts: Iterable[Fact]) -> bool:
    """Whether the review is complete after these facts."""
    last = [fact.event for fact in facts if fact.event in _REVIEW]
    return last[-1:] == ["review_completed"]


def _state(facts: Iterable[Fact]) -> dict[str, str | None]:
    """An item's status (`removed` where it is gone), owner and due date after its facts."""
    state: dict[str, str | None] = {}
    for fact in facts:
        state = _after(state, fact)
    return state


def _after(state: Mapping[str, str | None], fact: Fact) -> dict[str, str | None]:
    if fact.event == "action_removed":
        return {**state, "status": "removed"}
    return {**state, **{name: fact.after[name] for name in ("status", "owner", "due") if name in fact.after}}


def _tracks(incident: Incident, facts: Iterable[Fact]) -> list[_Track]:
    """The action items of an incident through history, with what they say now."""
    here: dict[str, _Track] = {}
    gone: dict[str, list[_Track]] = {}
    found: list[_Track] = []
    for (is_renumbering, _), step in groupby(
        (fact for fact in facts if fact.action_id is not None),
        lambda fact: (fact.event == "action_renumbered", fact.commit),
    ):
        told = [*step]
        if is_renumbering:  # two items may have changed their ids with each other
            moved = [here.pop(fact.before["action_id"]) for fact in told]
            here |= {fact.action_id or "": track for fact, track in zip(told, moved, strict=True)}
        for fact in told:
            name = fact.action_id or ""
            if fact.event == "action_opened":
                here[name] = _Track()
                found.append(here[name])
            elif fact.event == "action_restored":
                here[name] = gone[name].pop()
            here[name].facts.append(fact)
            here[name].action_id = name
            if fact.event == "action_removed":
                gone.setdefault(name, []).append(here.pop(name))
    texts = {item.said.id: item.said.action for item in (*incident.removed, *incident.items.values())}
    for track in found:
        track.action = texts.get(track.action_id, "")
    return found
