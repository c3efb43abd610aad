"""The rule time-exists."""

from collections.abc import Iterator

from pirgen.diagnostic import Problem, Severity
from pirgen.lint.rules import Context, rule
from pirgen.review import Review
from pirgen.review.timeline import is_time


@rule(Severity.ERROR)
def time_exists(review: Review, context: Context) -> Iterator[Problem]:
    """Where daylight saving begins, an hour of the wall clock does not exist; a time in it is a mistake.

    *Bad*:

        date: 2025-03-30
        timezone: Europe/Berlin
        timeline:
          - {time: "02:30", event: Alert triggered}

    *Good*:

        date: 2025-03-30
        timezone: Europe/Berlin
        timeline:
          - {time: "03:30", event: Alert triggered}
    """
    for index, moment in enumerate(review.timeline):
        if moment.at is None and moment.written != "unknown" and review.date and is_time(moment.written):
            yield Problem(
                ("timeline", index, "time"),
                f"{moment.written} does not exist in {review.timezone} on that day",
                "clocks were put forward: was it an hour later, or in another zone?",
            )
