"""The rule no-empty-section."""

from collections.abc import Iterator

from pirgen.diagnostic import Problem, Severity
from pirgen.lint.rules import Context, rule
from pirgen.review import QUESTIONS, Review


@rule(Severity.WARNING, drafts=False)
def no_empty_section(review: Review, context: Context) -> Iterator[Problem]:
    """A review that names no contributing factor, no action or no lesson has left out what it is for, or says why.

    *Bad*:

        action_items: []

    *Good*:

        action_items: []
        no_action_items_reason: The service is switched off next week.
    """
    for section, question in QUESTIONS.items():
        why = "no_action_items_reason" if section == "action_items" else ""
        if not getattr(review, section) and not (why and getattr(review, why)):
            told = (
                f"say why there is none in `{why}`"
                if why
                else "say why not: `# pirgen: ignore[no-empty-section] reason`"
            )
            yield Problem((section,), f"`{section}` is empty: {question}", f"answer that, or {told}", at_key=True)
