"""The rule severity-targets."""

from collections.abc import Iterator

from pirgen.diagnostic import Problem, Severity
from pirgen.lint.rules import Context, rule
from pirgen.review import Review
from pirgen.review.duration import format_duration

WAS = {"started": "started", "detected": "was detected"}


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
    if level is None:
        return
    start = "started" if "started" in reached else "detected"
    for first, last, target in (("detected", "acknowledged", level.response), (start, "resolved", level.resolution)):
        if target is not None and first in reached and last in reached:
            taken = (reached[last].at - reached[first].at).total_seconds()
            if taken > target:
                yield Problem(
                    ("severity",),
                    f"{last} {format_duration(taken)} after it {WAS[first]}; the target for {level.name} is "
                    f"{format_duration(target)}",
                    "say why in the contributing factors or the lessons",
                )
