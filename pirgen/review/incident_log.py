"""The frozen model of an incident log, and `read`, which makes an `IncidentLog` from plain data."""

from datetime import datetime
from typing import Any, NamedTuple

from pirgen.review.milestones import MILESTONES, NOTE, Milestone, began
from pirgen.review.timeline import Clock, Moment, milestones, resolve


class IncidentLog(NamedTuple):
    """The notes that were written during an incident."""

    incident_id: str
    title: str = ""
    severity: str = ""
    events: tuple[Moment, ...] = ()
    withdrawn: bool = False

    @property
    def milestones(self) -> dict[str, Milestone]:
        """The milestones that the events reach, by kind."""
        return milestones(self.events)

    @property
    def started(self) -> datetime | None:
        """When the incident started, else when it was detected, else the time of the log's first event."""
        return began(self.milestones) or next((event.at for event in self.events if event.at), None)


def read(data: Any) -> IncidentLog:
    """An `IncidentLog` from the data of a document; values of the wrong type are left out."""
    data = data if isinstance(data, dict) else {}
    events = data.get("events")
    events = [event for event in events if isinstance(event, dict)] if isinstance(events, list) else []
    severities = [event.get("severity") for event in events if event.get("kind") == "severity_changed"]
    severity = next(filter(None, reversed(severities)), data.get("severity"))
    return IncidentLog(
        incident_id=_text(data.get("incident_id")),
        title=_text(data.get("title")),
        severity=_text(severity),
        events=resolve(map(_moment, events), None, Clock(phrases={})),
        withdrawn=any(event.get("kind") == "withdrawn" for event in events),
    )


def _moment(event: dict[str, Any]) -> Moment:
    kind = _text(event.get("kind"))
    kind = kind if kind in MILESTONES else NOTE
    return Moment(_text(event.get("at")), _text(event.get("text")), kind, _text(event.get("by")))


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
