"""The due dates of the open action items as a calendar to subscribe to; needs icalendar."""

from collections.abc import Iterator

from pirgen.report import exports
from pirgen.site.pages import Page, Subject


def make(subject: Subject) -> Iterator[Page]:
    """The calendar that `pirgen report --export ical` writes; there is none without a history or icalendar."""
    if subject.report and subject.has_calendar:
        yield Page("due.ics", exports.render("ical", subject.report))
