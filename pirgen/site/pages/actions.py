"""The page of the action items: what is overdue, what changed this week, who owns what, and which commits closed it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any, NamedTuple

from pirgen.ledger import Ledger
from pirgen.report import Report, Row
from pirgen.report.columns import today
from pirgen.report.overview import RECENT
from pirgen.report.story import KINDS, story
from pirgen.report.telling import change
from pirgen.report.wording import days
from pirgen.review.timeline import parse_date
from pirgen.site.headline_numbers import of_action_items
from pirgen.site.owners import Owner, Share, is_late, is_soon, owners, shares, teams
from pirgen.site.pages import MOST, Page, Subject
from pirgen.site.review_page import severity_look

LISTS = ("overdue_actions", "open_actions", "closed_actions")
"""The listings that the page shows in its own way."""
NOTED = ("slipped_actions", "reopened_actions")
"""The listings whose rows are told beside the items in these."""
NAMED = 5
"""How many changes of a kind, and how many items of an owner, are named; the page counts the others."""
_ACTIONS = "Action items "


class Line(NamedTuple):
    """An action item in a list."""

    row: Row
    told: str
    """How late it is, when it is due, or when it was closed."""
    look: str
    notes: Sequence[str]
    severity_look: str


class Part(NamedTuple):
    """Action items that stand alike; `lines` are the first of them."""

    title: str
    column: str
    """What `told` says."""
    note: str
    lines: Sequence[Line]
    is_closed: bool = False


def make(subject: Subject) -> Iterator[Page]:
    """The page of the action items; there is none without a history."""
    if subject.report and subject.ledger:
        values = {**subject.figures("actions", (*LISTS, *NOTED)), **_values(subject.report, subject.ledger)}
        yield Page("actions.md", subject.fill("actions", **values))


def _values(report: Report, ledger: Ledger) -> dict[str, Any]:
    day = today(ledger, ledger.as_of)
    rows = {name: report.tables[name].rows for name in LISTS}
    late, still = rows["overdue_actions"], rows["open_actions"]
    soon = [row for row in still if is_soon(row, day)]
    rest = [row for row in still if not is_late(row) and not is_soon(row, day)]
    everybody = shares(ledger, report, owners(ledger))
    known = [*teams(ledger)]
    return {
        "headline": headline(len(late)),
        "counts": f"{len(still)} open, {len(soon)} due within two weeks",
        "numbers": of_action_items(report, len(ledger.items)),
        "week": [*_week(ledger)],
        "week_since": str(today(ledger, ledger.as_of - RECENT)),
        "owners": [one for one in everybody if one.open or one.closed],
        "idle": [one for one in everybody if not (one.open or one.closed)],
        "teams": shares(ledger, report, known),
        "members": json.dumps({one.name: _members(one, everybody) for one in known}),
        "parts_of_items": [
            _part(ledger, day, "Overdue", "Late", late),
            _part(ledger, day, "Due soon", "Due in", soon),
            _part(ledger, day, "Open", "Due in", rest),
            _part(ledger, day, "Closed", "Closed", rows["closed_actions"], is_closed=True),
        ],
        "named": NAMED,
        "days": days,
    }


def headline(late: int) -> str:
    """How many action items are overdue, as a sentence without a full stop."""
    if late == 1:
        return "1 action item is overdue"
    return f"{late} action items are overdue" if late else "No action item is overdue"


def _week(ledger: Ledger) -> Iterator[dict[str, Any]]:
    """What happened to action items in the last week, by kind, each with its proof."""
    for kind, events in story(ledger, ledger.as_of - RECENT).by_kind.items():
        if kind.startswith("action_"):
            yield {
                "what": KINDS[kind].removeprefix(_ACTIONS),
                "events": [(one, change(one)) for one in events[:NAMED]],
                "count": len(events),
            }


def _members(team: Owner, everybody: Iterable[Share]) -> list[str]:
    """The owners that a team means, as the items' rows write them in lower case."""
    return [one.of.name.lower() for one in everybody if team.selection.has(one.of.name)]


def _part(ledger: Ledger, day: date, title: str, column: str, rows: Sequence[Row], *, is_closed: bool = False) -> Part:
    note = "1 action item" if len(rows) == 1 else f"{len(rows) or 'No'} action items"
    if len(rows) > MOST:
        note += f"; the first {MOST} are here, `pirgen report` has all"
    tell = _closed if is_closed else _open
    lines = [_line(ledger, row, *tell(row, day)) for row in rows[:MOST]]
    return Part(title, column, f"{note}.", lines, is_closed)


def _line(ledger: Ledger, row: Row, told: str, look: str, notes: Sequence[str]) -> Line:
    return Line(row, told, look, notes, severity_look(row["severity"] or "", ledger.config))


def _open(row: Row, day: date) -> tuple[str, str, list[str]]:
    """What is said of an open item: how late it is or when it is due, and how it came there."""
    notes = [*_past(row), f"{days(row['age_days'])} old"]
    if is_late(row):
        return days(row["days_late"]), "bad", notes
    if not (due := parse_date(row["due"] or "")):
        return "no date", "warn", notes
    told = days((due - day).days) if due > day else "today"
    return told, "warn" if is_soon(row, day) else "soft", notes


def _closed(row: Row, day: date) -> tuple[str, str, list[str]]:
    """What is said of a closed item: when, whether that was in time, and what shows it."""
    on, due = parse_date(row["closed_on"] or ""), parse_date(row["first_due"] or "")
    in_time = [f"{days((on - due).days)} late" if on > due else "on time"] if on and due else []
    return row["closed_on"] or "unknown", "", [*in_time, row["proof"] or "proof unknown", *_past(row)]


def _past(row: Row) -> Iterator[str]:
    """How often an item was moved later, and how often it was reopened."""
    if row["slips"]:
        yield f"moved later {_times(row['slips'])}, first due {row['first_due'] or 'on no date'}"
    if row["reopened"]:
        yield f"reopened {_times(row['reopened'])}"


def _times(count: int) -> str:
    return {1: "once", 2: "twice"}.get(count, f"{count} times")
