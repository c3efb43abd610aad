"""The front page: what burns, four numbers, and all reviews by year, which pirgen.js searches, filters and sorts.

Where there are many reviews the page has the newest ones, a page a year the others, and a file for the script all.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from itertools import groupby
from statistics import median
from typing import NamedTuple

from pirgen.config import Config
from pirgen.ledger import CLOSED
from pirgen.report.columns import today
from pirgen.report.sections import cell, listed
from pirgen.report.table import Row as Values
from pirgen.report.wording import days
from pirgen.review import Review
from pirgen.review.duration import format_duration
from pirgen.site.headline_numbers import numbers
from pirgen.site.pages import Page, Subject
from pirgen.site.review_page import first_sentence, severity_look, severity_name

LONG, PART = 200, 50
"""The index is long with more than LONG reviews. Its page then shows PART of them."""
CARDS = 5
"""How many open incidents, and how many overdue reviews, have a card."""
LINE = 160
"""How many characters of an impact a row shows at most."""
DATA = "reviews.json"
IN_CARD = ("incident_id", "title", "severity", "open_minutes")
"""What a card of an open incident shows in its own way."""
UNDATED = "Undated"


class Card(NamedTuple):
    """Something that burns: how long, and what there is to say of it."""

    incident_id: str
    title: str
    severity: str
    severity_look: str
    look: str
    told: str
    text: str


class Row(NamedTuple):
    """A review in the list."""

    id: str
    title: str
    severity: str
    look: str
    date: str
    lasted: str
    services: str
    tags: str
    status: str
    line: str
    """One line of its impact."""
    items: str
    items_look: str


class Year(NamedTuple):
    """The reviews of a year, and what there is to say of them; `rows` may be only the first of them."""

    name: str
    note: str
    rows: Sequence[Row]
    has_page: bool = False

    @property
    def is_dated(self) -> bool:
        """Whether it is a year, and not the reviews without a date."""
        return self.name != UNDATED


def make(subject: Subject) -> Iterator[Page]:
    """The front page, newest review first. A long list gives the script its rows as a file, and has a page a year."""
    found = [(_row(subject, review), _seconds(subject, review)) for review in subject.reviews.values()]
    found.sort(key=lambda pair: (pair[0].date, pair[0].id), reverse=True)
    is_long = len(found) > LONG
    years = [_year(subject, name, [*some]) for name, some in groupby(found, lambda pair: pair[0].date[:4] or UNDATED)]
    yield Page(
        "index.md",
        subject.fill(
            "index",
            years=[*_first(years)] if is_long else years,
            all_years=[year.name for year in years] if is_long else [],
            count=len(found),
            home=subject.home,
            unrenderable=subject.unrenderable,
            cards=[*_cards(subject)],
            numbers=numbers(subject.report, subject.ledger) if subject.report and subject.ledger else [],
            report=subject.report,
            data=DATA if is_long else "",
            severities=json.dumps([severity_name(level.name, subject.config) for level in subject.config.severities]),
        ),
    )
    if is_long:
        rows = json.dumps([row for row, _ in found], ensure_ascii=True, separators=(",", ":"))
        yield Page(DATA, f'{{"generated_by": "pirgen", "rows": {rows}}}\n')
        for year in years:
            yield Page(f"years/{year.name}.md", subject.fill("year", year=year, home=f"../{subject.home}"))


def _first(years: Sequence[Year]) -> Iterator[Year]:
    """The years with the first PART rows."""
    left = PART
    for year in years:
        if left > 0:
            yield year._replace(rows=year.rows[:left], has_page=True)
        left -= len(year.rows)


def _year(subject: Subject, name: str, found: Sequence[tuple[Row, float | None]]) -> Year:
    known = [seconds for _, seconds in found if seconds is not None]
    note = "1 review" if len(found) == 1 else f"{len(found)} reviews"
    if len(known) >= subject.config.enough:
        note += f", median time to resolve {format_duration(median(known))}"
    return Year(name, note, [row for row, _ in found])


def _seconds(subject: Subject, review: Review) -> float | None:
    """How long it took to resolve the incident; None where that is not known."""
    taken = subject.config.intervals["mttr"].measure(review.milestones)
    return taken.seconds if taken and taken.seconds >= 0 else None


def _row(subject: Subject, review: Review) -> Row:
    line = first_sentence(review)
    text, look = _items(subject, review)
    return Row(
        review.incident_id,
        review.headline,
        severity_name(review.severity, subject.config),
        severity_look(review.severity, subject.config),
        str(review.date or ""),
        str(review.lasted),
        ", ".join(review.services),
        ", ".join(review.tags),
        review.status.replace("_", " "),
        line if len(line) <= LINE else f"{line[: LINE - 1].rstrip()}…",
        text,
        look,
    )


def _items(subject: Subject, review: Review) -> tuple[str, str]:
    """How many action items of a review are still to be done, with the look of that; empty where there are none."""
    open_items = sum(item.status not in CLOSED for item in review.action_items)
    incident = subject.ledger.incidents.get(review.incident_id) if subject.ledger else None
    if subject.ledger and incident:
        day = today(subject.ledger, subject.ledger.as_of)
        if late := sum(item.is_overdue(day) for item in incident.items.values()):
            return f"{late} {'item' if late == 1 else 'items'} overdue", "bad"
    if open_items:
        return f"{open_items} {'item' if open_items == 1 else 'items'} open", "soft"
    return ("all done", "good") if review.action_items else ("", "")


def _cards(subject: Subject) -> Iterator[Card]:
    """What burns: the open incidents, and the reviews that are overdue, the worst first."""
    if subject.report is None or subject.ledger is None:
        return
    config, shown = subject.config, {section.name: section for section in listed(subject.report)}
    if section := shown.get("open_incidents"):
        columns = {column.key: column for column in section.columns}
        for row in section.rows[:CARDS]:
            said = {key: cell(column.said(row)) for key, column in columns.items()}
            text = "; ".join(f"{columns[key].title}: {said[key]}" for key in columns if key not in IN_CARD)
            yield _card(config, row, said["title"], "bad", f"open {said['open_minutes']}", text)
    late = subject.report.tables["overdue_reviews"].rows
    for row in late[:CARDS]:
        incident, review = subject.ledger.incidents[row["incident_id"]], subject.reviews.get(row["incident_id"])
        title = review.headline if review else (incident.log.title if incident.log else "")
        who = f"; commander: {incident.commander}" if incident.commander else ""
        text = f"{row['reason'].capitalize()}, it was due by {row['deadline']}{who}"
        yield _card(config, row, title, "warn", f"review {days(row['days_late'])} late", text)


def _card(config: Config, row: Values, title: str, look: str, told: str, text: str) -> Card:
    severity = row["severity"] or ""
    return Card(
        row["incident_id"], title, severity_name(severity, config), severity_look(severity, config), look, told, text
    )
