"""Looks for the commits that may have done an action item: those whose messages name it, its issue or its incident."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from pirgen.git.repository import Message
from pirgen.ledger import PROVEN, Item, Ledger

MOST = 5
"""How many commits are named for an action item."""
_WORD = re.compile(r"https?://[^\s<>()\[\]]+|[\w#!-]+")


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
    sought = {word for item in wanted for word in (item.incident_id.lower(), *_forms(item.said.issue))}
    naming: defaultdict[str, list[tuple[Message, frozenset[str]]]] = defaultdict(list)
    for one in ledger.proofs.messages(min(begins.values())):
        words = _words(one.text)
        for word in words & sought:
            naming[word].append((one, words))
    found = [
        [
            (one, names)
            for one, words in _naming(item, naming)
            if one.time >= begins[item.incident_id].timestamp() and (names := _names(item, words))
        ]
        for item in wanted
    ]
    work = ledger.proofs.work({one.id for theirs in found for one, _ in theirs})
    return [
        suggestion
        for item, theirs in zip(wanted, found, strict=True)
        for suggestion in _best(item, [(one, names) for one, names in theirs if one.id in work])
    ]


def _naming(
    item: Item, naming: Mapping[str, Sequence[tuple[Message, frozenset[str]]]]
) -> Iterator[tuple[Message, frozenset[str]]]:
    """The messages that name an item's incident or its issue, each once, newest first."""
    told = (pair for word in (item.incident_id.lower(), *_forms(item.said.issue)) for pair in naming.get(word, ()))
    yield from sorted({one.id: (one, words) for one, words in told}.values(), key=lambda pair: -pair[0].time)


def _best(item: Item, theirs: list[tuple[Message, str]]) -> Iterator[Suggestion]:
    theirs.sort(key=lambda pair: pair[1] == "incident")
    for one, names in theirs[:MOST]:
        subject = one.text.strip().split("\n", 1)[0]
        yield Suggestion(item, one.id, datetime.fromtimestamp(one.time, UTC), one.author, subject, names)


def _forms(issue: str) -> set[str]:
    """How a message may name an issue, in lower case: its address, `#12`, `!12`, `shop#12` or `ops-12`."""
    last = issue.lower().rpartition("/")[2]
    number = re.search(r"[0-9]{1,12}\Z", last)
    if not issue or not number:
        return set()
    is_key = last[: number.start()].endswith("-")
    return {issue.lower(), last} if is_key else {issue.lower(), last, f"#{number[0]}", f"!{number[0]}"} - {number[0]}


def _words(text: str) -> frozenset[str]:
    return frozenset(word.rstrip(".,;:!").lower() for word in _WORD.findall(text))


def _names(item: Item, words: frozenset[str]) -> str:
    if _forms(item.said.issue) & words:
        return "issue"
    if item.incident_id.lower() not in words:
        return ""
    return "item" if item.said.id.lower() in words else "incident"


def unproven(ledger: Ledger) -> list[Item]:
    """The done items that no commit proves."""
    return [item for item in ledger.items if item.is_done and ledger.proofs.of(item).level != PROVEN]
