"""The rule former-ids-free."""

from collections.abc import Iterator

from pirgen.diagnostic import Problem, Severity
from pirgen.lint.rules import Context, rule
from pirgen.review import Review


@rule(Severity.ERROR)
def former_ids_free(review: Review, context: Context) -> Iterator[Problem]:
    """An id that an incident had before is no incident's id now.

    `former_ids` hands the history of an old id on to this review. Where another review has that id, its history is its
    own.

    *Bad*:

        incident_id: INC-015
        former_ids: [INC-015]

    *Good*:

        incident_id: INC-015
        former_ids: [INC-005]
    """
    for index, name in enumerate(review.former_ids):
        if name and (files := context.files(name)):
            where = "this review's own id" if context.file in files else f"the id in {', '.join(files)}"
            yield Problem(("former_ids", index), f"`{name}` is {where}", "remove it, or give that review another id")
