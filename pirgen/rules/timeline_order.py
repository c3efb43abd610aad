"""The rule timeline-order."""

from collections.abc import Iterator

from pirgen.diagnostic import Problem, Severity
from pirgen.review import Review
from pirgen.rules import Context, rule


@rule(Severity.ERROR)
def timeline_order(review: Review, context: Context) -> Iterator[Problem]:
    """A timeline is read from top to bottom, so its entries stand in the order in which they happened.

    A bare `HH:MM` more than four hours before its predecessor is taken for the next day; approximate and
    unknown times are not judged.

    *Bad*:

        timeline:
          - {time: "14:32", event: On-call acknowledged}
          - {time: "14:30", event: Alert triggered}

    *Good*:

        timeline:
          - {time: "14:30", event: Alert triggered}
          - {time: "14:32", event: On-call acknowledged}
    """
    previous = ""
    for index, moment in enumerate(review.timeline):
        if moment.out_of_order:
            yield Problem(
                ("timeline", index, "time"),
                f"{moment.written} is before {previous}, the time of an entry above it",
                "put the entries in order, or write the full date where a day has passed",
            )
        elif moment.at and not moment.approximate:
            previous = moment.written
