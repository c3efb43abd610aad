"""The page of the action items: what is open, who owns it, what slipped, and which commits closed it."""

from collections.abc import Iterator

from pirgen.site.pages import Page, Subject


def make(subject: Subject) -> Iterator[Page]:
    """The page of the action items; there is none without a history."""
    if subject.report:
        yield Page("actions.md", subject.fill("actions", **subject.figures("actions")))
