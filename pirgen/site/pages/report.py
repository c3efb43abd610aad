"""How we respond: the metrics with their targets, reviews that are missing or late, and the charts about them."""

from collections.abc import Iterator

from pirgen.site.pages import Page, Subject


def make(subject: Subject) -> Iterator[Page]:
    """The page of the metrics; there is none without a history."""
    if subject.report:
        yield Page("report.md", subject.fill("report", **subject.figures("report")))
