"""What history proves of a project's reviews and action items."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, partial
from pathlib import Path

import msgspec

from pirgen.config import Config
from pirgen.git.repository import Repository
from pirgen.ledger.checkpoint import Kept
from pirgen.ledger.facts import CLOSED, Fact
from pirgen.ledger.replay import Unreadable, Walk
from pirgen.ledger.revisions import History
from pirgen.ledger.state import Incident, Item

__all__ = ["CLOSED", "Fact", "Incident", "Item", "Ledger", "Unreadable", "branch_ledger", "read_ledger"]


@dataclass(frozen=True)
class Ledger:
    """What history proves up to `as_of`, which is aware."""

    config: Config
    head: str
    as_of: datetime
    shallow: bool
    uncommitted: bool
    """Whether the worktree says anything about what is counted here that no commit proves yet."""
    clock_adjusted: int
    unreadable: tuple[Unreadable, ...]
    shadowed: tuple[str, ...]
    """Files whose incident id another file holds: the path that sorts first."""
    incidents: Mapping[str, Incident]
    """The incidents that the figures are about, by id."""
    reviewed: frozenset[str]
    """The incidents that have, or are covered by, a complete review, also by one that the figures leave out."""
    tell: Callable[[], tuple[Fact, ...]]

    @cached_property
    def facts(self) -> tuple[Fact, ...]:
        """All that happened, commit by commit, worked out when it is asked for."""
        return self.tell()

    @cached_property
    def items(self) -> tuple[Item, ...]:
        """All action items ever seen, by incident and id."""
        return tuple(
            item
            for _, incident in sorted(self.incidents.items())
            for item in sorted((*incident.items.values(), *incident.removed), key=lambda item: item.said.id)
        )


def read_ledger(
    root: Path,
    config: Config,
    *,
    now: datetime,
    as_of: str | None = None,
    allow_shallow: bool = False,
    cached: bool = False,
) -> Ledger:
    """Walk the history of the project at `root`; see `History` for `as_of` and what is raised.

    With `cached` what was worked out before is used, and kept for the next time.
    """
    history = History(root, config, now, as_of, allow_shallow)
    kept = Kept(history, cached=cached)
    walk = _walked(history, kept)
    uncommitted = False
    if as_of is None and not history.repository.is_bare:
        revision, stamps = history.worktree(walk.blobs, kept.stamps)
        kept.save_stamps(stamps)
        uncommitted = walk.step(revision)
    return _ledger(history, walk, history.head, history.end, uncommitted=uncommitted)


def branch_ledger(
    root: Path, config: Config, base: str, *, now: datetime, allow_shallow: bool = False, cached: bool = False
) -> Ledger:
    """What the worktree says beyond the commit where this branch left `base`, as if a squash merge brought it.

    That commit is their newest common one: what was merged into the branch from there is not the branch's. The
    facts have no commit and no author: what proves them will be the commit that brings them to the mainline. Raises
    PirgenError and HistoryMissingError as `read_ledger` does, for a `base` that git does not know, and in a bare
    repository.
    """
    repository = Repository(root)
    repository.require_worktree()
    head = repository.head()
    history = History(root, config, now, repository.merge_base(base, head), allow_shallow)
    walk = _walked(history, Kept(history, cached=cached))
    walk.forget()
    uncommitted = walk.step(history.worktree(walk.blobs, {})[0])
    return _ledger(history, walk, head, now, uncommitted=uncommitted)


def _walked(history: History, kept: Kept) -> Walk:
    """The walk up to the history's head, as far as it is not kept already."""
    walk, commits = kept.resume()
    if walk.head != history.head:
        readings = kept.readings(walk)
        for revision in history.revisions(commits, readings):
            walk.step(revision)
        walk.clock = commits[-1].time if commits else walk.clock
        walk.adjusted += sum(time != commit.time for commit, time in commits)
        kept.save(walk, commits, readings)
    return walk


def _ledger(history: History, walk: Walk, head: str, as_of: datetime, *, uncommitted: bool) -> Ledger:
    return Ledger(
        history.config,
        head,
        as_of,
        history.repository.is_shallow,
        uncommitted,
        walk.adjusted,
        tuple(walk.unreadable),
        tuple(sorted(walk.shadowed())),
        walk.incidents,
        frozenset(_reviewed(walk.incidents.values())),
        partial(_facts, history.repository, walk),
    )


def _facts(repository: Repository, walk: Walk) -> tuple[Fact, ...]:
    decoder = msgspec.json.Decoder(Fact)
    facts = [*map(decoder.decode, walk.facts), *walk.new]
    names = repository.people({fact.author for fact in facts if fact.author})
    return tuple(fact._replace(author=names[fact.author]) if fact.author else fact for fact in facts)


def _reviewed(incidents: Iterable[Incident]) -> Iterator[str]:
    for incident in incidents:
        if incident.is_complete and incident.snapshot:
            yield from (incident.incident_id, *incident.snapshot.covers)
