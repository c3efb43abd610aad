"""How a history is stored between two runs: how far it was replayed, what its blobs say, the worktree's stamps.

No other module knows the form in which these are kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from functools import cached_property
from typing import TYPE_CHECKING, Any

import msgspec

from pirgen.ledger.clocks import Adjustment
from pirgen.ledger.facts import Fact, FactLog
from pirgen.ledger.former_folders import LeftOut
from pirgen.ledger.replay import Replay, Unreadable
from pirgen.ledger.snapshot import Snapshot
from pirgen.ledger.state import Incident
from pirgen.runtime import cache

if TYPE_CHECKING:
    from pirgen.ledger.revisions import History, Stamps, Timed

REPLAY, PARSES, STAMPS, WORKS, PAST = "ledger", "parses", "worktree", "works", "past"
_SAID = msgspec.json.Decoder(Snapshot | str)
_FACT = msgspec.json.Decoder(Fact)


def pack(said: Snapshot | str) -> bytes:
    """What a file says, or why it cannot be read, in a tenth of the memory."""
    return msgspec.json.encode(said)


def unpack(packed: bytes) -> Snapshot | str:
    """What `pack` made smaller."""
    said: Snapshot | str = _SAID.decode(packed)
    return said


class _Stored(msgspec.Struct):
    """A replay as it is stored; its facts are not decoded before somebody asks for them."""

    head: str | None
    began: int | None
    clock: int
    ahead: int | None
    adjusted: list[Adjustment]
    blobs: dict[str, str]
    files: dict[str, Snapshot]
    ids: dict[str, str]
    incidents: dict[str, Incident]
    unreadable: list[Unreadable]
    left_out: list[LeftOut]
    facts: list[msgspec.Raw]


class Checkpoint:
    """What was kept for the history of a project; nothing, unless `cached`.

    The replay of the mainline goes on where the last one ended, as long as that commit is on it; else the history is
    replayed anew, without reading again the blobs that were read once. A replay up to an earlier moment is not kept,
    nor one of a shallow clone, nor one whose last commit is of now, for want of a date that can be believed. One is not
    used where now, or a later commit, changes the times of its commits.
    """

    def __init__(self, history: History, *, cached: bool) -> None:
        self.history, self.cached = history, cached
        self.is_of_now = cached and history.as_of is None and not history.repository.is_shallow

    @cached_property
    def _key(self) -> str:
        repository = self.history.repository
        return cache.key(
            self.history.root,
            self.history.config.text,
            repository.replaced(),
            repository.object_format,
            repository.prefix,
        )

    def resume(self) -> tuple[Replay, list[Timed]]:
        """A replay, and the commits that it has not seen yet."""
        stored: _Stored | None = self._load(REPLAY, _Stored) if self.is_of_now else None
        now = self.history.now.timestamp()
        if stored and stored.clock <= now and (stored.ahead is None or now < stored.ahead):
            commits = self.history.after(stored.head, stored.clock, stored.blobs)
            if commits is not None:
                facts = FactLog(stored.facts, _FACT.decode)
                return Replay(**{**msgspec.structs.asdict(stored), "facts": facts}), commits
        return Replay(), self.history.whole

    def parses(self, replay: Replay) -> dict[str, bytes]:
        """What the blobs that a replay will meet say, as far as it is known: few are new where a replay goes on."""
        return {} if replay.head else dict(self._parses)

    def save(self, replay: Replay, parses: Mapping[str, bytes], used: Iterable[str]) -> None:
        """Keep a replay up to the head, and, where it began with the first commit, what its blobs say."""
        if self.cached and replay.head is None:
            kept = {key: parses[key] for key in used} if self.is_of_now else parses
            if kept.keys() != self._parses.keys():
                self._save(PARSES, {key: msgspec.Raw(packed) for key, packed in kept.items()})
        replay.head = self.history.head
        if self.is_of_now and replay.clock < int(self.history.now.timestamp()):
            facts = [*replay.facts.stored, *replay.facts.new]
            self._save(REPLAY, {name: getattr(replay, name) for name in _Stored.__struct_fields__} | {"facts": facts})

    @cached_property
    def stamps(self) -> Stamps:
        """The stamps of the worktree's files."""
        return (self._load(STAMPS, dict[str, tuple[int, str]]) if self.is_of_now else None) or {}

    def save_stamps(self, stamps: Stamps) -> None:
        """Keep the stamps of the worktree's files."""
        if self.is_of_now and stamps != self.stamps:
            self._save(STAMPS, stamps)

    @cached_property
    def works(self) -> dict[str, bool]:
        """The known commits, each with whether it does more than write reviews, logs and pages; see `Proofs`."""
        return (self._load(WORKS, dict[str, bool]) if self.cached else None) or {}

    def save_works(self, found: Mapping[str, bool]) -> None:
        """Keep what is known of more commits."""
        self.works.update(found)
        if self.cached:
            self._save(WORKS, self.works)

    def texts(self, made_for: str) -> list[str] | None:
        """The texts about earlier days that were kept for the same head and `made_for`; None where there are none."""
        return cache.load(self.history.root, PAST, self._key_of_past(made_for)) if self._keeps_texts else None

    def save_texts(self, made_for: str, texts: list[str]) -> None:
        """Keep texts about earlier days."""
        if self._keeps_texts:
            cache.save(self.history.root, PAST, self._key_of_past(made_for), texts)

    @property
    def _keeps_texts(self) -> bool:
        """Whether texts are kept. They are not where plugins count for them, whose code may change."""
        return self.is_of_now and not self.history.config.plugins

    def _key_of_past(self, made_for: str) -> str:
        """A key that also tells the head and today: a date that is ahead today may be believed tomorrow."""
        history = self.history
        today = f"{history.now.astimezone(history.config.zone):%F}"
        return cache.key(history.root, self._key, history.head, today, made_for)

    @cached_property
    def _parses(self) -> Mapping[str, bytes]:
        found = self._load(PARSES, dict[str, msgspec.Raw]) if self.cached else None
        return {key: bytes(packed) for key, packed in (found or {}).items()}

    def _load(self, name: str, kind: Any) -> Any:
        body = cache.load_bytes(self.history.root, name, self._key)
        with suppress(msgspec.MsgspecError, RecursionError):
            return None if body is None else msgspec.json.decode(body, type=kind)

    def _save(self, name: str, data: Any) -> None:
        with suppress(UnicodeEncodeError):  # of a file name that is not UTF-8
            cache.save_bytes(self.history.root, name, self._key, msgspec.json.encode(data))
