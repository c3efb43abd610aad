"""The rule date-matches-timeline."""

from collections.abc import Iterator

from pirgen.diagnostic import Problem, Severity
from pirgen.lint.rules import Context, rule
from pirgen.review import Review


@rule(Severity.WARNING)
def date_matches_timeline(review: Review, context: Context) -> Iterator[Problem]:
    """`date` is the day on which the incident began, or was noticed; the index, the figures and bare times rest on it.

    *Bad*:

        date: 2025-10-07
        duration: 45m
        timeline:
          - {time: "2025-10-05 14:30", event: Errors rise, kind: started}
          - {time: "2025-10-05 14:32", event: Alert, kind: detected}

    *Good*:

        date: 2025-10-05
        duration: 45m
        timeline:
          - {time: "2025-10-05 14:30", event: Errors rise, kind: started}
          - {time: "2025-10-05 14:32", event: Alert, kind: detected}
    """
    days = [
        review.milestones[kind].at.astimezone(review.zone).date()
        for kind in ("started", "detected")
        if kind in review.milestones
    ]
    if review.date and days and review.date not in days:
        yield Problem(
            ("date",),
            f"the incident began on {days[0]} by its timeline, not on {review.date}",
            f"write `date: {days[0]}`, or correct the timeline",
        )
