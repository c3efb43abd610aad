"""Action items through history: the facts of each, whatever its ids were, and how it stood at a moment."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby

from pirgen.ledger import CLOSED, Fact, Incident, Ledger
from pirgen.review.timeline import parse_date

TICK = timedelta(microseconds=1)
"""How much a day or a time that begins a period lies after the last moment before it."""
State = Mapping[str, str | None]
"""An item's `id` then, its `status`, which is `removed` where it is gone, its `owner` and its `due` date."""


@dataclass
class Track:
    """An action item with its facts, oldest first."""

    facts: list[Fact] = field(default_factory=list)
    action_id: str = ""
    """The id that it has after these facts."""
    action: str = ""
    """What is to be done, as the item says now."""

    @property
    def state(self) -> State:
        """How it stands after its facts."""
        return _state(self.facts)

    def state_at(self, moment: datetime) -> State | None:
        """How it stood at an aware moment; None before it was there."""
        known = [fact for fact in self.facts if fact.at <= moment]
        return _state(known) if known else None


def _state(facts: Iterable[Fact]) -> State:
    state: State = {}
    for fact in facts:
        state = after(state, fact)
    return state


def after(state: State, fact: Fact) -> State:
    """The state of an item after one more fact."""
    state = {**state, "id": fact.action_id}
    if fact.event == "action_removed":
        return {**state, "status": "removed"}
    return {**state, **{name: fact.after[name] for name in ("status", "owner", "due") if name in fact.after}}


def is_open(state: State) -> bool:
    """Whether somebody still has to do it."""
    return state["status"] not in (*CLOSED, "removed")


def due_of(state: State) -> date | None:
    """The due date of a state."""
    return parse_date(state["due"] or "")


def tracks(incident: Incident, facts: Iterable[Fact]) -> list[Track]:
    """The action items of an incident through history, with what they say now."""
    here: dict[str, Track] = {}
    gone: dict[str, list[Track]] = {}
    found: list[Track] = []
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
                here[name] = Track()
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


def starts(ledger: Ledger, day: date, after: int) -> datetime | None:
    """The moment, in UTC, at which the day begins, in the project's zone, that is so many days `after` another one.

    None for a day that no calendar has.
    """
    try:
        return datetime.combine(day + timedelta(days=after), time.min, ledger.config.zone).astimezone(UTC)
    except OverflowError:
        return None


def before_day(ledger: Ledger, day: date) -> datetime:
    """The last moment before a day of the project's zone, in UTC: of a period from or until the start of that day."""
    return datetime.combine(day, time.min, ledger.config.zone).astimezone(UTC) - TICK
