"""Revisions to dated facts: what the mainline said about every review and action item, commit by commit."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from pirgen.ledger.clocks import Adjustment
from pirgen.ledger.facts import Change, Fact, FactLog, changes, matches
from pirgen.ledger.snapshot import Action, Snapshot
from pirgen.ledger.state import Incident, fold

if TYPE_CHECKING:
    from pirgen.ledger.revisions import Revision


class Unreadable(NamedTuple):
    """A revision that could not be read; the last good state of its file went on."""

    commit: str | None
    path: str
    reason: str


class Shadowed(NamedTuple):
    """A file that does not count, because another one, whose path sorts first, has the same incident's id."""

    path: str
    incident_id: str


@dataclass
class Replay:
    """The state between two revisions: what every file says, and what is known of every incident.

    It is plain data, so that a later run goes on where this one ended.
    """

    head: str | None = None
    """The commit up to which the history was replayed; None before the first one."""
    clock: int = 0
    """The time of the last revision, in seconds since 1970."""
    ahead: int | None = None
    """The earliest date that was too far ahead to be believed, in seconds since 1970; once it has come, it may be."""
    adjusted: list[Adjustment] = field(default_factory=list)
    """The commits whose time differs from their committer date."""
    blobs: dict[str, str] = field(default_factory=dict)
    """The blob of each file of the last commit."""
    files: dict[str, Snapshot] = field(default_factory=dict)
    """What each file says."""
    incidents: dict[str, Incident] = field(default_factory=dict)
    unreadable: list[Unreadable] = field(default_factory=list)
    facts: FactLog = field(default_factory=FactLog)

    @cached_property
    def holders(self) -> defaultdict[tuple[bool, str], set[str]]:
        """The files that hold an incident's log, or its review."""
        found: defaultdict[tuple[bool, str], set[str]] = defaultdict(set)
        for path, said in self.files.items():
            found[said.is_log, said.incident_id].add(path)
        return found

    def forget(self) -> None:
        """Leave out what was told so far: only what comes is of interest."""
        self.facts, self.unreadable, self.adjusted = FactLog(), [], []

    def step(self, revision: Revision) -> bool:
        """Apply one revision; whether it says anything new."""
        new = {path: said for path, said in revision.said.items() if said != self.files.get(path)}
        old = [self.files[path] for path in new if path in self.files]
        touched = sorted({said.incident_id for said in (*old, *new.values()) if said})
        for path, blob in revision.blobs.items():
            if blob:
                self.blobs[path] = blob
            else:
                self.blobs.pop(path, None)
        for path, said in new.items():
            self._put(path, said)
        for name in touched:
            path, review = self._held(name, is_log=False)
            _, log = self._held(name, is_log=True)
            incident = self.incidents.get(name) or Incident(name)
            incident = incident._replace(path=path or incident.path, log=log or incident.log)
            self.incidents[name] = self._advance(incident, review, revision)
        self.unreadable += (Unreadable(revision.commit, path, why) for path, why in revision.unreadable.items())
        return bool(new)

    def _advance(self, incident: Incident, new: Snapshot | None, revision: Revision) -> Incident:
        old, said = None if incident.deleted else incident.snapshot, new.items if new else {}
        if old is None and new is None:
            return incident
        same = matches(old, new)
        steps = list(changes(old, new, same, incident.gone))
        leaving = [step for step in steps if step.event == "action_removed"]
        incident = self._fold(incident, leaving, said, revision)
        items = {name: incident.items[was].go_on(said[name], revision.at) for name, was in same.items()}
        incident = incident._replace(snapshot=new or old, deleted=new is None, items=items)
        return self._fold(incident, [step for step in steps if step not in leaving], said, revision)

    def _fold(
        self, incident: Incident, steps: list[Change], said: Mapping[str, Action], revision: Revision
    ) -> Incident:
        for step in steps:
            fact = Fact(revision.at, revision.commit, revision.author, incident.path, incident.incident_id, *step)
            self.facts.new.append(fact)
            incident = fold(incident, fact, said.get(step.action_id or ""))
        return incident

    def _held(self, incident: str, *, is_log: bool) -> tuple[str, Snapshot | None]:
        """The file that speaks for an incident (of several the path that sorts first), and what it says."""
        paths = self.holders.get((is_log, incident))
        return (path := min(paths), self.files[path]) if paths else ("", None)

    def shadowed(self) -> Iterator[Shadowed]:
        """The files that another one speaks for."""
        for (_, incident_id), paths in self.holders.items():
            yield from (Shadowed(path, incident_id) for path in sorted(paths)[1:])

    def _put(self, path: str, new: Snapshot | None) -> None:
        old = self.files.pop(path, None)
        if old is not None:
            self.holders[old.is_log, old.incident_id].discard(path)
        if new is not None:
            self.holders[new.is_log, new.incident_id].add(path)
            self.files[path] = new
