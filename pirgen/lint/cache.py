"""What lint knows of each file: its verdict or just its id, worked out again only where the file has changed."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from itertools import repeat
from pathlib import PurePosixPath
from typing import Any, NamedTuple

from pirgen.files import Source
from pirgen.lint.records import NOTHING, Verdict, pack, unpack
from pirgen.runtime import cache
from pirgen.runtime.parallel import spread
from pirgen.workspace import Workspace

WORTHWHILE = 50
"""From how many files on verdicts are kept: fewer are judged as quickly as they are looked up."""
NAME = "lint"


class Row(NamedTuple):
    """What is known of a file."""

    stamp: int
    """What changes with the file's content and is known without reading it; 0 where that is not sure."""
    digest: str
    """What identifies the file's content; empty for a review that was not judged."""
    incident_id: str
    verdict: Verdict | None
    """None where the file was not judged."""


class Judged(NamedTuple):
    """What a look at one file found, in whatever process."""

    digest: str
    incident_id: str
    verdict: Verdict | None
    aside: Any
    """What else was found out about a review; see `Workspace.aside`."""

    def sent(self) -> list[Any]:
        """This as plain data."""
        return [self.digest, self.incident_id, _stored(self.verdict), self.aside]

    @classmethod
    def received(cls, data: list[Any]) -> Judged:
        """What `sent` made data of."""
        return cls(data[0], data[1], _restored(data[2]), data[3])


class VerdictCache:
    """The rows of a project's files, those that were kept and those that are worked out anew."""

    def __init__(self, workspace: Workspace, *, cached: bool) -> None:
        self.workspace = workspace
        # what is known of files says nothing about their content in git
        self.cached = (
            cached and workspace.sources is None and len(workspace.reviews) + len(workspace.logs) >= WORTHWHILE
        )
        self.rows: dict[str, Row] = {}
        self._kept: dict[str, Row] = {}
        self._key, self._changed, self._moved = "", False, False
        if self.cached:
            self._key = cache.key(workspace.root, NAME, workspace.config.text, workspace.codeowners, _merges(workspace))
            if kept := cache.load(workspace.root, NAME, self._key):
                verdicts = map(_restored, kept["verdicts"])
                self._kept = dict(zip(kept["names"], map(Row, kept["stamps"], kept["digests"], kept["ids"], verdicts),
                                      strict=True))  # fmt: skip

    def look(self, names: Sequence[str], chosen: Collection[str], judge: Callable[[Source], Verdict]) -> list[str]:
        """Fill the rows of these files, of those not `chosen` as far as the id; the files that were judged."""
        due = []
        for name, stamp in zip(names, self.workspace.stamps(names) if self.cached else repeat(0), strict=False):
            row = self._kept.get(name)
            if row is None or (row.verdict is None and name in chosen):
                due.append(name)
                row = Row(stamp, "", "", None)
            elif row.stamp != stamp or not stamp:
                self._changed = True
                if row.digest != self.workspace.source(name).digest:
                    due.append(name)
                row = row._replace(stamp=stamp)
            self.rows[name] = row
        self._work(due, chosen, judge)
        return [name for name in due if name in chosen]

    def judge(self, names: Sequence[str], judge: Callable[[Source], Verdict]) -> None:
        """Judge these files, whatever was known of them."""
        self._work(names, set(names), judge)

    def _work(self, names: Sequence[str], chosen: Collection[str], judge: Callable[[Source], Verdict]) -> None:
        if not names:
            return
        logs = set(self.workspace.logs)
        aside = self.workspace.aside

        def look(share: Sequence[str]) -> Iterator[Judged]:
            for name in share:
                source = self.workspace.source(name)
                # to find the id of a file that is not judged takes no longer than to compare digests
                is_needed = name in logs or (self.cached and name in chosen)
                content = source.digest if is_needed else ""
                verdict = judge(source) if name in chosen else None
                more = aside.look(source) if aside and name not in logs else None
                yield Judged(content, self.workspace.incident_id(source), verdict, more)

        self._changed = True
        for name, made in zip(names, spread(names, look, "linting", Judged.sent, Judged.received), strict=True):
            if aside and name not in logs:
                aside.take(name, made.aside)
            before, row = self._kept.get(name), Row(self.rows[name].stamp, made.digest, made.incident_id, made.verdict)
            is_other_log = before is not None and name in logs and before.digest != row.digest
            self._moved |= before is None or before.incident_id != row.incident_id or is_other_log
            self.rows[name] = row

    @property
    def moved(self) -> bool:
        """Whether there are other files than in the last run, or other ids or logs in them."""
        return self._moved or len(self.rows) != len(self._kept)

    def save(self) -> None:
        """Keep what is known for the next run."""
        if self.cached and (self._changed or self.moved):
            names = (*self.workspace.reviews, *self.workspace.logs)
            rows = [self.rows[name] for name in names]
            columns = {
                "names": names,
                "stamps": [row.stamp for row in rows],
                "digests": [row.digest for row in rows],
                "ids": [row.incident_id for row in rows],
                "verdicts": [_stored(row.verdict) for row in rows],
            }
            cache.save(self.workspace.root, NAME, self._key, columns)


def _merges(workspace: Workspace) -> str:
    """How git is told to merge the logs: one letter for each folder of them."""
    folders = sorted({str(PurePosixPath(name).parent) for name in workspace.logs})
    return "".join("u" if workspace.merges_by_union(f"{folder}/x.yaml") else "-" for folder in folders)


def _stored(verdict: Verdict | None) -> Any:
    """A verdict as plain data; the commonest two are one value each."""
    return None if verdict is None else "" if verdict == NOTHING else pack(verdict)


def _restored(data: Any) -> Verdict | None:
    if data is None:
        return None
    verdict: Verdict = unpack(data) if data else NOTHING
    return verdict
