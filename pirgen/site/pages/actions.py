"""What is still to do, who has it, what slipped, and which commits closed what."""

from collections.abc import Iterator

from pirgen.report.wording import other_open
from pirgen.site.pages import Page, Subject

POSITION = 30
MOST = 200
"""How many rows of a table are in the page."""


def make(subject: Subject) -> Iterator[Page]:
    """Without a history nobody knows."""
    if subject.report:
        values = subject.figures("actions")
        values["tables"]["other_open"] = other_open(subject.report)
        yield Page("actions.md", subject.fill("actions", **values, most=MOST))
