"""The project's revisions, oldest first: the commits of the mainline, then the worktree.

The mainline is the first-parent chain. A commit's time is its committer date as a running maximum, capped at
now: a clock that ran backwards moves no revision before the one it follows.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time
from functools import cached_property
from pathlib import Path

from pirgen.config import Config
from pirgen.errors import HistoryMissingError
from pirgen.git import Commit, Repository
from pirgen.incident import IncidentLog
from pirgen.snapshot import Snapshot, UnreadableError, take
from pirgen.source import Source, find, is_source, read
from pirgen.timeline import parse_date

Said = Snapshot | IncidentLog


@dataclass(frozen=True, slots=True)
class Revision:
    """What one commit says of the files that it changed, None for a deleted one; `commit` None is the worktree.

    A file that cannot be read is not in `said`: its last good state goes on, and `unreadable` says why.
    """

    at: datetime
    commit: str | None
    author: str | None
    said: Mapping[str, Said | None]
    unreadable: Mapping[str, str]


class History:
    """The revisions up to `as_of`: a date (the end of that day in the project's zone), a revision, or now.

    Without `as_of` the worktree is the last revision. Raises PirgenError without a repository or commits,
    HistoryMissingError where this clone cannot know the answer.
    """

    def __init__(self, root: Path, config: Config, now: datetime, as_of: str | None, allow_shallow: bool) -> None:
        self.root, self.config, self.now, self.as_of = root, config, now, as_of
        self.repository = Repository(root)
        if self.repository.is_shallow and not allow_shallow:
            raise HistoryMissingError(
                "this clone is shallow, so dates and figures would be wrong; run `git fetch --unshallow` "
                "(in CI: fetch-depth 0), or pass --allow-shallow"
            )
        self.day = parse_date(as_of) if as_of is not None else None
        self.head = self.repository.head() if as_of is None or self.day else self.repository.commit(as_of)
        begins_later = self.day and not self._timed[1] and self.repository.first_time(self.head) > self.end.timestamp()
        if begins_later and not self.repository.is_shallow:
            raise HistoryMissingError(f"history begins after {as_of}; ask for a later date")

    @cached_property
    def end(self) -> datetime:
        """The moment, in UTC, as of which the history is told."""
        if self.day:
            return datetime.combine(self.day, time.max, self.config.zone).astimezone(UTC)
        if self.as_of is not None:
            last = min(self.repository.time(self.head), int(self.now.timestamp()))
            return max([datetime.fromtimestamp(last, UTC), *(at for at, _ in self._timed[1])])
        return self.now

    @property
    def clock_adjusted(self) -> int:
        """How many commits have a time that differs from their committer date."""
        return self._timed[0]

    @cached_property
    def _timed(self) -> tuple[int, list[tuple[datetime, Commit]]]:
        clock, latest, adjusted = 0, int(self.now.timestamp()), 0
        timed: list[tuple[datetime, Commit]] = []
        for commit in self.repository.log(self.head, self._folders):
            clock = min(max(clock, commit.time), latest)
            at = datetime.fromtimestamp(clock, UTC)
            if self.day and at > self.end:
                break
            adjusted += clock != commit.time
            timed.append((at, commit))
        return adjusted, timed

    def __iter__(self) -> Iterator[Revision]:
        blobs: dict[str, str] = {}
        timed = self._timed[1]
        uses = Counter(blob for _, commit in timed for path, blob in commit.changes if blob and self._is_source(path))
        contents = self.repository.blobs(uses)
        held: dict[str, bytes] = {}
        for at, commit in timed:
            sources: dict[str, Source | None] = {}
            for path, blob in commit.changes:
                if not self._is_source(path):
                    continue
                if blob is None:
                    sources[path] = None
                    blobs.pop(path, None)
                    continue
                if blob not in held:
                    held.update([next(contents)])
                sources[path], blobs[path] = Source(path, held[blob]), blob
                uses[blob] -= 1
                if not uses[blob]:
                    del held[blob]
            yield self._revision(at, commit.id, commit.author, sources)
        if self.as_of is None and not self.repository.is_bare:
            yield self._revision(self.now, None, None, self._worktree(blobs))

    def _worktree(self, blobs: Mapping[str, str]) -> dict[str, Source | None]:
        """The files that differ from the last commit."""
        sources: dict[str, Source | None] = dict.fromkeys(blobs)
        for path in find(self.root, self._folders):
            source = sources[path] = read(self.root / path, path)
            digest = hashlib.new(self.repository.object_format or "sha1", usedforsecurity=False)
            digest.update(b"blob %d\0" % len(source.data) + source.data)
            if digest.hexdigest() == blobs.get(path):
                del sources[path]
        absent = [path for path, source in sources.items() if source is None]
        kept = self.repository.not_checked_out(absent) if absent else set()
        return {path: source for path, source in sources.items() if path not in kept}

    @property
    def _folders(self) -> tuple[str, ...]:
        return (*self.config.reviews, *self.config.incidents)

    def _is_source(self, path: str) -> bool:
        return is_source(path, self._folders)

    def _revision(
        self, at: datetime, commit: str | None, author: str | None, sources: Mapping[str, Source | None]
    ) -> Revision:
        said: dict[str, Said | None] = {}
        unreadable: dict[str, str] = {}
        for path, source in sources.items():
            try:
                said[path] = take(source, self.config) if source else None
            except UnreadableError as error:
                unreadable[path] = str(error)
        return Revision(at, commit, author, said, unreadable)
