"""Writes reminders as comments into the issues of action items, each step once."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from pirgen.followup.issue_text import quiet
from pirgen.ledger import Ledger
from pirgen.report.remind import Reminder
from pirgen.text.markdown import inline
from pirgen.trackers import Gone, Issue, State, Tracker

_MARK = re.compile(r"<!-- pirgen: reminder ([^\s<>]{1,2000}) -->")


class Sent(NamedTuple):
    """What became of the reminders of one item, or of a review."""

    incident_id: str
    action_id: str | None
    """None for a review, which has no issue."""
    issue: str
    """The address of its issue; empty where it has none here."""
    why_not: str = ""
    """Why nothing was written; empty where a comment was."""


def remind(tracker: Tracker, ledger: Ledger, found: Iterable[Reminder]) -> Iterator[Sent]:
    """Comment on the issue of each item that somebody is to be reminded of; a comment for all new steps of an item.

    The hidden mark of a step says that it was written, so a run that is repeated or was cut off writes none twice. What
    is settled is left out. Raises PirgenError where the tracker refuses.
    """
    of_item: defaultdict[tuple[str, str | None], list[Reminder]] = defaultdict(list)
    for one in found:
        if not one.settled:
            of_item[one.incident_id, one.action_id].append(one)
    addresses = {key: _address(tracker, ledger, *key) for key in of_item}
    issues = dict(tracker.find(sorted({*filter(None, addresses.values())})))
    assignable = tracker.assignable() if issues else frozenset()
    for key, steps in of_item.items():
        address = addresses[key]
        why_not = _written(tracker, issues[address], steps, assignable) if address else "it has no issue here"
        yield Sent(*key, address, why_not)


def _address(tracker: Tracker, ledger: Ledger, incident_id: str, action_id: str | None) -> str:
    """The address of an item's issue; empty for a review, and where the item has none in this tracker."""
    item = ledger.incidents[incident_id].items.get(action_id or "")
    return (tracker.address(item.said.issue) or "") if item and item.said.issue else ""


def _written(tracker: Tracker, issue: Issue | Gone, steps: Sequence[Reminder], assignable: frozenset[str]) -> str:
    """Write what is new in a comment; why nothing was written, or empty."""
    if isinstance(issue, Gone):
        return f"its issue cannot be read: {issue.why}"
    if issue.is_locked:
        return "its issue is locked"
    if issue.state is not State.OPEN:
        return "its issue is closed"
    known = {key for text in tracker.comments(issue) for key in _MARK.findall(text)}
    new = [one for one in steps if one.key not in known]
    if not new:
        return "it was reminded of before"
    tracker.comment(issue, _text(new, assignable))
    return ""


def _text(steps: Sequence[Reminder], assignable: frozenset[str]) -> str:
    """The comment: the latest step in words, and the marks of all of them."""
    last = max(steps, key=lambda one: one.at)
    is_called = last.owner.lower() in assignable
    owner = inline(last.owner) if is_called else f"<code>{quiet(inline(last.owner))}</code>" if last.owner else "Nobody"
    name = quiet(inline(f"{last.incident_id} {last.action_id}"))
    marks = "\n".join(f"<!-- pirgen: reminder {one.key} -->" for one in steps)
    return f"{marks}\n{owner}: {name} is {last.when}; the due date is {last.due}.\n"
