"""The rule known-references."""

import re
from collections.abc import Iterator

from pirgen.diagnostic import Problem, Severity
from pirgen.lint.rules import Context, rule
from pirgen.review import Review


@rule(Severity.WARNING)
def known_references(review: Review, context: Context) -> Iterator[Problem]:
    """A reference to an incident that the project does not have is a slip, or a review that is still to be written.

    Judged are `related`, `covers`, and ids of this project's form in an action item's `evidence`.

    *Bad*:

        related: [INC-404]

    *Good*:

        related: []
    """
    form = re.match(r"[A-Za-z]+-?", review.incident_id)
    evidence = (
        (("action_items", item.place, "evidence"), name)
        for item in review.action_items
        for name in (re.findall(rf"\b{re.escape(form[0])}[0-9]+\b", item.evidence) if form else ())
    )
    listed = ((field, index) for field in ("related", "covers") for index in range(len(getattr(review, field))))
    for path, name in (*(((field, index), getattr(review, field)[index]) for field, index in listed), *evidence):
        if name == review.incident_id:
            yield Problem(path, f"`{name}` is this incident itself", "remove it")
        elif name and not context.knows(name):
            yield Problem(path, f"there is no incident `{name}` here", "correct the id, or write that review")
