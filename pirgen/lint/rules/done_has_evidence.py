"""The rule done-has-evidence."""

from collections.abc import Iterator

from pirgen.diagnostic import Problem, Severity
from pirgen.lint.rules import Context, rule
from pirgen.review import Review


@rule(Severity.ADVICE)
def done_has_evidence(review: Review, context: Context) -> Iterator[Problem]:
    """The commit that says `done` proves when; a link to the change, or an issue, proves what.

    *Bad*:

        action_items:
          - {id: AI-001, action: Add metrics, owner: "@platform", due: "2025-10-12", status: done}

    *Good*:

        action_items:
          - {id: AI-001, action: Add metrics, owner: "@platform", due: "2025-10-12", status: done, issue: "#12"}
    """
    for item in review.action_items:
        if item.status == "done" and not (item.evidence or item.issue):
            yield Problem(
                ("action_items", item.place, "evidence"),
                f"{item.id} is done, and nothing shows what was done",
                "add `evidence:` with a link, or `issue:`",
            )
