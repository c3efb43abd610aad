"""The rule owner-known."""

from collections.abc import Iterator

from pirgen.diagnostic import Problem, Severity
from pirgen.lint.rules import Context, rule
from pirgen.review import Review


@rule(Severity.WARNING)
def owner_known(review: Review, context: Context) -> Iterator[Problem]:
    """An owner that nobody knows is nobody: a misspelt team gets no reminder.

    Owners are known by `owners` in `pirgen.yaml` and by the repository's CODEOWNERS file; without either, every
    owner is. Upper and lower case make no difference.

    *Bad* (where `owners` lists `@platform`):

        action_items:
          - {id: AI-001, action: Add metrics, owner: "@platfrom", due: "2025-10-12"}

    *Good* (where `owners` lists `@platform`):

        action_items:
          - {id: AI-001, action: Add metrics, owner: "@platform", due: "2025-10-12"}
    """
    known = context.owners
    for item in review.action_items:
        if known and item.owner and item.owner.lower() not in known:
            yield Problem(
                ("action_items", item.place, "owner"),
                f"nobody is known as `{item.owner}`",
                "correct it, or add it to `owners` in pirgen.yaml",
            )
