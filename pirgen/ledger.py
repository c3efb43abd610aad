"""Revisions to dated facts: what the mainline said about every review and action item, commit by commit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from pirgen.config import Config
from pirgen.fact import Change, Fact, changes, matches
from pirgen.incident import IncidentLog
from pirgen.record import Incident, fold
from pirgen.review import ActionItem
from pirgen.revision import History, Revision, Said
from pirgen.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A revision that could not be read; the last good state of its file went on."""

    commit: str | None
    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class Ledger:
    """What history proves up to `as_of`, which is aware."""

    config: Config
    head: str
    as_of: datetime
    shallow: bool
    uncommitted: bool
    """Whether the worktree says anything that no commit proves yet."""
    clock_adjusted: int
    unreadable: tuple[Unreadable, ...]
    shadowed: tuple[str, ...]
    """Files whose incident id another file holds: the path that sorts first."""
    facts: tuple[Fact, ...]
    incidents: Mapping[str, Incident]
    """The incidents that the figures are about, by id."""
    reviewed: frozenset[str]
    """The incidents that have, or are covered by, a complete review, also by one that the figures leave out."""


def read_ledger(
    root: Path, config: Config, *, now: datetime, as_of: str | None = None, allow_shallow: bool = False
) -> Ledger:
    """Walk the history of the project at `root`; see `History` for `as_of` and what is raised."""
    history = History(root, config, now, as_of, allow_shallow)
    walk = _Walk()
    unreadable: list[Unreadable] = []
    uncommitted = False
    for revision in history:
        uncommitted = walk.step(revision) and revision.commit is None
        unreadable += (Unreadable(revision.commit, path, why) for path, why in revision.unreadable.items())
    return Ledger(
        config,
        history.head,
        history.end,
        history.repository.is_shallow,
        uncommitted,
        history.clock_adjusted,
        tuple(unreadable),
        tuple(sorted(walk.shadowed())),
        tuple(walk.facts),
        walk.incidents,
        frozenset(_reviewed(walk.incidents.values())),
    )


def _reviewed(incidents: Iterable[Incident]) -> Iterator[str]:
    for incident in incidents:
        if incident.is_complete and incident.snapshot:
            yield from (incident.incident_id, *incident.snapshot.review.covers)


class _Walk:
    """The state between two revisions: what every file says, and what is known of every incident."""

    def __init__(self) -> None:
        self.files: dict[str, Said] = {}
        self.holders: dict[tuple[type[Said], str], set[str]] = {}
        self.incidents: dict[str, Incident] = {}
        self.facts: list[Fact] = []

    def step(self, revision: Revision) -> bool:
        """Apply one revision; whether it says anything new."""
        is_new = any(self.files.get(path) != said for path, said in revision.said.items())
        pairs = ((self.files.get(path), new) for path, new in revision.said.items())
        touched = sorted({either.incident_id for pair in pairs for either in pair if either})
        for path, said in revision.said.items():
            self._put(path, said)
        for name in touched:
            path, review = self._held(Snapshot, name)
            _, log = self._held(IncidentLog, name)
            assert not isinstance(review, IncidentLog)
            assert not isinstance(log, Snapshot)
            incident = self.incidents.get(name) or Incident(name)
            incident = replace(incident, path=path or incident.path, log=log or incident.log)
            self.incidents[name] = self._advance(incident, review, revision)
        return is_new

    def _advance(self, incident: Incident, new: Snapshot | None, revision: Revision) -> Incident:
        old, said = None if incident.deleted else incident.snapshot, new.items if new else {}
        if old is None and new is None:
            return incident
        steps = list(changes(old, new, incident.gone))
        leaving = [step for step in steps if step.event == "action_removed"]
        incident = self._fold(incident, leaving, said, revision)
        items = {name: replace(incident.items[was], said=said[name]) for name, was in matches(old, new).items()}
        incident = replace(incident, snapshot=new or old, deleted=new is None, items=items)
        return self._fold(incident, [step for step in steps if step not in leaving], said, revision)

    def _fold(
        self, incident: Incident, steps: list[Change], said: Mapping[str, ActionItem], revision: Revision
    ) -> Incident:
        for step in steps:
            fact = Fact(revision.at, revision.commit, revision.author, incident.path, incident.incident_id, *step)
            self.facts.append(fact)
            incident = fold(incident, fact, said.get(step.action_id or ""))
        return incident

    def _held(self, kind: type[Said], incident: str) -> tuple[str, Said | None]:
        """The file that speaks for an incident (of several the path that sorts first), and what it says."""
        paths = self.holders.get((kind, incident))
        return (path := min(paths), self.files[path]) if paths else ("", None)

    def shadowed(self) -> Iterator[str]:
        """The files that another one speaks for."""
        for paths in self.holders.values():
            yield from sorted(paths)[1:]

    def _put(self, path: str, new: Said | None) -> None:
        old = self.files.pop(path, None)
        if old is not None:
            self.holders[type(old), old.incident_id].discard(path)
        if new is not None:
            self.files[path] = new
            self.holders.setdefault((type(new), new.incident_id), set()).add(path)
