"""The rule no-placeholder."""

from collections.abc import Iterator

from pirgen.diagnostic import Problem, Severity
from pirgen.lint.rules import Context, rule
from pirgen.review import Review, placeholders


@rule(Severity.ERROR, drafts=False)
def no_placeholder(review: Review, context: Context) -> Iterator[Problem]:
    """A review is complete when nothing in it is still to be written.

    *Bad*:

        root_cause: TODO

    *Good*:

        root_cause: The connection pool was exhausted by a slow query.
    """
    for path, text in placeholders(review):
        shown = text.strip() if len(text.strip()) <= 40 else f"{text.strip()[:40]}…"
        yield Problem(path, f"`{shown}` is a placeholder", "write it, or say `status: draft`")
