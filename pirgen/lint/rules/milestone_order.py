"""The rule milestone-order."""

from collections.abc import Iterator

from pirgen.diagnostic import Problem, Severity
from pirgen.lint.rules import Context, rule
from pirgen.review import Review
from pirgen.review.milestones import INTERVALS


@rule(Severity.ERROR)
def milestone_order(review: Review, context: Context) -> Iterator[Problem]:
    """An incident starts before it is detected, and is detected before it is acknowledged, mitigated and resolved.

    A time between milestones that would be negative is missing from every figure. Approximate times are not judged.

    *Bad*:

        timeline:
          - {time: "14:35", event: Alert triggered, kind: acknowledged}
          - {time: "14:40", event: On-call answers, kind: detected}

    *Good*:

        timeline:
          - {time: "14:35", event: Alert triggered, kind: detected}
          - {time: "14:40", event: On-call answers, kind: acknowledged}
    """
    reached = {kind: mark for kind, mark in review.milestones.items() if not mark.approximate}
    for interval in dict.fromkeys((*INTERVALS.values(), *context.config.intervals.values())):
        taken = interval.measure(reached)
        if taken is None or taken.seconds >= 0:
            continue
        found = (interval.end, reached[interval.end].at)
        place = next(i for i, moment in enumerate(review.timeline) if (moment.kind, moment.at) == found)
        if not review.timeline[place].out_of_order:  # timeline-order says it then
            yield Problem(
                ("timeline", place, "time"),
                f"{interval.end} is before {taken.start}",
                "correct the times, or the entry that the kind stands on",
            )
