"""The due dates of the open action items as calendars to subscribe to, of all and of each owner and team.

They need icalendar. Who has nothing to do keeps a calendar, because somebody may have subscribed to it.
"""

from collections.abc import Iterator
from dataclasses import replace

from pirgen.report import Table
from pirgen.report.exports import ical
from pirgen.site.owners import owners, shares, teams
from pirgen.site.pages import Page, Subject


def make(subject: Subject) -> Iterator[Page]:
    """The calendars that `pirgen report --export ical` writes; there are none without a history or icalendar."""
    report, ledger = subject.report, subject.ledger
    if report is None or ledger is None or not subject.has_calendar:
        return
    known: dict[str, bytes] = {}
    yield Page("due.ics", ical.render(report, known))
    for one in shares(ledger, report, (*owners(ledger), *teams(ledger))):
        theirs = {"open_actions": Table("open_actions", tuple(one.next))}
        yield Page(one.of.calendar, ical.render(replace(report, tables=theirs, owners=one.of.selection.asked), known))
