"""What the project's reviews have used before, and which incident is in which file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from itertools import chain
from types import MappingProxyType
from typing import NamedTuple

from pirgen.document import load
from pirgen.review import Review, is_placeholder
from pirgen.review import read as read_review
from pirgen.workspace import Workspace

RECENT = 2_000
"""From how many reviews words are taken: from those whose names sort last, which are the newest ones."""


class Known(NamedTuple):
    """What can be named in a review. Words are sorted by how often they were used, the commonest first."""

    reviews: Mapping[str, str] = MappingProxyType({})
    """The file of each incident's review, by its id."""
    logs: Mapping[str, str] = MappingProxyType({})
    """The file of each incident's log, by its id."""
    titles: Mapping[str, str] = MappingProxyType({})
    """What happened in an incident, by its id."""
    owners: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    causes: tuple[str, ...] = ()
    """Contributing factors."""
    seen: Mapping[str, tuple[int, Review]] = MappingProxyType({})
    """The reviews that were read, by file, each with what changes when the file does."""


def read(workspace: Workspace, reviews: Mapping[str, str], logs: Mapping[str, str], before: Known) -> Known:
    """What the newest reviews of a project say; `reviews` and `logs` hold the incident's id in each file.

    Files that have not changed since `before` are not read again.
    """
    config, newest = workspace.config, sorted(workspace.reviews, reverse=True)[:RECENT]
    seen = {}
    for name, stamp in zip(newest, workspace.stamps(newest), strict=True):
        seen[name] = before.seen.get(name, (0, Review("")))
        if not stamp or seen[name][0] != stamp:
            seen[name] = stamp, read_review(load(workspace.source(name)).data, config.clock)
    found = [review for _, review in seen.values()]
    used = chain.from_iterable(map(_people, found))
    owners = chain(config.owners, *config.teams.values(), used, sorted(workspace.owners))
    return Known(
        {incident_id: file for file, incident_id in sorted(reviews.items(), reverse=True) if incident_id},
        {incident_id: file for file, incident_id in sorted(logs.items(), reverse=True) if incident_id},
        {review.incident_id: review.headline for review in reversed(found) if review.incident_id},
        _by_use(owners, fold=True),
        _by_use(chain.from_iterable(review.services for review in found)),
        _by_use(chain.from_iterable(review.tags for review in found)),
        _by_use(chain.from_iterable(review.contributing_factors for review in found)),
        seen,
    )


def _people(review: Review) -> Iterable[str]:
    attendees = review.meeting.get("attendees")
    named = (
        *(item.owner for item in review.action_items),
        *review.roles.values(),
        *(moment.by for moment in review.timeline),
        review.meeting.get("facilitator"),
        *(attendees if isinstance(attendees, list) else ()),
    )
    return (name for name in named if isinstance(name, str))


def _by_use(words: Iterable[str], *, fold: bool = False) -> tuple[str, ...]:
    """The words, each once, in the order of their use; with `fold` those that differ in case only count as one."""
    counts: Counter[str] = Counter()
    written: dict[str, str] = {}
    for text in words:
        if text.strip() and not is_placeholder(text):
            key = text.lower() if fold else text
            written.setdefault(key, text)
            counts[key] += 1
    return tuple(written[key] for key, _ in counts.most_common())
