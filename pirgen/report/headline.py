"""What somebody has to know first: what is open, overdue and due, with the worst of each, and whose it is."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, timedelta
from typing import NamedTuple, TypeVar

from pirgen.report.story import KINDS, Event, Story
from pirgen.report.table import Report, Row
from pirgen.report.wording import days
from pirgen.review.duration import format_duration
from pirgen.review.incident_log import INCIDENT

SOON = timedelta(weeks=2)
"""Within which time an action item is due soon."""
NAMED = 3
"""How many incidents, reviews or owners a line names; it counts the others."""


_One = TypeVar("_One")


class Line(NamedTuple):
    """One answer: how many there are of what, and the first of them."""

    number: int
    what: str
    """What is counted, in the form for so many."""
    details: tuple[str, ...] = ()
    """The first ones, each with what has to be known of it."""
    is_late: bool = False
    listing: str = ""
    """The listing that the details tell whole; empty where they leave something out."""


def headline(report: Report) -> Iterator[Line]:
    """The lines of what is now, most urgent first. How many reviews and items are overdue is always told.

    A report on the items of some owners says nothing about incidents and reviews.
    """
    rows = {name: table.rows for name, table in report.tables.items()}
    if report.owners is None:
        yield from _open_incidents(rows["open_incidents"])
        late = rows["overdue_reviews"]
        yield _named(
            "overdue_reviews", late, ("review overdue", "reviews overdue"), _overdue_review, is_late=bool(late)
        )
        for listing, forms, tell in _REVIEWS:
            if rows[listing]:
                yield _named(listing, rows[listing], forms, tell)
    yield _overdue_items(rows["overdue_actions"])
    yield from _other_items(rows["open_actions"], report.as_of.date())


def _open_incidents(rows: Sequence[Row]) -> Iterator[Line]:
    """A line for the incidents, and one for near misses and drills."""
    real = [row for row in rows if row["type"] == INCIDENT]
    if real:
        line = _named("open_incidents", real, ("incident open", "incidents open"), _incident)
        yield line._replace(is_late=any(map(_is_late, real)), listing=line.listing if len(real) == len(rows) else "")
    if others := [row for row in rows if row["type"] != INCIDENT]:
        yield _named("", others, ("near miss or drill open", "near misses and drills open"), _incident)


def news(story: Story) -> Iterator[Line]:
    """The lines of what happened in a period, one for each kind of event that there was."""
    for kind, events in story.by_kind.items():
        what = KINDS[kind].lower()
        if len(events) == 1:
            what = re.sub(r"^(incident|review|action item)s", r"\1", what)
        yield Line(len(events), what, (", ".join(_first(events, _event)),), is_late=events[0].is_overdue)


def _event(event: Event) -> str:
    """What an event is about, by how many days, and the commit that proves it."""
    words = [event.incident_id, event.action_id or ""]
    if event.days is not None:
        words.append(f"by {days(abs(event.days))}" if "moved" in event.kind else f"{days(event.days)} late")
    if event.commit:
        words.append(f"({event.commit[:7]})")
    elif not event.is_overdue:
        words.append("(uncommitted)")
    return " ".join(filter(None, words))


def _incident(row: Row) -> str:
    """An open incident, with how long it has been open and the clock that is most urgent."""
    lasts = row["open_minutes"]
    told = "open for an unknown time" if lasts is None else f"open {_time(lasts)}"
    if not row["acknowledged_at"]:
        target = row["response_minutes"]
        told += ", not acknowledged" + ("" if target is None else f" (target {_time(target)})")
    elif (left := row["resolution_left_minutes"]) is not None:
        told += f", to be resolved in {_time(left)}" if left >= 0 else f", {_time(-left)} past its target"
    return f"{_subject(row)} {row['title'] or 'untitled'}  {told}"


def _is_late(row: Row) -> bool:
    return min(row["response_left_minutes"] or 0, row["resolution_left_minutes"] or 0) < 0


def _overdue_review(row: Row) -> str:
    return f"{_subject(row)}  {days(row['days_late'])} late, {row['reason']}"


def _unknown_review(row: Row) -> str:
    return f"{_subject(row)}  {row['reason']}"


def _upcoming_review(row: Row) -> str:
    return f"{_subject(row)}  due {_in(row['days_left'])}, {row['reason']}"


_REVIEWS = (
    ("reviews_without_deadline", ("review missing, no deadline", "reviews missing, no deadline"), _unknown_review),
    ("upcoming_reviews", ("review due next", "reviews due next"), _upcoming_review),
)


def _overdue_items(rows: Sequence[Row]) -> Line:
    details: tuple[str, ...] = ()
    if rows:
        worst = rows[0]
        about = f"{worst['incident_id']} {worst['action_id']}"
        details = (f"oldest {days(worst['days_late'])} late, {about}; {_owners(rows)}",)
    return Line(len(rows), _form(("action item overdue", "action items overdue"), len(rows)), details, bool(rows))


def _other_items(rows: Sequence[Row], today: date) -> Iterator[Line]:
    """The items that are due soon, and those of which nobody will ever be asked."""
    until = today + SOON
    soon = [row for row in rows if row["due"] and today <= date.fromisoformat(row["due"]) <= until]
    if soon:
        first = date.fromisoformat(soon[0]["due"])
        details = f"the next {_in((first - today).days)}; {_owners(soon)}"
        yield Line(len(soon), _form(("item due within two weeks", "items due within two weeks"), len(soon)), (details,))
    counts = {what: sum(not row[key] for row in rows) for key, what in (("owner", "an owner"), ("due", "a due date"))}
    if lost := sum(not row["owner"] or not row["due"] for row in rows):
        details = ", ".join(f"{count} without {what}" for what, count in counts.items() if count)
        yield Line(lost, _form(("item without owner or date", "items without owner or date"), lost), (details,))


def _named(
    listing: str, rows: Sequence[Row], what: tuple[str, str], tell: Callable[[Row], str], *, is_late: bool = False
) -> Line:
    """A line that names the first rows; `what` is what is counted, for one and for any other number."""
    is_whole = len(rows) <= NAMED
    return Line(len(rows), _form(what, len(rows)), tuple(_first(rows, tell)), is_late, listing if is_whole else "")


def _first(found: Sequence[_One], tell: Callable[[_One], str]) -> list[str]:
    """What is said of the first ones, and how many more there are."""
    more = [f"and {len(found) - NAMED} more"] if len(found) > NAMED else []
    return [*map(tell, found[:NAMED]), *more]


def _owners(rows: Iterable[Row]) -> str:
    counted = Counter(row["owner"] or "nobody" for row in rows).most_common()
    rest = sum(count for _, count in counted[NAMED:])
    named = [f"{owner} {count}" for owner, count in counted[:NAMED]]
    return ", ".join((*named, *([f"others {rest}"] if rest else [])))


def _subject(row: Row) -> str:
    return f"{row['incident_id']} {row['severity'] or 'no severity'}"


def _form(forms: tuple[str, str], count: int) -> str:
    """The form for one, or the one for any other number."""
    return forms[count != 1]


def _in(number: int) -> str:
    return {0: "today", 1: "tomorrow"}.get(number, f"in {days(number)}")


def _time(minutes: float) -> str:
    return format_duration(minutes * 60)
