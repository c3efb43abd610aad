"""What history proves of a project's reviews and action items."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from itertools import groupby
from pathlib import Path

from pirgen.config import Config
from pirgen.errors import PirgenError
from pirgen.git.repository import Repository, is_nothing
from pirgen.ledger.checkpoint import Checkpoint
from pirgen.ledger.clocks import Adjustment, adjustment
from pirgen.ledger.facts import CLOSED, STORY_ONLY, Fact
from pirgen.ledger.former_folders import LeftOut
from pirgen.ledger.proofs import LEVELS, PROVEN, Proof, Proofs
from pirgen.ledger.reader import Readings
from pirgen.ledger.replay import Replay, Shadowed, Unreadable
from pirgen.ledger.revisions import History, Revision, Timed
from pirgen.ledger.snapshot import Snapshot
from pirgen.ledger.state import Incident, Item

__all__ = [
    "CLOSED",
    "LEVELS",
    "PROVEN",
    "STORY_ONLY",
    "Adjustment",
    "Fact",
    "Incident",
    "Item",
    "Ledger",
    "LeftOut",
    "Proof",
    "Shadowed",
    "Snapshot",
    "Unreadable",
    "branch_ledger",
    "read_ledger",
]


@dataclass(frozen=True)
class Ledger:
    """What history proves up to `as_of`, which is aware."""

    config: Config
    head: str
    """The commit that the history was read from."""
    revision: str
    """The last commit of the mainline that is counted; the head, but where `as_of` is a day of the past."""
    as_of: datetime
    is_forecast: bool
    """Whether `as_of` is on a day that has not come yet."""
    shallow: bool
    uncommitted: bool
    """Whether the worktree says anything about what is counted here that no commit proves yet."""
    clock_adjusted: tuple[Adjustment, ...]
    """The commits whose dates are not believed, because their clocks ran backwards or ahead."""
    unreadable: tuple[Unreadable, ...]
    shadowed: tuple[Shadowed, ...]
    left_out: tuple[LeftOut, ...]
    incidents: Mapping[str, Incident]
    """The incidents that the figures are about, by id."""
    reviewed: frozenset[str]
    """The incidents that have, or are covered by, a complete review, also by one that the figures leave out."""
    facts: Sequence[Fact]
    """All that happened, commit by commit, worked out when it is asked for."""
    proofs: Proofs
    """What shows that each done item is done, looked up when it is asked for."""
    past: Past
    """What was known at the ends of earlier days, worked out when it is asked for."""

    @cached_property
    def told(self) -> Mapping[str, list[Fact]]:
        """The facts by incident, also those from before it was renumbered."""
        found: dict[str, list[Fact]] = {}
        for (is_renumbering, _), step in groupby(
            self.facts, lambda fact: (fact.event == "review_renumbered", fact.commit)
        ):
            facts = [*step]
            if is_renumbering:  # two incidents may have changed their ids with each other
                past = [found.pop(fact.before["incident_id"], []) for fact in facts]
                found |= {fact.incident_id: told for fact, told in zip(facts, past, strict=True)}
            for fact in facts:
                found.setdefault(fact.incident_id, []).append(fact)
        return found

    @cached_property
    def items(self) -> tuple[Item, ...]:
        """All action items ever seen, by incident and id."""
        return tuple(
            item
            for _, incident in sorted(self.incidents.items())
            for item in sorted((*incident.items.values(), *incident.removed), key=lambda item: item.said.id)
        )


class Past:
    """The same history as of earlier days, in one walk however many they are."""

    def __init__(self, history: History, checkpoint: Checkpoint, began: int | None) -> None:
        self._history, self._checkpoint = history, checkpoint
        self.first = None if began is None else datetime.fromtimestamp(began, history.config.zone).date()
        """The day, in the project's zone, of the first commit that counts; None where there is none."""

    def texts(self, days: Sequence[date], write: Callable[[date, Ledger], str], made_for: str) -> list[str]:
        """The text that `write` makes of the ledger of each day; see `ledgers`.

        What it made before is used where a cache may be kept, and neither the head nor `made_for` is another: that
        names all that `write` depends on besides the ledger, the configuration and pirgen's own code.
        """
        made_for = "\0".join((*map(str, days), made_for))
        texts = self._checkpoint.texts(made_for)
        if texts is None:
            texts = [write(day, ledger) for day, ledger in zip(days, self.ledgers(days), strict=True)]
            self._checkpoint.save_texts(made_for, texts)
        return texts

    def ledgers(self, days: Iterable[date]) -> Iterator[Ledger]:
        """The ledger as of the end of each day, as `read_ledger` with `as_of` has it. The days are past and in order.

        Raises PirgenError as `read_ledger` does.
        """
        replay, seen = Replay(), 0
        read: Mapping[str, bytes] = {}
        for day in days:
            history = self._history.until(day)
            replay.left_out = []
            read = _run(history, self._checkpoint, replay, history.whole[seen:], read)[1].known
            seen = len(history.whole)
            if replay.stated_ids() != replay.ids:  # who is who has to be known from the beginning
                replay, _ = _run(history, self._checkpoint, Replay(ids=replay.stated_ids()), history.whole, read)
            yield _ledger(history, self._checkpoint, replay.copy(), history.head, history.end, uncommitted=False)


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
    checkpoint = Checkpoint(history, cached=cached)
    replay = _replayed(history, checkpoint)
    uncommitted = False
    if as_of is None and not history.repository.is_bare:
        revision, stamps = history.worktree(replay.blobs, checkpoint.stamps)
        checkpoint.save_stamps(stamps)
        replay, uncommitted = _ended(history, checkpoint, replay, revision)
    return _ledger(history, checkpoint, replay, history.head, history.end, uncommitted=uncommitted)


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
    if is_nothing(base):
        raise PirgenError(
            "a base of zeros says that the branch is new; name the branch that it left, such as origin/main"
        )
    head = repository.head()
    history = History(root, config, now, repository.merge_base(base, head), allow_shallow)
    checkpoint = Checkpoint(history, cached=cached)
    replay = _replayed(history, checkpoint)
    replay.forget()
    replay, uncommitted = _ended(history, checkpoint, replay, history.worktree(replay.blobs, {})[0], told=False)
    return _ledger(history, checkpoint, replay, head, now, uncommitted=uncommitted)


def _replayed(history: History, checkpoint: Checkpoint) -> Replay:
    """The replay up to the history's head, as far as it is not kept already."""
    replay, commits = checkpoint.resume()
    if replay.head != history.head:
        replay, readings = _run(history, checkpoint, replay, commits)
        if replay.stated_ids() != replay.ids:
            fresh = Replay(ids=replay.stated_ids())
            replay, readings = _run(history, checkpoint, fresh, history.whole, readings.known)
        checkpoint.save(replay, readings.known, readings.used)
    return replay


def _ended(
    history: History, checkpoint: Checkpoint, replay: Replay, worktree: Revision, *, told: bool = True
) -> tuple[Replay, bool]:
    """The replay after what the worktree says, and whether that is anything new; `told` says what came before it, too.

    Where the worktree says other former ids than the last commit, all is replayed with these.
    """
    is_new = replay.step(worktree)
    if replay.stated_ids() != replay.ids:
        replay, _ = _run(history, checkpoint, Replay(ids=replay.stated_ids()), history.whole)
        if not told:
            replay.forget()
        replay.step(worktree)
    return replay, is_new


def _run(
    history: History, checkpoint: Checkpoint, replay: Replay, commits: list[Timed], read: Mapping[str, bytes] = {}
) -> tuple[Replay, Readings]:
    """The replay after these commits, and the readings that it took; `read` is what blobs say that were read before."""
    readings = Readings(history.repository, history.config, {**checkpoint.parses(replay), **read})
    for revision in history.revisions(commits, readings):
        replay.step(revision)
    if commits:
        replay.began = commits[0].time if replay.began is None else replay.began
        replay.clock = commits[-1].time
    replay.adjusted += (adjustment(one.id, one.time, time) for one, time in commits if time != one.time)
    ahead = [one.time for one, _ in commits if one.time > history.now.timestamp()]
    replay.ahead = min(ahead, default=replay.ahead)
    replay.left_out += history.left_out
    return replay, readings


def _ledger(
    history: History, checkpoint: Checkpoint, replay: Replay, head: str, as_of: datetime, *, uncommitted: bool
) -> Ledger:
    revision = head if head != history.head else history.revision
    return Ledger(
        history.config,
        head,
        revision,
        as_of,
        history.is_forecast,
        history.repository.is_shallow,
        uncommitted,
        tuple(replay.adjusted),
        tuple(replay.unreadable),
        tuple(sorted(replay.shadowed())),
        tuple(replay.left_out),
        replay.incidents,
        frozenset(_reviewed(replay.incidents.values())),
        replay.facts.named(history.repository.people),
        Proofs(checkpoint, revision, replay.incidents),
        Past(history, checkpoint, replay.began),
    )


def _reviewed(incidents: Iterable[Incident]) -> Iterator[str]:
    for incident in incidents:
        if incident.is_complete and incident.snapshot:
            yield from (incident.incident_id, *incident.snapshot.covers)
