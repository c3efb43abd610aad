"""A story in a person's words: the same sentences for a terminal, an issue, a mail and a chat."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import groupby
from typing import NamedTuple

from pirgen.report.caveats import MARK, caveats
from pirgen.report.sections import cell
from pirgen.report.story import AHEAD, KINDS, Event, Pending
from pirgen.report.table import Column, Report, Row, Told
from pirgen.report.tracks import TICK
from pirgen.report.wording import days

SIZES = (200, 100, 50, 20, 10, 5, 2, 1)
"""How many lines of a part are told where all together would be too long: the first number that is short enough."""
OWNERS = 10
TITLE = "Post-incident follow-up"
"""The title of a digest."""
WHOLE = "`pirgen report --since` tells all"
MOST_TEXT = 200
"""How many characters of a text a digest shows."""


def shortened(text: str) -> str:
    """A text as a digest shows it: in one line, with an ellipsis where it is cut."""
    shown = cell(text)
    return shown if len(shown) <= MOST_TEXT else f"{shown[: MOST_TEXT - 1]}…"


class Line(NamedTuple):
    """What happened once, or what is to be done once."""

    subject: str
    """The incident, and the item where it is about one."""
    action: str
    """What is to be done; empty for an incident or a review."""
    rest: str
    """What there is to say of it."""


class Part(NamedTuple):
    """Lines under a title."""

    title: str
    lines: Sequence[Line]
    total: int
    """How many lines there are, also those that are left out."""
    whole: str = WHOLE
    """What tells those that are left out."""

    @property
    def heading(self) -> str:
        """The title, with how many there are."""
        return f"{self.title}: {self.total}"

    @property
    def more(self) -> str:
        """What is said of the lines that are left out; empty where all are there."""
        return f"and {self.total - len(self.lines)} more; {self.whole}" if len(self.lines) < self.total else ""


def opening(report: Report, told: Told) -> Iterator[str]:
    """What the story is of, and how much happened, in lines; then what limits how far it can be believed."""
    yield f"From {told.period.since_name} to {told.period.until_name}, {report.timezone}, read from {report.head[:10]}"
    if not told.story.events:
        yield "Nothing happened: no incident, review or action item was opened, closed, moved or became overdue."
    yield from caveats(report)


def events(report: Report, told: Told, most: int | None = None) -> Iterator[Part]:
    """What happened, kind by kind, with at most so many lines in each."""
    moved = {one.commit for one in report.clock_adjusted}
    for kind, found in told.story.by_kind.items():
        lines = [_event(report, event, moved) for event in found[:most]]
        yield Part(KINDS[kind], lines, len(found))


def duties(told: Told, most: int | None = None) -> Iterator[Part]:
    """What is overdue at the end of the period and due next, owner by owner, with at most so many lines for each.

    Then there are at most `OWNERS` times as many owners, too.
    """
    owned = [(owner, [*found]) for owner, found in groupby(sorted(told.story.pending, key=_owner), key=_owner)]
    shown = owned if most is None else owned[: OWNERS * most]
    for owner, found in shown:
        yield Part(owner, [_pending(one) for one in found[:most]], len(found))
    if rest := sum(len(found) for _, found in owned[len(shown) :]):
        yield Part("of other owners", [], rest)


def duties_title(report: Report, told: Told) -> str:
    """The title above the duties, with the days that they are about."""
    first = (told.story.until + TICK).astimezone(report.as_of.tzinfo).date()
    last = first + timedelta(days=AHEAD - 1)
    title = f"Overdue, or due from {first} to {last}, by owner"
    return title if told.story.pending else f"{title}: nothing"


def _owner(one: Pending) -> str:
    return one.owner or "nobody"


def _subject(one: Event | Pending) -> str:
    return f"{one.incident_id} {one.action_id or one.severity}".rstrip()


def _event(report: Report, event: Event, moved: set[str]) -> Line:
    day = f"{event.at.astimezone(report.as_of.tzinfo):%a %d %b}"
    who = (event.author or "").split(" <")[0]
    if event.is_overdue:
        proof = ""
    elif event.commit:
        proof = f"{day} by {who} in {event.commit[:10]}{MARK if event.commit in moved else ''}"
    else:
        proof = "not committed yet"
    return Line(_subject(event), event.action, "; ".join(filter(None, (change(event), proof))))


def change(event: Event) -> str:
    """What is to be said of an event besides its kind; empty where the kind says all."""
    said = []
    if event.before or event.after:
        said.append(f"{event.before or 'none'} → {event.after or 'none'}")
    match event.kind:
        case "action_moved_later" | "action_moved_earlier" if event.days:
            said.append(f"{days(abs(event.days))} {'later' if event.days > 0 else 'earlier'}")
        case "action_overdue" | "review_overdue":
            said.append(f"due {event.due}")
        case "action_opened" if event.status == "done":
            said.append("done already")
        case "action_opened" | "action_reopened" | "action_restored":
            said.append(f"due {event.due}" if event.due else "no date")
        case "incident_recurred":
            said.append(f"related to {', '.join(event.related)}")
    if event.action_id and event.kind != "action_reassigned":
        said.append(event.owner or "nobody")
    if event.days and not event.kind.startswith("action_moved"):
        said.append(f"{days(event.days)} late")
    if event.past:
        said.append(f"before that {', '.join(event.past)}")
    return ", ".join(said)


def _pending(one: Pending) -> Line:
    when = f"{days(one.days_late)} late" if one.days_late else f"due {one.due:%a} {one.due}"
    return Line(_subject(one), one.action or "complete the review", when)


def columns(part: Part) -> list[Column]:
    """The columns of a part in a table."""
    head = [Column("what", "What"), Column("said", "Said", kind="note", least=24)]
    return [*head, Column("action", "Action", least=24)] if any(line.action for line in part.lines) else head


def rows(part: Part) -> list[Row]:
    """The rows of a part in a table."""
    return [{"what": line.subject, "said": line.rest, "action": line.action} for line in part.lines]
