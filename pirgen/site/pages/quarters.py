"""The figures as of the ends of past quarters, a page each. Its address has the date, so it says the same for ever."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from pirgen.ledger import Ledger
from pirgen.report import figures_of
from pirgen.report.columns import today
from pirgen.site.pages import Page, Subject, report

MOST = 20
"""How many quarters have a page, the latest ones."""


def make(subject: Subject) -> Iterator[Page]:
    """A page for each quarter that has ended since the history began; none without a history, or a shallow one."""
    if not subject.ledger:
        return

    def write(day: date, ledger: Ledger) -> str:
        past = subject._replace(ledger=ledger, report=figures_of(ledger), day=day.isoformat())
        return "".join(page.text for page in report.make(past))

    days = [date.fromisoformat(day) for day in subject.quarters]
    for day, text in zip(days, subject.ledger.past.texts(days, write, subject.surroundings), strict=True):
        yield Page(f"report-{day}.md", text)


def ended(ledger: Ledger) -> list[str]:
    """The last days of the latest MOST quarters that have ended since the history began, earliest first."""
    first, last = ledger.past.first, today(ledger, ledger.as_of)
    if first is None or ledger.shallow:
        return []
    starts = [date(year, month, 1) for year in range(first.year, last.year + 1) for month in (1, 4, 7, 10)]
    ends = [date.fromordinal(start.toordinal() - 1) for start in starts]
    return [f"{day}" for day in ends if first <= day < last][-MOST:]
