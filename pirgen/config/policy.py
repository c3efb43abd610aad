"""The default policy of a project, that of OPS-INCIDENTS. A pirgen.yaml can change it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from pirgen.review.duration import format_duration


class SeverityLevel(NamedTuple):
    """A row of the severity matrix. Times are in seconds."""

    name: str
    label: str = ""
    criteria: str = ""
    examples: tuple[str, ...] = ()
    response: int | None = None
    resolution: int | None = None
    review: bool = True
    review_due: int = 7 * 86_400
    commander: bool = False
    update_every: int | None = None
    """How often others are told how an open incident stands; None where the policy does not say."""
    aliases: tuple[str, ...] = ()
    """Further names that people write, which lint replaces."""

    @property
    def described(self) -> str:
        """What it means, in a line: `Critical. All is down. Acknowledge within 15m, resolve within 1h.`"""
        times = (("acknowledge", self.response), ("resolve", self.resolution))
        within = ", ".join(f"{verb} within {format_duration(time, exact=True)}" for verb, time in times if time)
        parts = (self.label, self.criteria, within[:1].upper() + within[1:])
        return " ".join(f"{part.rstrip('.')}." for part in parts if part)


class Mitigation(NamedTuple):
    """A way to mitigate an incident that the policy suggests, and its command with `{parameters}` to fill in."""

    action: str
    command: str


class AgendaTopic(NamedTuple):
    """A topic of the review meeting and its time in seconds."""

    topic: str
    time: int | None = None


class Document(NamedTuple):
    """The texts and links about the policy as a document. Absent texts are empty."""

    ref: str = ""
    owner: str = ""
    status: str = ""
    updated: str = ""
    links: tuple[tuple[str, str], ...] = ()
    """Links to further reading: title, and a URL or a path relative to the folder above that of the pages."""
    dashboards: tuple[tuple[str, str], ...] = ()
    """Dashboards to look at during an incident: title and URL."""


class Repository(NamedTuple):
    """The web addresses of the project: URLs with `{path}` and `{commit}` in them; empty where unknown."""

    edit: str = ""
    commit: str = ""
    file: str = ""


class Tracker(NamedTuple):
    """Where the issues of action items are kept; empty where the remote says so."""

    kind: str = ""
    host: str = ""
    project: str = ""
    label: str = "incident-followup"


SEVERITIES = (
    SeverityLevel(
        "P1",
        "Critical",
        "Complete service outage, data loss risk",
        ("API completely down", "Workflow processing stopped"),
        response=900,
        update_every=900,
        resolution=3_600,
        commander=True,
    ),
    SeverityLevel(
        "P2",
        "High",
        "Major feature unavailable, >50% users affected",
        ("Agent pool >50% unhealthy", "Single region degraded"),
        response=1_800,
        update_every=1_800,
        resolution=14_400,
        commander=True,
    ),
    SeverityLevel(
        "P3",
        "Medium",
        "Minor feature degraded, <50% users affected",
        ("Slow response times (2× normal)", "Dashboard unavailable"),
        response=7_200,
        update_every=7_200,
        resolution=86_400,
    ),
    SeverityLevel(
        "P4",
        "Low",
        "Cosmetic issues, no user impact",
        ("Minor UI bug",),
        response=86_400,
        update_every=86_400,
        resolution=604_800,
    ),
)
TARGETS: Mapping[str, float] = {"mttd": 300, "mtta": 900, "mttr": 7_200, "review_completion": 100}
AGENDA = tuple(
    AgendaTopic(topic, minutes * 60)
    for topic, minutes in (
        ("Timeline review", 5),
        ("Root cause analysis", 15),
        ("Contributing factors", 10),
        ("Action items", 15),
        ("Lessons learned", 5),
    )
)
MITIGATIONS = (
    Mitigation("Rollback", "kubectl rollout undo deployment/{deployment}"),
    Mitigation("Scale up", "kubectl scale deployment/{deployment} --replicas={replicas}"),
    Mitigation("Failover", "./scripts/dr/failover.sh"),
    Mitigation("Feature flag", "./scripts/flags/disable.sh --flag={flag}"),
)
MESSAGES = ("initial", "update", "resolution")
"""The messages to others that the process has, in its order; each is a template."""
DUTIES: Mapping[str, tuple[str, ...]] = {
    "on_call": (
        "Acknowledge alerts within SLA",
        "Triage and assign severity",
        "Lead incident response",
        "Communicate status updates",
        "Hand off to next shift if unresolved",
    ),
    "incident_commander": (
        "Coordinate response team",
        "Make escalation decisions",
        "Communicate with stakeholders",
        "Ensure documentation",
    ),
}

REMINDERS = (0, 3, 7)
"""The days on which owners are reminded, counted from the due date."""
