"""What is kept of a history between two runs: how far it was walked, what its blobs say, the worktree's stamps."""

from __future__ import annotations

from contextlib import suppress
from functools import cached_property
from typing import Any

import msgspec

from pirgen.ledger.reader import Readings
from pirgen.ledger.replay import Walk
from pirgen.ledger.revisions import History, Stamps, Timed
from pirgen.runtime import cache

WALK, PARSES, STAMPS = "ledger", "parses", "worktree"


class Kept:
    """What was kept for the history of a project; nothing, unless `cached`.

    The walk of the mainline goes on where the last one ended, as long as that commit is on it; else the history is
    walked anew, without reading again the blobs that were read once. A walk up to an earlier moment is not kept, nor
    one that may change without a new commit: of a shallow clone, or of commits that are dated ahead of now.
    """

    def __init__(self, history: History, *, cached: bool) -> None:
        self.history, self.cached = history, cached
        self.is_of_now = cached and history.as_of is None and not history.repository.is_shallow

    @cached_property
    def _key(self) -> str:
        repository = self.history.repository
        return cache.key(self.history.config.text, repository.replaced(), repository.object_format, repository.prefix)

    def resume(self) -> tuple[Walk, list[Timed]]:
        """A walk, and the commits that it has not seen yet."""
        walk: Walk | None = self._load(WALK, Walk) if self.is_of_now else None
        if walk and walk.clock <= self.history.now.timestamp():
            commits = self.history.after(walk.head, walk.clock)
            if commits is not None:
                return walk, commits
        return Walk(), self.history.whole

    def readings(self, walk: Walk) -> Readings:
        """What reads the blobs that a walk meets, or knows them: few are new where a walk goes on."""
        known = {} if walk.head else dict(self._parses)
        return Readings(self.history.repository, self.history.config, known)

    def save(self, walk: Walk, commits: list[Timed], readings: Readings) -> None:
        """Keep a walk that has seen these commits; what blobs say is kept where they were all of the history."""
        if self.cached and walk.head is None:
            parses = {key: readings.known[key] for key in readings.used} if self.is_of_now else readings.known
            if parses.keys() != self._parses.keys():
                self._save(PARSES, parses)
        walk.head = self.history.head
        if self.is_of_now and not any(commit.time > self.history.now.timestamp() for commit, _ in commits):
            self._save(WALK, msgspec.structs.replace(walk, facts=[*walk.facts, *walk.new]))

    @cached_property
    def stamps(self) -> Stamps:
        """The stamps of the worktree's files."""
        return (self._load(STAMPS, dict[str, tuple[int, str]]) if self.is_of_now else None) or {}

    def save_stamps(self, stamps: Stamps) -> None:
        """Keep the stamps of the worktree's files."""
        if self.is_of_now and stamps != self.stamps:
            self._save(STAMPS, stamps)

    @cached_property
    def _parses(self) -> dict[str, msgspec.Raw]:
        return (self._load(PARSES, dict[str, msgspec.Raw]) if self.cached else None) or {}

    def _load(self, name: str, kind: Any) -> Any:
        body = cache.load_bytes(self.history.root, name, self._key)
        with suppress(msgspec.MsgspecError, RecursionError):
            return None if body is None else msgspec.json.decode(body, type=kind)

    def _save(self, name: str, data: Any) -> None:
        with suppress(UnicodeEncodeError):  # of a file name that is not UTF-8
            cache.save_bytes(self.history.root, name, self._key, msgspec.json.encode(data))
