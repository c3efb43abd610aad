"""The rule timeline-plausible."""

from collections.abc import Iterator
from datetime import timedelta

from pirgen.diagnostic import Problem, Severity
from pirgen.lint.rules import Context, rule
from pirgen.review import Review
from pirgen.review.duration import parse_duration
from pirgen.review.timeline import parse_time

GAP = timedelta(days=7)
"""How far apart two entries may be without a doubt."""


@rule(Severity.WARNING)
def timeline_plausible(review: Review, context: Context) -> Iterator[Problem]:
    """A wrong year or month is the commonest slip in a timeline, and the costliest in a mean.

    An entry is doubtful on the same day of another year or month, long after its predecessor (unless the stated
    duration says so), and after the review's own meeting.

    *Bad*:

        date: 2023-01-05
        timeline:
          - {time: "2023-01-05 08:56", event: Incident declared}
          - {time: "2022-01-05 09:30", event: Repaired}

    *Good*:

        date: 2023-01-05
        timeline:
          - {time: "2023-01-05 08:56", event: Incident declared}
          - {time: "2023-01-05 09:30", event: Repaired}
    """
    longest = max(GAP, timedelta(seconds=min(parse_duration(review.duration) or 0, 10**9)))
    meeting = parse_time(str(review.meeting.get("at", "")), review.zone)
    previous = None
    for index, moment in enumerate(review.timeline):
        if moment.at is None:
            continue
        day = moment.at.astimezone(review.zone).date()
        doubt = ""
        if review.date and day != review.date and (day.month, day.day) == (review.date.month, review.date.day):
            doubt = f"is in {day.year}, the review's date in {review.date.year}"
        elif review.date and day != review.date and (day.year, day.day) == (review.date.year, review.date.day):
            doubt = f"is on {day}, the review's date is {review.date}"
        elif previous and moment.at - previous > longest:
            doubt = f"is {(moment.at - previous).days} days after the entry above it"
        elif meeting and moment.at > meeting:
            doubt = "is after the review's own meeting"
        if doubt:
            yield Problem(("timeline", index, "time"), f"{moment.written} {doubt}", "is the date right?")
        previous = moment.at
