"""The rule milestone-kind."""

from collections.abc import Iterator

from pirgen.diagnostic import Fix, Insert, Problem, Severity
from pirgen.lint.rules import Context, rule
from pirgen.review import Review


@rule(Severity.ADVICE)
def milestone_kind(review: Review, context: Context) -> Iterator[Problem]:
    """A milestone that is read from an event's words depends on those words; a `kind` states it.

    Figures that rest on inferred milestones say so.

    *Bad*:

        timeline:
          - {time: "14:30", event: Alert triggered for API errors}

    *Good*:

        timeline:
          - {time: "14:30", event: Alert triggered for API errors, kind: detected}
          - {time: "14:32", event: Somebody looks, kind: acknowledged}
          - {time: "15:15", event: All good, kind: resolved}
    """
    for index, moment in enumerate(review.timeline):
        if moment.inferred:
            yield Problem(
                ("timeline", index, "event"),
                f"this entry counts as {moment.kind}, by its words",
                f"add `kind: {moment.kind}`, or `kind: note` where that is wrong",
                fix=Fix((Insert(("timeline", index), "kind", str(moment.kind), after="event"),)),
            )
