"""The rule explicit-timezone."""

from collections.abc import Iterator

from pirgen.diagnostic import Fix, Insert, Problem, Severity
from pirgen.lint.rules import Context, rule
from pirgen.review import Review
from pirgen.review.timeline import has_zone


@rule(Severity.WARNING)
def explicit_timezone(review: Review, context: Context) -> Iterator[Problem]:
    """Over several days, or with times of other zones beside them, times without a zone leave the reader guessing.

    *Bad*:

        date: 2025-10-05
        timeline:
          - {time: "2025-10-05T16:30:00+02:00", event: Alert triggered}
          - {time: "14:32", event: On-call acknowledged}

    *Good*:

        date: 2025-10-05
        timezone: UTC
        timeline:
          - {time: "2025-10-05T16:30:00+02:00", event: Alert triggered}
          - {time: "14:32", event: On-call acknowledged}
    """
    known = [moment for moment in review.timeline if moment.at]
    own = [has_zone(moment.written) for moment in known]
    if review.zone_is_stated or all(own):
        return
    days = len({moment.at.astimezone(review.zone).date() for moment in known if moment.at})
    if days > 1 or any(own):
        why = f"spans {days} days" if days > 1 else "mixes times with and without a zone"
        yield Problem(
            ("timeline",),
            f"the timeline {why}, and the review states no time zone",
            f"add `timezone: {review.timezone}` if that is the one",
            at_key=True,
            fix=Fix((Insert((), "timezone", review.timezone, after="date"),)),
        )
