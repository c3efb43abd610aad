"""The rule action-due-plausible."""

from collections.abc import Iterator
from datetime import timedelta

from pirgen.diagnostic import Problem, Severity
from pirgen.lint.rules import Context, rule
from pirgen.review import Review

LONGEST = timedelta(days=3 * 365)


@rule(Severity.WARNING)
def action_due_plausible(review: Review, context: Context) -> Iterator[Problem]:
    """A due date before the incident, or years after it, is a slip of the pen.

    *Bad*:

        date: 2025-10-05
        action_items:
          - {id: AI-001, action: Add metrics, owner: "@platform", due: "2125-10-12"}

    *Good*:

        date: 2025-10-05
        action_items:
          - {id: AI-001, action: Add metrics, owner: "@platform", due: "2025-10-12"}
    """
    for item in review.action_items:
        if review.date and item.due and not review.date <= item.due <= review.date + LONGEST:
            when = "before the incident" if item.due < review.date else "years after the incident"
            yield Problem(("action_items", item.place, "due"), f"{item.id} is due {when}", "is the year right?")
