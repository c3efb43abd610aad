"""The rule unique-ids."""

from collections.abc import Iterator

from pirgen.diagnostic import Problem, Severity
from pirgen.lint.rules import Context, rule
from pirgen.review import Review


@rule(Severity.ERROR)
def unique_ids(review: Review, context: Context) -> Iterator[Problem]:
    """An id names one thing: one incident in the project, one action item in its review.

    History is kept by id, so two items under one id would share one fate. Upper and lower case make no
    difference, because some file systems make none.

    *Bad*:

        action_items:
          - {id: AI-001, action: Add metrics}
          - {id: AI-001, action: Add tests}

    *Good*:

        action_items:
          - {id: AI-001, action: Add metrics}
          - {id: AI-002, action: Add tests}
    """
    files = context.files(review.incident_id) if review.incident_id else ()
    if others := [file for file in files if file != context.file]:
        yield Problem(
            ("incident_id",),
            f"`{review.incident_id}` is also the id in {', '.join(others)}",
            "give one of them another id, or merge the reviews",
        )
    seen: dict[str, int] = {}
    for item in review.action_items:
        first = seen.setdefault(item.id.lower(), item.place)
        if item.id and first != item.place:
            yield Problem(
                ("action_items", item.place, "id"),
                f"`{item.id}` is also the id of action item {first + 1}",
                "give each action item an id of its own",
            )
