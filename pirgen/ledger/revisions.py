"""The project's revisions, oldest first: the commits of the mainline, then the worktree.

The mainline is the first-parent chain. A commit's time is its committer date, where `clocks` believes it.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator, Mapping
from copy import copy
from datetime import UTC, date, datetime, time
from functools import cache, cached_property
from itertools import takewhile
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from pirgen.config import Config
from pirgen.errors import HistoryMissingError, about
from pirgen.files import MAX_READ, TOO_LARGE, Source, find, is_below, is_source, read
from pirgen.git.log import Commit
from pirgen.git.repository import Repository
from pirgen.git.sources import recorded
from pirgen.ledger.clocks import settle
from pirgen.ledger.former_folders import LeftOut, left, merged, trace
from pirgen.ledger.snapshot import Camera, Snapshot, UnreadableError
from pirgen.review.timeline import parse_date
from pirgen.runtime.parallel import cores
from pirgen.workspace import Workspace, require_inside

if TYPE_CHECKING:
    from pirgen.ledger.reader import Readings

Stamps = Mapping[str, tuple[int, str]]
"""What identifies a file of the worktree without reading it, and the blob that it was when it was read."""


class Revision(NamedTuple):
    """What one commit says of the files that it changed, None for a deleted one; `commit` None is the worktree.

    A file that cannot be read is not in `said`: its last good state goes on, and `unreadable` says why.
    """

    at: datetime
    commit: str | None
    author: str | None
    blobs: Mapping[str, str | None]
    said: Mapping[str, Snapshot | None]
    unreadable: Mapping[str, str]


class Timed(NamedTuple):
    """A commit, and its time in seconds since 1970."""

    commit: Commit
    time: int


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
        self.left_out: list[LeftOut] = []
        """Former folders whose history does not count; known once `whole` is."""
        self.day = parse_date(as_of) if as_of is not None else None
        self.head = self.repository.head() if as_of is None or self.day else self.repository.commit(as_of)
        begins_later = self.day and not self.whole and self.repository.first_time(self.head) > self.end.timestamp()
        if begins_later and not self.repository.is_shallow:
            raise HistoryMissingError(f"history begins after {as_of}; ask for a later date")

    @cached_property
    def end(self) -> datetime:
        """The moment, in UTC, as of which the history is told."""
        if self.day:
            return datetime.combine(self.day, time.max, self.config.zone).astimezone(UTC)
        if self.as_of is not None:
            last, latest = self.repository.time(self.head), int(self.now.timestamp())
            before = [timed.time for timed in self.whole[-1:]]
            return datetime.fromtimestamp(max([*before, last if last <= latest else 0]) or latest, UTC)
        return self.now

    @cached_property
    def revision(self) -> str:
        """The last commit of the mainline that is counted: of a day its last one, else the head."""
        if not self.day:
            return self.head
        counted, later = self.whole[-1:], self._all[len(self.whole) :]
        start, begin = (counted[0].commit.id, counted[0].time) if counted else (None, 0)
        dated = self.repository.dated(f"{later[0].commit.id}^" if counted and later else self.head, start)
        if start:
            dated = [(start, begin), *((commit, max(date, begin)) for commit, date in dated)]
        times = settle([date for _, date in dated], int(self.now.timestamp()))
        early = [commit for (commit, _), at in zip(dated, times, strict=True) if at <= self.end.timestamp()]
        return early[-1] if early else dated[0][0]

    @property
    def is_forecast(self) -> bool:
        """Whether the history is told as of a day that has not come yet."""
        return self.day is not None and self.day > self.now.astimezone(self.config.zone).date()

    @cached_property
    def whole(self) -> list[Timed]:
        """The commits up to `as_of` that change the project's folders, oldest first."""
        if not self.day:
            return self._all
        last = self.end.timestamp()
        return [*takewhile(lambda timed: timed.time <= last, self._all)]

    def until(self, day: date) -> History:
        """The same history as of the end of a day, without asking git again for what is known."""
        known = copy(self)
        known._all = self._all
        known.as_of, known.day = day.isoformat(), day
        for name in ("end", "revision", "whole"):
            known.__dict__.pop(name, None)
        return known

    @cached_property
    def _all(self) -> list[Timed]:
        """All commits up to the head that change the project's folders, oldest first."""
        commits = self._with_former(self._changes(None) or [])
        times = settle([commit.time for commit in commits], int(self.now.timestamp()))
        return [*map(Timed, commits, times)]

    def _changes(self, commit: str | None) -> list[Commit] | None:
        """The commits after `commit` that change the project's folders, or those that it says it had before.

        None where `commit` is not on the mainline, and where since then files left such a former folder or came to it:
        their histories count from then on, or no longer.
        """
        chain = self.repository.mainline(self.head, commit)
        if chain is None:
            return None
        former = self.config.former
        chain = [*chain] if former else chain
        commits = self.repository.changes(chain, self._folders, cores())
        parts = [left(self.repository, chain, self.head, *one, self._known(one[1], within=one[0])) for one in former]
        if commit is not None and (any(parts) or any(self._stay(commit, one) for one, _ in former)):
            return None
        return merged(chain, [commits, *parts]) if former else commits

    def _stay(self, commit: str, former: str) -> bool:
        """Whether a former folder has other files now than at `commit`."""
        return self.repository.paths(commit, former) != self.repository.paths(self.head, former)

    def _known(self, folder: str, within: str | None = None) -> set[str]:
        """The folders whose files count anyway: today's and the stated former ones, of the kind of `folder`.

        They are relative to the top of the repository. With `within` only those former ones that lie in it.
        """
        kind = self.config.reviews if folder in self.config.reviews else self.config.incidents
        stated = {former for former, now in self.config.former if now in kind}
        return {self.repository.prefix + one for one in kind} | {
            one for one in stated if within is None or is_below(one, (within,))
        }

    def _with_former(self, commits: list[Commit]) -> list[Commit]:
        """All commits that change the project's folders, with those from before the folders were moved."""
        parts = [commits]
        for folder in self._folders:
            found, left_out = trace(self.repository, commits, folder, self._known(folder))
            parts += found
            self.left_out += left_out
        return merged(self.repository.mainline(self.head) or (), parts) if len(parts) > 1 else commits

    def after(self, commit: str | None, clock: int, blobs: Iterable[str]) -> list[Timed] | None:
        """The commits that change the project's folders and come after `commit`, whose time is `clock`; oldest first.

        `blobs` are the paths of the files of `commit`. None where `commit` is not on the mainline, where the dates of
        later commits change the times of earlier ones, and where later commits bring files to an empty folder, which
        may have stood elsewhere: the history has to be read from its beginning then.
        """
        commits = self._changes(commit)
        if commits is None or any(
            is_source(change.path, (folder,))
            for folder in self._folders
            if not any(is_below(path, (folder,)) for path in blobs)
            for one in commits
            for change in one.changes
        ):
            return None
        dates = [clock, *(commit.time for commit in commits), int(self.now.timestamp())]
        return [Timed(one, one.time) for one in commits] if dates == sorted(dates) else None

    def revisions(self, commits: list[Timed], readings: Readings) -> Iterator[Revision]:
        """What these commits say."""
        is_source = cache(self._is_source)
        changes = (change for commit, _ in commits for change in commit.changes)
        readings.prepare((path, blob) for path, blob in changes if blob and is_source(path))
        for commit, at in commits:
            blobs = {path: blob for path, blob in commit.changes if is_source(path)}
            said = {path: readings.said(path, blob) if blob else None for path, blob in blobs.items()}
            yield Revision(
                datetime.fromtimestamp(at, UTC),
                commit.id,
                commit.author,
                blobs,
                {path: one for path, one in said.items() if not isinstance(one, str)},
                {path: one for path, one in said.items() if isinstance(one, str)},
            )

    def worktree(self, blobs: Mapping[str, str], known: Stamps) -> tuple[Revision, Stamps]:
        """What the worktree says of the files that differ from the last commit's blobs, and the stamps of all."""
        names = [path for path in find(self.root, self._folders) if not self.config.excludes(path)]
        names += [path for path in blobs.keys() - {*names} if os.path.isfile(self.root / path)]  # noqa: PTH113
        stamps: dict[str, tuple[int, str]] = {}
        camera = Camera(self.config)
        sources: list[Source] = []
        for path, stamp in zip(names, Workspace(self.root, self.config).stamps(names), strict=True):
            then, blob = known.get(path, (0, ""))
            if stamp and stamp == then and blob == blobs.get(path):
                stamps[path] = stamp, blob
                continue
            require_inside(self.root, path)
            source = read(self.root / path, path)
            if not source.is_regular:  # to git its content is not there
                continue
            digest = self._blob(source)
            stamps[path] = stamp, digest
            if digest != blobs.get(path):
                sources.append(source)
        absent = blobs.keys() - stamps.keys()
        is_branch = self.as_of is not None  # which may have files that the blobs know nothing of
        kept = self.repository.not_checked_out(self._folders) if absent or is_branch else {}
        changed = {
            path: blob
            for path, blob in kept.items()
            if path not in stamps and blob != blobs.get(path) and self._is_source(path)
        }
        sources += recorded(self.repository, changed, self._folders).values()
        said: dict[str, Snapshot | None] = dict.fromkeys(sorted(absent - kept.keys()))
        unreadable: dict[str, str] = {}
        for source in sources:
            try:
                with about(source.name):
                    said[source.name] = camera.take(source)
            except UnreadableError as error:
                unreadable[source.name] = str(error)
        return Revision(self.now, None, None, {}, said, unreadable), stamps

    def _blob(self, source: Source) -> str:
        """The id that git gives a file of the worktree."""
        digest = hashlib.new(self.repository.object_format or "sha1", usedforsecurity=False)
        if source.error != TOO_LARGE:
            digest.update(b"blob %d\0" % len(source.data) + source.data)
            return digest.hexdigest()
        with (self.root / source.name).open("rb") as file:
            digest.update(b"blob %d\0" % os.fstat(file.fileno()).st_size)
            while piece := file.read(MAX_READ):
                digest.update(piece)
        return digest.hexdigest()

    def _is_source(self, path: str) -> bool:
        """Whether a path is that of a review or a log."""
        return is_source(path, self._folders) and not self.config.excludes(path)

    @property
    def _folders(self) -> tuple[str, ...]:
        return (*self.config.reviews, *self.config.incidents)
