"""The rule declined-has-reason."""

from collections.abc import Iterator

from pirgen.diagnostic import Problem, Severity
from pirgen.lint.rules import Context, rule
from pirgen.review import Review


@rule(Severity.WARNING)
def declined_has_reason(review: Review, context: Context) -> Iterator[Problem]:
    """Not to do something is a decision, and the next incident will ask why.

    *Bad*:

        action_items:
          - {id: AI-001, action: Add a second region, status: declined}

    *Good*:

        action_items:
          - {id: AI-001, action: Add a second region, status: declined, reason: costs more than the outages}
    """
    for item in review.action_items:
        if item.status == "declined" and not item.reason:
            path = ("action_items", item.place, "reason")
            yield Problem(path, f"{item.id} is declined without a reason", "add `reason:`")
