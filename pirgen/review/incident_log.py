"""The frozen model of an incident log, and `read`, which makes an `IncidentLog` from plain data.

A log is a list of events, each on a line of its own. The `declared` event carries the incident's id, title, severity
and type; a later event that carries one of them changes it. Two clones may both append, so the order of the lines says
nothing: `read` sorts events by their time, and an event that stands there twice counts once. An `amended` event
corrects an earlier one, so that no line is ever rewritten.

Older logs are a mapping of the id, title and severity and a list `events`. They are read in the same way.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple

from pirgen.review.milestones import MILESTONES, NOTE, Milestone, began
from pirgen.review.timeline import Clock, Moment, milestones, parse_time, resolve

KINDS = (
    "declared", *MILESTONES,
    "notified", "escalated", "handed_off", "bridge_opened", "status_changed", "severity_changed", "diagnostics",
    "mitigation", NOTE, "message", "meeting", "amended", "verified", "closed", "withdrawn",
)  # fmt: skip
"""The kinds of events."""
INCIDENT, NEAR_MISS, DRILL = TYPES = ("incident", "near_miss", "drill")
"""The types of an incident. Only an `incident` counts in mean times and in completion rates."""
ROLES = ("on_call", "incident_commander", "communications", "scribe")
"""The roles that people have in an incident."""
TOLD = ("status_changed", "message")
"""The kinds of events that tell others how the incident stands."""


class Event(NamedTuple):
    """One event of a log."""

    at: datetime | None
    """When, in UTC; None where the time cannot be read."""
    kind: str
    text: str
    by: str
    said: Mapping[str, Any]
    """All that the line says, by key."""
    place: int = 0
    """Its index in the list of events, where problems with it are shown."""
    corrected: bool = False
    """Whether a later event corrected it."""

    @property
    def name(self) -> str:
        """The time and the kind, by which an `amended` event names it."""
        return f"{self.said.get('at', '')} {self.kind}"


class IncidentLog(NamedTuple):
    """The notes that were written during an incident."""

    incident_id: str
    title: str = ""
    severity: str = ""
    type: str = INCIDENT
    events: tuple[Event, ...] = ()
    """The events by time, with the corrections made; those whose time cannot be read come last."""
    lost: tuple[int, ...] = ()
    """The places of the corrections that name no event."""
    is_list: bool = True
    """Whether it is a list of events; otherwise it is of the older form, with a header."""

    @property
    def moments(self) -> tuple[Moment, ...]:
        """The events as entries of a timeline, without the corrections."""
        return _moments(event for event in self.events if event.kind != "amended")

    @property
    def milestones(self) -> dict[str, Milestone]:
        """The milestones that the events reach, by kind."""
        return milestones(self.moments)

    @property
    def started(self) -> datetime | None:
        """When the incident started, else when it was detected, else the time of the log's first event."""
        return began(self.milestones) or next((moment.at for moment in self.moments if moment.at), None)

    @property
    def withdrawn(self) -> bool:
        """Whether somebody said that it was no incident."""
        return self.has("withdrawn")

    @property
    def is_over(self) -> bool:
        """Whether it was resolved, closed or withdrawn."""
        return self.has("resolved", "closed", "withdrawn")

    def has(self, *kinds: str) -> bool:
        """Whether there is an event of one of these kinds."""
        return any(event.kind in kinds for event in self.events)

    def last(self, *kinds: str) -> Event | None:
        """The last event of these kinds; None where there is none."""
        return next((event for event in reversed(self.events) if event.kind in kinds), None)

    def latest(self, key: str) -> str:
        """The text that was said last under a key, such as `impact`; empty where nobody said any."""
        return next((_text(event.said.get(key)) for event in reversed(self.events) if event.said.get(key)), "")

    @property
    def status(self) -> str:
        """The status that was said last; `resolved` from the resolution on, unless a later one was said."""
        for event in reversed(self.events):
            if said := _text(event.said.get("status")):
                return said
            if event.kind == "resolved":
                return "resolved"
        return ""

    @property
    def is_declared_twice(self) -> bool:
        """Whether two incidents were opened under its id."""
        return sum(event.kind == "declared" for event in self.events) > 1

    @property
    def told(self) -> datetime | None:
        """When others were told last how the incident stands: by a status or a message."""
        last = self.last(*TOLD)
        return last.at if last else None

    @property
    def meeting_at(self) -> datetime | None:
        """When the review meeting begins, by the last event about it; None where nobody said."""
        last = self.last("meeting")
        return parse_time(_text(last.said.get("scheduled")), UTC) if last else None

    @property
    def roles(self) -> dict[str, str]:
        """Who holds which role now. Whoever acknowledges is on call; an event with `role` and `to` hands one over."""
        held: dict[str, str] = {}
        for event in self.events:
            if event.kind == "acknowledged" and event.by:
                held["on_call"] = event.by
            role, holder = _text(event.said.get("role")), _text(event.said.get("to"))
            if holder and event.kind == "handed_off":
                role = role or "on_call"
            if role and holder:
                held[role] = holder
        return {role: held[role] for role in (*ROLES, *held) if role in held}


def read(data: Any) -> IncidentLog:
    """An `IncidentLog` from the data of a document; values of the wrong type are left out."""
    header: Mapping[str, Any] = data if isinstance(data, dict) else {}
    events, lost = _amended(_events(entries(data)))
    log = IncidentLog(
        incident_id=incident_id(data),
        events=tuple(sorted(events, key=lambda event: (event.at is None, event.at or _NEVER, event.place))),
        lost=lost,
        is_list=not isinstance(data, dict),
    )
    return log._replace(
        title=log.latest("title") or _text(header.get("title")),
        severity=log.latest("severity") or _text(header.get("severity")),
        type=log.latest("type") or INCIDENT,
    )


def incident_id(data: Any) -> str:
    """The id of the incident that a log's data is about; empty where it cannot be read."""
    return next(filter(None, _ids(data)), "")


def entries(data: Any) -> list[dict[str, Any]]:
    """The events in a log's data as they are written, those of the wrong shape left out."""
    found = data.get("events") if isinstance(data, dict) else data
    return [event for event in found if isinstance(event, dict)] if isinstance(found, list) else []


def _ids(data: Any) -> Iterator[str]:
    if isinstance(data, dict):
        yield _text(data.get("incident_id"))
    yield from (_text(event.get("incident_id")) for event in entries(data) if event.get("kind") == "declared")


_NEVER = datetime.max.replace(tzinfo=UTC)


def _events(said: Iterable[dict[str, Any]]) -> Iterator[Event]:
    seen = set()
    for place, one in enumerate(said):
        if (content := repr(sorted(one.items(), key=str))) not in seen:
            seen.add(content)
            yield _event(one, place)


def _event(said: Mapping[str, Any], place: int) -> Event:
    kind = _text(said.get("kind"))
    return Event(
        parse_time(_text(said.get("at")), UTC),
        kind if kind in KINDS else NOTE,
        _text(said.get("text")),
        _text(said.get("by")),
        said,
        place,
    )


def _amended(events: Iterable[Event]) -> tuple[list[Event], tuple[int, ...]]:
    """The events with the corrections made, and the places of the corrections that name none.

    A correction names its event by the time and kind that it has by then.
    """
    found, lost = [*events], []
    for correction in sorted((one for one in found if one.kind == "amended"), key=lambda one: one.at or _NEVER):
        name, values = _text(correction.said.get("corrects")), correction.said.get("set")
        place = next((place for place in reversed(range(len(found))) if found[place].name == name), None)
        if place is None or correction is found[place]:
            lost.append(correction.place)
        elif correction.said.get("struck") is True:
            del found[place]
        elif isinstance(values, dict):
            found[place] = _event({**found[place].said, **values}, found[place].place)._replace(corrected=True)
    return found, tuple(lost)


def _moments(events: Iterable[Event]) -> tuple[Moment, ...]:
    plain = (
        Moment(
            _text(event.said.get("at")),
            event.text,
            event.kind if event.kind in MILESTONES else NOTE,
            event.by,
            _text(event.said.get("link")),
        )
        for event in events
    )
    return resolve(plain, None, Clock(phrases={}))


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
