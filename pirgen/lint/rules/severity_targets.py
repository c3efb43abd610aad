"""The rule severity-targets."""

from collections.abc import Iterator

from pirgen.diagnostic import Problem, Severity
from pirgen.lint.rules import Context, rule
from pirgen.review import Review
from pirgen.review.duration import format_duration


@rule(Severity.ADVICE)
def severity_targets(review: Review, context: Context) -> Iterator[Problem]:
    """A response or a resolution later than the severity's target is worth a word in the review.

    *Bad*:

        severity: P1
        timeline:
          - {time: "14:30", event: Alert triggered, kind: detected}
          - {time: "15:00", event: On-call answers, kind: acknowledged}

    *Good*:

        severity: P1
        timeline:
          - {time: "14:30", event: Alert triggered, kind: detected}
          - {time: "14:40", event: On-call answers, kind: acknowledged}
    """
    level, reached = context.config.severity(review.severity), review.milestones
    for interval in context.config.intervals.values():
        limit = getattr(level, interval.limit, None) if interval.limit else None
        taken = interval.measure(reached) if limit is not None else None
        if level and limit is not None and taken and taken.seconds > limit:
            after = "it started" if taken.start == "started" else f"it was {taken.start}"
            yield Problem(
                ("severity",),
                f"{interval.end} {format_duration(taken.seconds)} after {after}; the target for {level.name} is "
                f"{format_duration(limit)}",
                "say why in the contributing factors or the lessons",
            )
