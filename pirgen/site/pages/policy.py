"""The policy as the configuration has it: severities, the process, targets, duties, the review and its meeting."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from pirgen.config import Config
from pirgen.config.policy import MESSAGES
from pirgen.report.metrics import figures
from pirgen.review.duration import format_duration
from pirgen.review.milestones import MILESTONES
from pirgen.site.pages import Page, Subject
from pirgen.site.review_page import severity_look

STEPS = (
    ("Alert triggered", "detected", "`pirgen incident open` begins the log."),
    ("On-call notified", "acknowledged", "`pirgen incident ack` says who works on it."),
    ("Triage severity", "", "`pirgen incident severity` changes the severity."),
    (
        "Response",
        "",
        "`pirgen incident bridge` says where the responders meet, `pirgen incident status` what others are told; "
        "`pirgen comms` writes the message.",
    ),
    (
        "Investigation",
        "identified",
        "`pirgen incident diagnostics` keeps what the systems tell and what changed in git.",
    ),
    ("Mitigation", "mitigated", "`pirgen incident mitigate` says what ended the effect on users."),
    (
        "Resolution",
        "resolved",
        "`pirgen incident resolve` says that the incident is over, `pirgen incident verify` that this was checked, "
        "`pirgen incident close` that only the review is left.",
    ),
    ("Review", "", "`pirgen new` starts the review, `pirgen agenda` prepares its meeting."),
)
"""The steps of an incident, the milestone that each reaches (empty for none), and what its commands do in it."""

BLANKS = (
    "incident_id",
    "severity",
    "title",
    "status",
    "impact",
    "started",
    "duration",
    "team",
    "activity",
    "root_cause",
    "resolution",
    "next_update",
    "review",
)
"""The values of a message, which the page shows as blanks."""


LEFT, STEP, LINE = 8, 140, 26
"""In the picture of the intervals, in pixels: its margin, how far milestones are apart, and how far the lines are."""


class Target(NamedTuple):
    """A figure that a target can be set for, in words; `target` is empty where none is set."""

    title: str
    target: str
    definition: str


class Picture(NamedTuple):
    """The milestones, each with its position, and under them a line for each interval from its start to its end."""

    milestones: Sequence[tuple[int, str]]
    rows: Sequence[tuple[int, int, int, str]]
    """The height of each line, its two ends, and what it says."""
    width: int
    height: int


def make(subject: Subject) -> Iterator[Page]:
    """The page of the policy. It is always made, because the defaults are a policy too."""
    values: dict[str, Any] = {
        "config": subject.config,
        "looks": {level.name: severity_look(level.name, subject.config) for level in subject.config.severities},
        "steps": STEPS,
        "targets": [*_targets(subject.config)],
        "picture": _picture(subject.config),
        "links": subject.policy_links,
    }
    blanks = {name: f"{{{name.replace('_', ' ')}}}" for name in BLANKS}
    values["messages"] = [
        (name, subject.templates.render(f"messages/{name}.txt.j2", **blanks, known=blanks, now="{now}"))
        for name in MESSAGES
    ]
    yield Page("policy.md", subject.fill("policy", **values))


def _targets(config: Config) -> Iterator[Target]:
    """The intervals and the figures that have a target."""
    for figure in figures():
        name, value = figure.name, config.targets.get(figure.name)
        if interval := config.intervals.get(name):
            yield Target(figure.title, _target(name, config), f"on average, from {interval.start} to {interval.end}")
        elif value is not None:
            yield Target(
                figure.title,
                f"at least {value:g}%",
                figure.definition(config).partition(": ")[2] or figure.definition(config),
            )


def _target(name: str, config: Config) -> str:
    value = config.targets.get(name)
    return "" if value is None else f"less than {format_duration(value)}"


def _picture(config: Config) -> Picture:
    used = {name for interval in config.intervals.values() for name in (interval.start, interval.end)}
    places = {name: LEFT + STEP * number for number, name in enumerate(name for name in MILESTONES if name in used)}
    rows = [
        (
            40 + LINE * number,
            places[interval.start],
            places[interval.end],
            ", ".join(filter(None, (name.upper(), _target(name, config)))),
        )
        for number, (name, interval) in enumerate(config.intervals.items())
    ]
    return Picture([(x, name) for name, x in places.items()], rows, LEFT + STEP * len(places), 40 + LINE * len(rows))
