"""How we respond: the metrics with their targets, reviews that are missing or late, and the charts about them."""

from collections.abc import Iterator

from pirgen.site.pages import Page, Subject


def make(subject: Subject) -> Iterator[Page]:
    """Without a history there are no figures."""
    if subject.report:
        yield Page("report.md", subject.fill("report", **subject.figures("report")))
