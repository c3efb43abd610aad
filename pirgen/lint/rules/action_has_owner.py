"""The rule action-has-owner."""

from collections.abc import Iterator

from pirgen.diagnostic import Problem, Severity
from pirgen.lint.rules import Context, rule
from pirgen.review import Review


@rule(Severity.ERROR, drafts=False)
def action_has_owner(review: Review, context: Context) -> Iterator[Problem]:
    """An action item that nobody owns is not done: of 141 public post-mortems, 3 name owners.

    *Bad*:

        action_items:
          - {id: AI-001, action: Add metrics, due: "2025-10-12"}

    *Good*:

        action_items:
          - {id: AI-001, action: Add metrics, owner: "@platform", due: "2025-10-12"}
    """
    for item in review.action_items:
        if not item.owner and item.status != "declined":
            yield Problem(
                ("action_items", item.place, "owner"),
                f"{item.id or 'the action item'} has no owner",
                'add `owner: "@team"`',
            )
