"""The rule timeline-order."""

from collections.abc import Iterator
from datetime import UTC, datetime

from pirgen.diagnostic import Fix, Problem, Reorder, Severity
from pirgen.lint.rules import Context, rule
from pirgen.review import Review
from pirgen.review.timeline import Moment

EARLIEST = datetime.min.replace(tzinfo=UTC)


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
    previous, fixed = "", False
    for index, moment in enumerate(review.timeline):
        if moment.out_of_order:
            yield Problem(
                ("timeline", index, "time"),
                f"{moment.written} is before {previous}, the time of an entry above it",
                "put the entries in order, or write the full date where a day has passed",
                fix=None if fixed else Fix((Reorder(("timeline",), _by_time(review.timeline)),), safe=False),
            )
            fixed = True
        elif moment.at and not moment.approximate:
            previous = moment.written


def _by_time(timeline: tuple[Moment, ...]) -> tuple[int, ...]:
    """The places of the entries in the order of their times; what has no sure time stays behind its predecessor."""
    times, time = [], EARLIEST
    for moment in timeline:
        time = moment.at if moment.at and not moment.approximate else time
        times.append(time)
    return tuple(sorted(range(len(timeline)), key=times.__getitem__))
