"""The rule milestones-present."""

from collections.abc import Iterator

from pirgen.diagnostic import Problem, Severity
from pirgen.lint.rules import Context, rule
from pirgen.review import Review
from pirgen.review.milestones import INTERVALS


@rule(Severity.WARNING, drafts=False)
def milestones_present(review: Review, context: Context) -> Iterator[Problem]:
    """Times to acknowledge and to resolve are derived from the timeline, which must say when these were reached.

    An entry marks a milestone by its `kind`, or by a phrase that the configuration lists under `milestones`;
    its time may be `unknown`.

    *Bad*:

        timeline:
          - {time: "14:30", event: Something looked odd}
          - {time: "15:15", event: All good}

    *Good*:

        timeline:
          - {time: "14:30", event: Something looked odd, kind: detected}
          - {time: "14:32", event: On-call takes over, kind: acknowledged}
          - {time: "15:15", event: All good, kind: resolved}
    """
    reached = {moment.kind for moment in review.timeline}
    lacking = [one.end for one in INTERVALS.values() if one.limit and one.end not in reached]
    if reached.isdisjoint(INTERVALS["mttr"].starts):
        lacking.insert(0, INTERVALS["mtta"].start)
    if lacking:
        named = " or ".join(f"`{kind}`" for kind in lacking)
        yield Problem(
            ("timeline",),
            f"no entry of the timeline marks {named}",
            f"add `kind: {lacking[0]}` to the entry that tells it",
            at_key=True,
        )
