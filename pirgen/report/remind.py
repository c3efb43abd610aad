"""Who is to be reminded of what: the steps of action items and reviews that fall into a period. It keeps no state."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from itertools import groupby
from typing import Any, NamedTuple
from urllib.parse import quote

from pirgen.ledger import Fact, Incident, Ledger
from pirgen.report.columns import day_text, instant
from pirgen.report.deadlines import awaited_by, is_complete
from pirgen.report.tracks import Track, due_of, is_open, starts, tracks
from pirgen.report.wording import days

Period = tuple[datetime, datetime]
"""After which moment, and up to and including which one."""


class Reminder(NamedTuple):
    """One step of one action item, or of a review."""

    at: datetime
    """When it is due, in UTC: the start of the step's day."""
    owner: str
    """The item's owner on that day, or the incident commander; empty for nobody."""
    incident_id: str
    action_id: str | None
    """The id that the item has now; None for the review."""
    severity: str
    action: str
    """What is to be done; empty for the review."""
    due: date
    """The due date that held on that day."""
    step: int
    """How many days after the due date the step is; less than 0 before it."""
    late: int
    """How many days after the due date it is told: as many as the step, or more where git saw the item later."""
    id_then: str
    """The id that the item had on that day; empty for the review."""
    settled: bool
    """Whether nobody has to be reminded any more, as it is done, declined, removed or moved since."""

    @property
    def key(self) -> str:
        """What identifies the step for good: incident, item, due date and step, in characters that fit a comment.

        The item has the id of that day in it, since another one may have that id later.
        """
        names = (self.incident_id, self.id_then, day_text(self.due) or "", str(self.step))
        return "/".join(quote(name, safe="") for name in names)

    @property
    def when(self) -> str:
        """How late it is, in words."""
        far = days(abs(self.late))
        return "due today" if self.late == 0 else f"due in {far}" if self.late < 0 else f"{far} late"


def reminders(ledger: Ledger, since: datetime, until: datetime) -> list[Reminder]:
    """The steps after `since`, up to and including `until`, both aware; by owner (nobody last), then by time.

    A step is the start of the day that is so many days after the due date as `reminders` in pirgen.yaml says. It counts
    where the item was open then and had that due date, by what git had seen by then. A review counts where it was
    required and not complete then. Where steps had passed before git first saw that, the last of them counts at that
    moment, so an item that is overdue when it is added is told of. Periods that touch tell each step once, and the
    same period always tells the same steps, whatever happened after it.
    """
    covering: defaultdict[str, list[str]] = defaultdict(list)
    for name, incident in ledger.incidents.items():
        for other in incident.snapshot.covers if incident.snapshot else ():
            covering[other].append(name)
    found: list[Reminder] = []
    for name, incident in ledger.incidents.items():
        facts = ledger.told.get(name, ())
        others = [ledger.told.get(other, ()) for other in covering.get(name, ())]
        found += _of_review(ledger, incident, [facts, *others], (since, until))
        found += _of_items(ledger, incident, facts, (since, until))
    return sorted(found, key=lambda one: (not one.owner, one.owner, one.at, one.incident_id, one.action_id or ""))


def _of_review(
    ledger: Ledger, incident: Incident, told: Sequence[Sequence[Fact]], period: Period
) -> Iterator[Reminder]:
    """The steps of a review; `told` are the facts of its incident, then those of each whose review covers it."""

    def is_awaited(at: datetime) -> bool:
        known, *others = [[fact for fact in facts if fact.at <= at] for facts in told]
        return bool(known and awaited_by(ledger, incident, known)) and not any(map(is_complete, others))

    due = awaited_by(ledger, incident, ())
    known = next((fact.at for fact in told[0] if is_awaited(fact.at)), None)
    if due is None or known is None:
        return
    for step, at in _steps(ledger, due, known, period):
        if is_awaited(at):
            about = incident.commander, incident.incident_id, None, incident.severity, ""
            yield Reminder(at, *about, due, step, _late(ledger, due, at), "", not is_awaited(period[1]))


def _of_items(ledger: Ledger, incident: Incident, facts: Sequence[Fact], period: Period) -> Iterator[Reminder]:
    for track in tracks(incident, facts):
        for due, known in _dues(track):
            for step, at in _steps(ledger, due, known, period):
                then, later = track.state_at(at), track.state_at(period[1])
                if then and later and is_open(then) and due_of(then) == due:
                    about = incident.incident_id, track.action_id, incident.severity, track.action
                    settled = not is_open(later) or due_of(later) != due
                    late = _late(ledger, due, at)
                    yield Reminder(at, then["owner"] or "", *about, due, step, late, then["id"] or "", settled)


def _dues(track: Track) -> Iterator[tuple[date, datetime]]:
    """The due dates that an item had while it was open, each with the moment when git first saw that."""
    seen: set[date] = set()
    for fact in track.facts:
        state = track.state_at(fact.at)
        due = due_of(state) if state and is_open(state) else None
        if due and due not in seen:
            seen.add(due)
            yield due, fact.at


def _steps(ledger: Ledger, due: date, known: datetime, period: Period) -> Iterator[tuple[int, datetime]]:
    """The steps of a due date within a period, with their moments; `known` is when git first saw the due date."""
    dated = [(step, at) for step in sorted(ledger.config.reminders) if (at := starts(ledger, due, step))]
    passed = [step for step, at in dated if at < known]
    for step, at in ((passed[-1], known), *dated[len(passed) :]) if passed else dated:
        if period[0] < at <= period[1]:
            yield step, at


def _late(ledger: Ledger, due: date, at: datetime) -> int:
    return (at.astimezone(ledger.config.zone).date() - due).days


def by_owner(found: Sequence[Reminder]) -> Iterator[tuple[str, list[Reminder]]]:
    """The reminders of each owner; those of nobody under `nobody`."""
    for owner, theirs in groupby(found, key=lambda one: one.owner):
        yield owner or "nobody", [*theirs]


def row(one: Reminder) -> dict[str, Any]:
    """A reminder as JSON holds it; what is not known is null."""
    return {
        "key": one.key,
        "at": instant(one.at),
        "owner": one.owner or None,
        "incident_id": one.incident_id,
        "action_id": one.action_id,
        "severity": one.severity or None,
        "action": one.action or None,
        "due": day_text(one.due),
        "step": one.step,
        "settled": one.settled,
    }
