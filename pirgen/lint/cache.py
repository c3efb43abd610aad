"""What is known of each file: its verdict or just its id, worked out again only where the file has changed."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from functools import partial
from itertools import repeat
from typing import Any

from pirgen.document import load
from pirgen.files import Source
from pirgen.lint.engine import Verdict, to_data
from pirgen.runtime import cache
from pirgen.runtime.parallel import spread
from pirgen.workspace import Workspace

WORTHWHILE = 50
"""From how many files on verdicts are kept: fewer are judged as quickly as they are looked up."""
NAME = "lint"
BRIEF = 3
"""The length of a row without a verdict."""


class Survey:
    """Rows by file: its stamp, what identifies its content, its incident id and, where it was judged, its verdict."""

    def __init__(self, workspace: Workspace, *, cached: bool) -> None:
        self.workspace = workspace
        self.cached = cached and len(workspace.reviews) + len(workspace.logs) >= WORTHWHILE
        self.rows: dict[str, list[Any]] = {}
        self._kept: dict[str, list[Any]] = {}
        self._key, self._changed, self._moved = "", False, False
        if self.cached:
            self._key = cache.key(NAME, workspace.config.text, workspace.codeowners)
            self._kept = cache.load(workspace.root, NAME, self._key) or {}

    def look(self, names: Sequence[str], chosen: Collection[str], judge: Callable[[Source], Verdict]) -> list[str]:
        """Fill the rows of these files, of those not `chosen` as far as the id; the files that were judged."""
        due = []
        for name, stamp in zip(names, self.workspace.stamps(names) if self.cached else repeat(0), strict=False):
            row = self._kept.get(name)
            if row is None or (len(row) == BRIEF and name in chosen):
                due.append(name)
                row = [stamp, "", ""]
            elif row[0] != stamp or not stamp:
                self._changed = True
                if row[1] != digest(self.workspace.source(name)):
                    due.append(name)
                row = [stamp, *row[1:]]
            self.rows[name] = row
        self._work(due, chosen, judge)
        return [name for name in due if name in chosen]

    def judge(self, names: Sequence[str], judge: Callable[[Source], Verdict]) -> None:
        """Judge these files, whatever was known of them."""
        self._work(names, set(names), judge)

    def _work(self, names: Sequence[str], chosen: Collection[str], judge: Callable[[Source], Verdict]) -> None:
        one = partial(self._row, chosen, judge)
        logs = set(self.workspace.logs) if names else ()
        for name, made in zip(names, spread(names, lambda share: map(one, share), "linting"), strict=True):
            before, row = self._kept.get(name), [self.rows[name][0], *made]
            self._changed = True
            self._moved |= before is None or before[2] != row[2] or (name in logs and before[1] != row[1])
            self.rows[name] = row

    def _row(self, chosen: Collection[str], judge: Callable[[Source], Verdict], name: str) -> list[Any]:
        source = self.workspace.source(name)
        content = digest(source) if self.cached else "not asked for"
        return [content, *(to_data(judge(source)) if name in chosen else [incident_id(source)])]

    @property
    def moved(self) -> bool:
        """Whether there are other files than in the last run, or other ids or logs in them."""
        return self._moved or len(self.rows) != len(self._kept)

    def save(self) -> None:
        """Keep what is known for the next run."""
        if self.cached and (self._changed or self.moved):
            files = (*self.workspace.reviews, *self.workspace.logs)
            cache.save(self.workspace.root, NAME, self._key, {name: self.rows[name] for name in files})


def incident_id(source: Source) -> str:
    """The incident id in a source, empty where it cannot be read."""
    data = load(source).data
    name = data.get("incident_id") if isinstance(data, dict) else None
    return name if isinstance(name, str) else ""


def digest(source: Source) -> str:
    """What identifies the content of a source."""
    from hashlib import blake2b

    return blake2b(source.error.encode() + b"\0" + source.data, digest_size=16).hexdigest()
