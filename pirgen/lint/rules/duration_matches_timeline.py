"""The rule duration-matches-timeline."""

from collections.abc import Iterator

from pirgen.diagnostic import Fix, Problem, Replace, Severity
from pirgen.lint.rules import Context, rule
from pirgen.review import Review
from pirgen.review.duration import format_duration


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
    lasted = review.lasted
    if not lasted.is_contradicted:
        return
    listed = ", ".join(f"{format_duration(found, exact=True)} from {ends}" for ends, found in lasted.proven.items())
    first = next(iter(lasted.proven.values()))
    right = format_duration(first, exact=True)
    yield Problem(
        ("duration",),
        f"`{review.duration}` contradicts the timeline: {listed}",
        f"write `duration: {right}`" if first > 0 else "correct the times in the timeline",
        fix=Fix((Replace(("duration",), right),), safe=False) if first > 0 else None,
    )
