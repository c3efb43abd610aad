"""Looks for the commits that may have done an action item: those whose messages name it, its issue or its incident."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from datetime import UTC, datetime
from typing import NamedTuple

from pirgen.git.repository import Message
from pirgen.ledger import PROVEN, Item, Ledger

MOST = 5
"""How many commits are named for an action item."""
_WORD = re.compile(r"https?://[^\s<>()\[\]]+|[\w#-]+")


class Suggestion(NamedTuple):
    """A commit that may have done an action item."""

    item: Item
    commit: str
    at: datetime
    """Its committer date, in UTC."""
    author: str
    subject: str
    """The first line of its message."""
    names: str
    """What it names: `item`, `issue` or only the `incident`."""


def suggest(ledger: Ledger, items: Iterable[Item]) -> list[Suggestion]:
    """For each item at most `MOST` commits of the mainline since its incident began that are not only about reviews.

    Those that name the item (with its incident) or its issue come before those that only name the incident, then the
    newest come first.
    """
    wanted = [*items]
    begins = {item.incident_id: ledger.proofs.began(item.incident_id) or item.opened_at for item in wanted}
    if not wanted:
        return []
    told = [(one, _words(one.text)) for one in ledger.proofs.messages(min(begins.values()))]
    found = [
        (item, one, names)
        for item in wanted
        for one, words in told
        if one.time >= begins[item.incident_id].timestamp() and (names := _names(item, words))
    ]
    work = ledger.proofs.work({one.id for _, one, _ in found})
    return [suggestion for item in wanted for suggestion in _best(item, found, work)]


def _best(item: Item, found: Iterable[tuple[Item, Message, str]], work: Collection[str]) -> Iterator[Suggestion]:
    theirs = [(one, names) for other, one, names in found if other is item and one.id in work]
    theirs.sort(key=lambda pair: pair[1] == "incident")
    for one, names in theirs[:MOST]:
        subject = one.text.strip().split("\n", 1)[0]
        yield Suggestion(item, one.id, datetime.fromtimestamp(one.time, UTC), one.author, subject, names)


def _words(text: str) -> frozenset[str]:
    return frozenset(word.rstrip(".,;:").lower() for word in _WORD.findall(text))


def _names(item: Item, words: Collection[str]) -> str:
    incident, name, issue = item.incident_id.lower(), item.said.id.lower(), item.said.issue.lower()
    if issue and {issue, f"#{issue.rpartition('/')[2]}"} & {*words}:
        return "issue"
    if incident not in words:
        return ""
    return "item" if name in words else "incident"


def unproven(ledger: Ledger) -> list[Item]:
    """The done items that no commit proves."""
    return [item for item in ledger.items if item.is_done and ledger.proofs.of(item).level != PROVEN]
