"""What is known of each file: its verdict or just its id, worked out again only where the file has changed."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from functools import partial
from typing import Any

from pirgen import cache
from pirgen.corpus import Corpus
from pirgen.document import load
from pirgen.parallel import spread
from pirgen.source import Source
from pirgen.verdict import Verdict, to_data

WORTHWHILE = 50
"""From how many files on verdicts are kept: fewer are judged as quickly as they are looked up."""
NAME = "lint"


class Survey:
    """Rows by file: its stamp, what identifies its content, and its verdict as data (or only the id in it)."""

    def __init__(self, corpus: Corpus, *, cached: bool) -> None:
        self.corpus = corpus
        self.cached = cached and len(corpus.reviews) + len(corpus.logs) >= WORTHWHILE
        self.rows: dict[str, list[Any]] = {}
        self.changed = False
        self._key = ""
        self._kept: dict[str, list[Any]] = {}
        if self.cached:
            self._key = cache.key(NAME, corpus.config.text, corpus.codeowners)
            self._kept = cache.load(corpus.root, NAME, self._key) or {}

    def look(self, names: Sequence[str], chosen: Collection[str], judge: Callable[[Source], Verdict]) -> list[str]:
        """Fill the rows of these files, of those not `chosen` only with their id; the files that were judged."""
        due = []
        for name in names:
            stamp, row = self.corpus.stamp(name), self._kept.get(name)
            if row is None or (name in chosen and len(row[2]) == 1):
                due.append(name)
            elif stamp is None or row[0] != stamp:
                self.changed = True
                if row[1] != digest(self.corpus.source(name)):
                    due.append(name)
                row = [stamp, *row[1:]]
            else:
                stamp = row[0]
            self.rows[name] = row or [stamp, "", [""]]
        self._work(due, chosen, judge)
        return [name for name in due if name in chosen]

    def judge(self, names: Sequence[str], judge: Callable[[Source], Verdict]) -> None:
        """Judge these files, whatever was known of them."""
        self._work(names, set(names), judge)

    def _work(self, names: Sequence[str], chosen: Collection[str], judge: Callable[[Source], Verdict]) -> None:
        self.changed = self.changed or bool(names)
        work = partial(_row, self.corpus, chosen, judge)
        for name, made in zip(names, spread(names, work), strict=True):
            self.rows[name] = [self.rows[name][0], *made]

    def same_ids(self) -> bool:
        """Whether the cache knew the same files with the same ids, and logs with the same content."""
        return self._says(self._kept) == self._says(self.rows)

    def _says(self, rows: dict[str, list[Any]]) -> dict[str, Any]:
        logs = set(self.corpus.logs)
        return {name: row[1] if name in logs else row[2][0] for name, row in rows.items()}

    def save(self) -> None:
        """Keep what is known for the next run."""
        if self.cached and (self.changed or len(self.rows) != len(self._kept)):
            files = (*self.corpus.reviews, *self.corpus.logs)
            cache.save(self.corpus.root, NAME, self._key, {name: self.rows[name] for name in files})


def _row(corpus: Corpus, chosen: Collection[str], judge: Callable[[Source], Verdict], name: str) -> list[Any]:
    source = corpus.source(name)
    return [digest(source), to_data(judge(source)) if name in chosen else [incident_id(source)]]


def incident_id(source: Source) -> str:
    """The incident id in a source, empty where it cannot be read."""
    data = load(source).data
    name = data.get("incident_id") if isinstance(data, dict) else None
    return name if isinstance(name, str) else ""


def digest(source: Source) -> str:
    """What identifies the content of a source."""
    from hashlib import blake2b

    return blake2b(source.error.encode() + b"\0" + source.data, digest_size=16).hexdigest()
