"""The rule duration-matches-timeline."""

from collections.abc import Iterator

from pirgen.diagnostic import Fix, Problem, Replace, Severity
from pirgen.lint.rules import Context, rule
from pirgen.review import Review
from pirgen.review.duration import format_duration, parse_duration

TOLERANCE = 60
"""Seconds: timelines are written to the minute."""


@rule(Severity.WARNING)
def duration_matches_timeline(review: Review, context: Context) -> Iterator[Problem]:
    """A duration is a fact of the timeline: from detected or started to resolved, or to mitigated.

    In the one large public log that states durations, 23 of 56 contradict the report's own timeline. The
    rule is silent where the timeline lacks one of the ends, or knows it only approximately.

    *Bad*:

        duration: 5m
        timeline:
          - {time: "14:30", kind: detected, event: Alert triggered}
          - {time: "15:15", kind: resolved, event: Service recovered}

    *Good*:

        duration: 45m
        timeline:
          - {time: "14:30", kind: detected, event: Alert triggered}
          - {time: "15:15", kind: resolved, event: Service recovered}
    """
    stated = parse_duration(review.duration)
    reached = {kind: mark for kind, mark in review.milestones.items() if not mark.approximate}
    derived = {
        f"{start} to {end}": (reached[end].at - reached[start].at).total_seconds()
        for start in ("detected", "started")
        for end in ("resolved", "mitigated")
        if start in reached and end in reached
    }
    if stated is None or not derived or any(abs(stated - found) <= TOLERANCE for found in derived.values()):
        return
    listed = ", ".join(f"{format_duration(found, exact=True)} from {ends}" for ends, found in derived.items())
    first = next(iter(derived.values()))
    right = format_duration(first, exact=True)
    yield Problem(
        ("duration",),
        f"`{review.duration}` contradicts the timeline: {listed}",
        f"write `duration: {right}`" if first > 0 else "correct the times in the timeline",
        fix=Fix((Replace(("duration",), right),), safe=False) if first > 0 else None,
    )
