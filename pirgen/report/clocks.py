"""Where an incident that goes on stands: since when, who has it, and by when somebody has to act.

Everything here is worked out from values. So it serves history, the files of the worktree and an editor alike.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from pirgen.config.policy import SeverityLevel
from pirgen.review.incident_log import DRILL, INCIDENT, NEAR_MISS, IncidentLog
from pirgen.review.milestones import INTERVALS, Interval, Milestone

_NEVER = datetime.max.replace(tzinfo=UTC)


class Standing(NamedTuple):
    """What is known of an incident. Absent texts are empty, unknown times are None; times are in UTC."""

    incident_id: str
    title: str = ""
    severity: str = ""
    type: str = INCIDENT
    began: datetime | None = None
    """When it started, else when it was detected, else when the log's first event was."""
    declared: datetime | None = None
    """When it was declared."""
    told: datetime | None = None
    """When others were told last how it stands, after its declaration."""
    roles: Mapping[str, str] = {}
    """Who holds which role now."""
    milestones: Mapping[str, Milestone] = {}


class Clocks(NamedTuple):
    """The times that run for an incident at the moment `now`."""

    open_for: float | None
    """For how many seconds it has been open; None where nobody knows since when, or where that is after `now`."""
    respond_by: datetime | None
    """By when it has to be acknowledged; None once it is, and where no target or no time is known."""
    resolve_by: datetime | None
    """By when it has to be resolved; None once it is, and where no target or no time is known."""
    update_by: datetime | None
    """By when others have to be told again how it stands; None where the policy does not say, or no time is known."""
    acknowledged_after: float | None
    """After how many seconds it was acknowledged; None where it was not, and where that is not known."""
    now: datetime

    def left(self, by: datetime | None) -> float | None:
        """How many seconds are left until one of the moments, negative where it is past; None for None."""
        return (by - self.now).total_seconds() if by else None

    @property
    def response_is_late(self) -> bool:
        """Whether nobody acknowledged it within its severity's response time."""
        return (self.left(self.respond_by) or 0) < 0

    @property
    def resolution_is_late(self) -> bool:
        """Whether it was not resolved within its severity's resolution time."""
        return (self.left(self.resolve_by) or 0) < 0


def standing(log: IncidentLog) -> Standing:
    """Where the incident of a log stands by that log alone."""
    declared = log.last("declared")
    return Standing(
        log.incident_id,
        log.title,
        log.severity,
        log.type,
        log.started,
        declared.at if declared else None,
        log.told,
        log.roles,
        log.milestones,
    )


def clocks(
    standing: Standing, level: SeverityLevel | None, now: datetime, intervals: Mapping[str, Interval] = INTERVALS
) -> Clocks:
    """The clocks of an incident at an aware moment; `level` is its severity's row, None for an unknown severity.

    The times to respond and to resolve run between the milestones of `intervals`, and where the first of the two is not
    recorded, from when the incident began. The time to the next update runs from when others were told last, else from
    the declaration, else from when the incident began. docs/explanation/numbers.md defines them.
    """
    response, resolution = intervals["mtta"], intervals["mttr"]
    reached = standing.milestones.get(response.end)
    return Clocks(
        _between(standing.began, now),
        _due(standing, level, response),
        _due(standing, level, resolution),
        _after(standing.told or standing.declared or standing.began, level.update_every if level else None),
        _between(_start(standing, response), reached.at if reached else None),
        now,
    )


def urgency(
    standing: Standing, found: Clocks, severities: Sequence[str]
) -> tuple[bool, bool, bool, int, datetime, str]:
    """What sorts incidents with the most urgent first; `severities` are the names of the matrix, the worst first.

    First come those that nobody acknowledged in time, then those that were not resolved in time, then the worse
    severity (an unknown one last), then the older incident. Near misses and drills come after all incidents.
    """
    rank = severities.index(standing.severity) if standing.severity in severities else len(severities)
    late = (not found.response_is_late, not found.resolution_is_late)
    return (standing.type in (NEAR_MISS, DRILL), *late, rank, standing.began or _NEVER, standing.incident_id)


def _due(standing: Standing, level: SeverityLevel | None, interval: Interval) -> datetime | None:
    is_over = interval.end in standing.milestones
    return None if is_over else _after(_start(standing, interval), getattr(level, interval.limit, None))


def _start(standing: Standing, interval: Interval) -> datetime | None:
    first = interval.began(standing.milestones)
    return first[1].at if first else standing.began


def _between(start: datetime | None, end: datetime | None) -> float | None:
    """The seconds from one moment to the other; None where one is not known, or the second is before the first."""
    seconds = (end - start).total_seconds() if start and end else -1
    return seconds if seconds >= 0 else None


def _after(at: datetime | None, seconds: int | None) -> datetime | None:
    try:
        return at + timedelta(seconds=seconds) if at and seconds is not None else None
    except OverflowError:  # never
        return None
