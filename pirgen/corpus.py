"""The reviews and logs of a project, read once, from the worktree or from git."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from pirgen.config import Config
from pirgen.diagnostic import Problem
from pirgen.document import Document, load
from pirgen.incident import IncidentLog
from pirgen.incident import read as read_log
from pirgen.review import Review
from pirgen.review import read as read_review
from pirgen.source import Source, find, is_below, read


@dataclass(frozen=True, slots=True)
class Entry:
    """A review file of the project: what it says and what is wrong with its form."""

    file: str
    document: Document
    review: Review
    problems: tuple[Problem, ...]

    @property
    def is_valid(self) -> bool:
        """Whether it is sound YAML that fits the schema."""
        return not self.problems and not self.document.problems


class Corpus:
    """The reviews of a project, read once: from the worktree, or from `sources` where they are given."""

    def __init__(self, root: Path, config: Config, sources: Mapping[str, Source] | None = None) -> None:
        self.root, self.config, self.sources = root, config, sources

    def _read(self, folders: Iterable[str]) -> Iterator[Source]:
        if self.sources is not None:
            yield from (source for name, source in self.sources.items() if is_below(name, folders))
            return
        for path in find(self.root, folders):
            yield read(path, path.relative_to(self.root).as_posix())

    @cached_property
    def entries(self) -> Mapping[str, Entry]:
        """All reviews in the configured folders, by file."""
        found = self._read(self.config.reviews)
        return {one.name: self.parse(one) for one in found if not is_below(one.name, self.config.incidents)}

    @cached_property
    def logs(self) -> Mapping[str, IncidentLog]:
        """The incident logs that can be read, by incident id."""
        logs = (read_log(load(source).data) for source in self._read(self.config.incidents))
        return {log.incident_id: log for log in logs if log.incident_id}

    @cached_property
    def owners(self) -> frozenset[str]:
        """Who is known as an owner, by the configuration and the first CODEOWNERS file; in lower case."""
        known = set(self.config.owners)
        for folder in (".github", ".", "docs", ".gitlab"):
            source = read(self.root / folder / "CODEOWNERS", "CODEOWNERS")
            if not source.error:
                from codeowners import CodeOwners

                rules = CodeOwners(source.data.decode(errors="replace")).paths
                known.update(owner for _, _, owners, *_ in rules for _, owner in owners)
                break
        return frozenset(owner.lower() for owner in known)

    def source(self, path: Path, name: str) -> Source:
        """The source of a file."""
        return self.sources[name] if self.sources is not None else read(path, name)

    def parse(self, source: Source) -> Entry:
        """The review in a source."""
        document = load(source)
        problems = self.config.review_schema.problems(document.data) if document.data is not None else ()
        return Entry(source.name, document, read_review(document.data, self.config.clock), tuple(problems))
