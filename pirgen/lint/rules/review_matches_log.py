"""The rule review-matches-log."""

from collections.abc import Iterator

from pirgen.diagnostic import Problem, Severity
from pirgen.lint.rules import Context, rule
from pirgen.review import Review
from pirgen.review.incident_log import INCIDENT

TOLERANCE = 60
"""Seconds: timelines are written to the minute."""


@rule(Severity.WARNING)
def review_matches_log(review: Review, context: Context) -> Iterator[Problem]:
    """What was written down during the incident is the best witness; a review that says otherwise says why.

    Where `operational_audit/incidents/` holds a log of the incident, its severity, its type and, to the minute, its
    milestones are compared.

    *Bad* (where the log says P1):

        severity: P2

    *Good* (where the log says P1):

        severity: P1
    """
    log = context.log(review.incident_id)
    if log is None:
        return
    if log.severity and review.severity and log.severity != review.severity:
        yield Problem(("severity",), f"the incident's log says {log.severity}", "correct one of them")
    if log.type != (review.type or INCIDENT):
        yield Problem(("type",), f"the incident's log says {log.type}", "correct one of them")
    for kind, mark in review.milestones.items():
        logged = log.milestones.get(kind)
        if logged and not mark.approximate and abs((mark.at - logged.at).total_seconds()) > TOLERANCE:
            at = logged.at.astimezone(review.zone)
            place = next(i for i, moment in enumerate(review.timeline) if (moment.kind, moment.at) == (kind, mark.at))
            yield Problem(
                ("timeline", place, "time"),
                f"the incident's log says {kind} at {at:%Y-%m-%d %H:%M}",
                "correct one of them",
            )
