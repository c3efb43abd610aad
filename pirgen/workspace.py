"""The reviews and logs of a project, from the worktree or from git."""

import os
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

from pirgen.config import Config
from pirgen.diagnostic import Problem
from pirgen.document import Document, load
from pirgen.files import Source, find, is_below, read
from pirgen.review import Review
from pirgen.review import read as read_review
from pirgen.review.incident_log import IncidentLog
from pirgen.review.incident_log import read as read_log
from pirgen.runtime.parallel import spread

TICK = 2_000_000_000
"""The coarsest step of a file system's clock, in nanoseconds: two changes within it may carry one time."""


class Entry(NamedTuple):
    """A review file of the project: what it says and what is wrong with its form."""

    file: str
    document: Document
    review: Review
    problems: tuple[Problem, ...]

    @property
    def is_valid(self) -> bool:
        """Whether it is sound YAML that fits the schema."""
        return not self.problems and not self.document.problems


class Workspace:
    """The reviews of a project: in the worktree, or `sources` where they are given."""

    def __init__(
        self,
        root: Path,
        config: Config,
        sources: Mapping[str, Source] | None = None,
        open_file: Callable[[str], Source | None] | None = None,
    ) -> None:
        self.root, self.config, self.sources = root, config, sources
        self.open_file = open_file or (lambda name: read(root / name, name))
        """What gives another file of the project."""
        self.places: dict[str, str] = {}
        """Where files are that were named and lie elsewhere."""

    def _names(self, folders: Iterable[str]) -> list[str]:
        if self.sources is not None:
            return [name for name in self.sources if is_below(name, folders)]
        return list(find(self.root, folders))

    @cached_property
    def reviews(self) -> tuple[str, ...]:
        """The review files in the configured folders."""
        logs = self.config.incidents
        return tuple(name for name in self._names(self.config.reviews) if not is_below(name, logs))

    @cached_property
    def logs(self) -> tuple[str, ...]:
        """The incident logs in the configured folders."""
        return tuple(self._names(self.config.incidents))

    @cached_property
    def entries(self) -> Mapping[str, Entry]:
        """All reviews in the configured folders, by file."""
        return {name: self.entry(name) for name in self.reviews}

    @cached_property
    def valid(self) -> Mapping[str, Review | None]:
        """All reviews in the configured folders, by file; None for one that is not valid."""
        datas = spread(self.reviews, self._datas, "reading reviews") if self.reviews else ()
        return {
            name: None if data is None else read_review(data, self.config.clock)
            for name, data in zip(self.reviews, datas, strict=True)
        }

    def _datas(self, names: Iterable[str]) -> Iterator[Any]:
        for document in map(load, map(self.source, names)):
            is_sound = document.data is not None and not document.problems
            yield document.data if is_sound and self.config.review_schema.is_valid(document.data) else None

    @cached_property
    def codeowners(self) -> str:
        """The first CODEOWNERS file, as the code hosts look for it."""
        for folder in (".github/", "", "docs/", ".gitlab/"):
            source = self.open_file(f"{folder}CODEOWNERS")
            if source and not source.error:
                return source.data.decode(errors="replace")
        return ""

    @cached_property
    def owners(self) -> frozenset[str]:
        """Who is known as an owner, by the configuration and CODEOWNERS; in lower case."""
        known = set(self.config.owners)
        if self.codeowners:
            from codeowners import CodeOwners

            known.update(owner for _, _, owners, *_ in CodeOwners(self.codeowners).paths for _, owner in owners)
        return frozenset(owner.lower() for owner in known)

    def source(self, name: str) -> Source:
        """The source of a file."""
        return self.sources[name] if self.sources is not None else read(self._place(name), name)

    def stamps(self, names: Iterable[str]) -> Iterator[int]:
        """Of each file what changes with its content: times, size and inode in one number.

        It is 0 where that is not sure, as for a file that has only just changed.
        """
        settled = time.time_ns() - TICK
        for name in names:
            try:
                _, inode, _, _, _, _, size, *_ = found = os.lstat(self._place(name))
            except OSError:
                yield 0
                continue
            changed = found.st_mtime_ns
            yield hash((changed, found.st_ctime_ns, size, inode)) if changed < settled else 0

    def _place(self, name: str) -> str:
        return self.places.get(name) or f"{self.root}/{name}"

    def entry(self, name: str) -> Entry:
        """The review in a file."""
        return self.parse(self.source(name))

    def log(self, name: str) -> IncidentLog:
        """The incident log in a file, as far as it can be read."""
        return read_log(load(self.source(name)).data)

    def parse(self, source: Source) -> Entry:
        """The review in a source."""
        document = load(source)
        problems = self.config.review_schema.problems(document.data) if document.data is not None else ()
        return Entry(source.name, document, read_review(document.data, self.config.clock), tuple(problems))
