"""The rule explicit-timezone."""

from collections.abc import Iterator

from pirgen.diagnostic import Problem, Severity
from pirgen.lint.rules import Context, rule
from pirgen.review import Review
from pirgen.review.timeline import has_zone


@rule(Severity.WARNING)
def explicit_timezone(review: Review, context: Context) -> Iterator[Problem]:
    """Over several days, or with times of other zones beside them, times without a zone leave the reader guessing.

    Figures and pages then assume UTC. Only somebody who was there knows the zone, so nothing is mended. A `timezone` in
    pirgen.yaml states the zone of all reviews that do not state their own.

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
    if not review.assumes_zone:
        return
    known = [moment for moment in review.timeline if moment.at]
    days = len({moment.at.astimezone(review.zone).date() for moment in known if moment.at})
    if days > 1 or any(has_zone(moment.written) for moment in known):
        why = f"spans {days} days" if days > 1 else "mixes times with and without a zone"
        yield Problem(
            ("timeline",),
            f"the timeline {why}, and nobody states the time zone; {review.timezone} is assumed",
            "add `timezone` with the zone of these times, here or for all reviews in pirgen.yaml",
            at_key=True,
        )
