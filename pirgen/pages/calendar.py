"""The due dates of the open action items as a calendar to subscribe to; needs icalendar."""

from collections.abc import Iterator
from importlib.util import find_spec

from pirgen import exports
from pirgen.pages import Page, Subject

POSITION = 60


def make(subject: Subject) -> Iterator[Page]:
    """What `pirgen report --export ical` writes."""
    if subject.report and find_spec("icalendar"):
        yield Page("due.ics", exports.render("ical", subject.report))
