"""Revisions to dated facts: what the mainline said about every review and action item, commit by commit."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from pirgen.ledger.clocks import Adjustment
from pirgen.ledger.facts import Change, Fact, FactLog, changes, matches, of_log
from pirgen.ledger.former_folders import LeftOut
from pirgen.ledger.snapshot import Action, Snapshot
from pirgen.ledger.state import Incident, fold

if TYPE_CHECKING:
    from pirgen.ledger.revisions import Revision


Key = tuple[bool, str]
"""Whether it is about a log, and the incident's id."""
Held = tuple[str, Snapshot | None]
"""The path of the file that speaks for an incident, and what it says; nothing where there is none."""


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
    began: int | None = None
    """The time of the first commit, in seconds since 1970; None before it."""
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
    ids: dict[str, str] = field(default_factory=dict)
    """The id that an incident has now, by each id of which a review says that the incident had it before."""
    incidents: dict[str, Incident] = field(default_factory=dict)
    unreadable: list[Unreadable] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)
    facts: FactLog = field(default_factory=FactLog)

    @cached_property
    def holders(self) -> defaultdict[Key, set[str]]:
        """The files that hold an incident's log, or its review."""
        found: defaultdict[Key, set[str]] = defaultdict(set)
        for path, said in self.files.items():
            found[self._key(said)].add(path)
        return found

    def stated_ids(self) -> dict[str, str]:
        """The value that `ids` has by the reviews that are there now. An id that a review has is no former one.

        Where several reviews name one id, that whose path sorts first has it.
        """
        reviews = [said for _, said in sorted(self.files.items(), reverse=True) if not said.is_log]
        used = {said.incident_id for said in reviews}
        return {former: said.incident_id for said in reviews for former in said.former_ids if former not in used}

    def copy(self) -> Replay:
        """The same state; its incidents and facts stay as they are while this one goes on."""
        facts = FactLog(self.facts.stored)
        facts.new = [*self.facts.new]
        return replace(self, incidents={**self.incidents}, facts=facts)

    def forget(self) -> None:
        """Leave out what was told so far: only what comes is of interest."""
        self.facts, self.unreadable, self.adjusted = FactLog(), [], []

    def step(self, revision: Revision) -> bool:
        """Apply one revision; whether it says anything new."""
        new = {path: said for path, said in revision.said.items() if said != self.files.get(path)}
        old = {path: self.files[path] for path in new if path in self.files}
        keys = {self._key(said) for said in (*old.values(), *new.values()) if said}
        before = {key: self._held(key) for key in keys}
        for path, blob in revision.blobs.items():
            if blob:
                self.blobs[path] = blob
            else:
                self.blobs.pop(path, None)
        for path, said in new.items():
            self._put(path, said)
        after = {key: self._held(key) for key in keys}
        self._renumber(_moves(before, after, self._has_review), revision)
        for name in sorted({name for _, name in keys}):
            path, review = self._held((False, name))
            log_path, log = self._held((True, name))
            known = self.incidents.get(name)
            incident = known or Incident(name)
            incident = incident._replace(path=path or incident.path, log=log or incident.log)
            if review or incident.snapshot or incident.log:
                incident = self.incidents[name] = self._advance(incident, review, revision)
                self._tell(name, log_path or incident.path, of_log(known, incident), revision)
        self.unreadable += (Unreadable(revision.commit, path, why) for path, why in revision.unreadable.items())
        return bool(new)

    def _has_review(self, incident_id: str) -> bool:
        """Whether an incident has, or had, a review."""
        incident = self.incidents.get(incident_id)
        return incident is not None and incident.snapshot is not None

    def _renumber(self, moves: Mapping[Key, str], revision: Revision) -> None:
        """Let incidents go on under other ids: with their reviews, or, where they have none, with their logs alone."""
        going = {was: self.incidents.pop(was) for is_log, was in moves if not is_log}
        for was, incident in going.items():
            now = moves[False, was]
            path, _ = self._held((False, now))
            ids = {"incident_id": was}, {"incident_id": now}
            self._tell(now, path, [Change(None, "review_renumbered", *ids)], revision)
            self.incidents[now] = incident.renumbered(now)
        for was in (was for is_log, was in moves if is_log):
            if self._has_review(was):  # which keeps its id
                self.incidents[was] = self.incidents[was]._replace(log=None)
            else:  # a review may have taken it along already
                self.incidents.pop(was, None)

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
            (fact,) = self._tell(incident.incident_id, incident.path, [step], revision)
            incident = fold(incident, fact, said.get(step.action_id or ""))
        return incident

    def _tell(self, incident_id: str, path: str, steps: Iterable[Change], revision: Revision) -> list[Fact]:
        """The facts that a revision proves; they are told from now on."""
        facts = [Fact(revision.at, revision.commit, revision.author, path, incident_id, *step) for step in steps]
        self.facts.new += facts
        return facts

    def _key(self, said: Snapshot) -> Key:
        return said.is_log, self.ids.get(said.incident_id, said.incident_id)

    def _held(self, key: Key) -> Held:
        """The file that speaks for an incident (of several the path that sorts first), and what it says."""
        paths = self.holders.get(key)
        return (path := min(paths), self.files[path]) if paths else ("", None)

    def shadowed(self) -> Iterator[Shadowed]:
        """The files that another one speaks for."""
        for (_, incident_id), paths in self.holders.items():
            yield from (Shadowed(path, incident_id) for path in sorted(paths)[1:])

    def _put(self, path: str, new: Snapshot | None) -> None:
        old = self.files.pop(path, None)
        if old is not None:
            self.holders[self._key(old)].discard(path)
        if new is not None:
            self.holders[self._key(new)].add(path)
            self.files[path] = new


def _moves(
    before: Mapping[Key, Held], after: Mapping[Key, Held], has_review: Callable[[str], bool]
) -> Mapping[Key, str]:
    """The ids that incidents, or their logs, got in one step, by what they were known by before.

    The date, the timeline and the action texts of a review, or the events of a log, are the same before and after, and
    those of no other file that went, came or changed in that step. An id that another incident has, or whose file is
    still there, must be handed on in the same step.
    """
    gone, come = defaultdict(list), defaultdict(list)
    for key, (_, was) in before.items():
        now = after[key][1]
        if was and not (now and was.story == now.story):
            gone[key[0], was.story].append(key)
        if now and not (was and was.story == now.story):
            come[key[0], now.story].append(key[1])
    found = {
        keys[0]: come[is_log, story][0]
        for (is_log, story), keys in sorted(gone.items())
        if story and len(keys) == len(come[is_log, story]) == 1
    }

    def fits(key: Key, now: str) -> bool:
        left = (key[0], now) in found or not (before[key[0], now][1] if key[0] else has_review(now))
        return left and (after[key][1] is None or key in {(is_log, name) for (is_log, _), name in found.items()})

    while wrong := [key for key, now in found.items() if not fits(key, now)]:
        for key in wrong:
            del found[key]
    return found
