"""How long an open incident is open, and when its severity's targets end."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from pirgen.config.policy import SeverityLevel
from pirgen.review.incident_log import IncidentLog


class Standing(NamedTuple):
    """What an incident's log says about how it stands."""

    incident_id: str
    title: str
    severity: str
    type: str
    began: datetime | None
    acknowledged: datetime | None
    told: datetime | None
    roles: Mapping[str, str]


class Clocks(NamedTuple):
    """The times that count for an open incident; None for unknown ones and those that no longer count."""

    open_for: float | None
    respond_by: datetime | None
    resolve_by: datetime | None
    update_by: datetime | None


def standing(log: IncidentLog) -> Standing:
    """What a log says about how its incident stands."""
    acknowledged = log.milestones.get("acknowledged")
    return Standing(log.incident_id, log.title, log.severity, log.type, log.started,
                    acknowledged.at if acknowledged else None, log.told, log.roles)  # fmt: skip


def clocks(standing: Standing, level: SeverityLevel | None, now: datetime) -> Clocks:
    """The clocks of an incident of a severity."""

    def by(start: datetime | None, seconds: int | None) -> datetime | None:
        return start + timedelta(seconds=seconds) if start and seconds else None

    began = standing.began
    return Clocks(
        (now - began).total_seconds() if began else None,
        by(began, level.response if level else None) if standing.acknowledged is None else None,
        by(began, level.resolution if level else None),
        by(standing.told or began, level.update_every if level else None),
    )
