"""The rule timeline-starts-before-detection."""

from collections.abc import Iterator

from pirgen.diagnostic import Problem, Severity
from pirgen.lint.rules import Context, rule
from pirgen.review import Review


@rule(Severity.ADVICE, drafts=False)
def timeline_starts_before_detection(review: Review, context: Context) -> Iterator[Problem]:
    """What happened before anybody noticed is what a reader learns from, and MTTD needs the start.

    *Bad*:

        timeline:
          - {time: "14:30", event: Alert triggered, kind: detected}
          - {time: "14:32", event: On-call answers, kind: acknowledged}

    *Good*:

        timeline:
          - {time: "14:10", event: A release raises the load, kind: started}
          - {time: "14:30", event: Alert triggered, kind: detected}
    """
    first = next(iter(review.timeline), None)
    if first and first.kind == "detected":
        yield Problem(
            ("timeline", 0),
            "the timeline begins with the detection",
            "add what led to it, and when the impact started (`kind: started`, `time: unknown` if nobody knows)",
        )
