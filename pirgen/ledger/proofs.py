"""Whether what done action items give as evidence holds: git is asked about all of them at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, time
from functools import cached_property
from typing import NamedTuple

from pirgen.config import FILE
from pirgen.files import is_below
from pirgen.git.hosts import place
from pirgen.git.log import Commit as Changed
from pirgen.git.repository import Message
from pirgen.ledger.checkpoint import Checkpoint
from pirgen.ledger.state import Incident, Item
from pirgen.review.evidence import Commit, Reference, references
from pirgen.runtime.parallel import cores
from pirgen.text.terminal import printable

CLAIMED, LINKED, PROVEN = LEVELS = ("claimed", "linked", "proven")
"""How far it is shown that an item is done: it only says so; it names an issue or a change elsewhere; git shows it."""


class Proof(NamedTuple):
    """What shows that an action item is done."""

    level: str | None
    """One of `LEVELS`; None where a commit cannot be looked up, as in a shallow clone."""
    why: str = ""
    """Why it is not proven, as a sentence without a full stop; empty where it is."""
    is_broken: bool = False
    """Whether it names a commit of this repository that proves nothing."""


class Proofs:
    """What shows that each action item of a ledger is done. Git is asked when the first item is.

    A done item is proven by a commit that exists, is on the mainline, is no older than the incident and changes a file
    outside the reviews, logs and pages: one that its `evidence` names, or the one that closed the item, where that
    closes items of no other review. docs/explanation/numbers.md defines it.
    """

    def __init__(self, checkpoint: Checkpoint, head: str, incidents: Mapping[str, Incident]) -> None:
        history = checkpoint.history
        self._repository, self._config = history.repository, history.config
        self._checkpoint, self._head, self._incidents = checkpoint, head, incidents

    def of(self, item: Item) -> Proof:
        """What shows that a done item is done."""
        found = references(item.said.evidence, item.incident_id)
        named = self._ours(found)
        if self._repository.is_shallow and (named or item.closed_commit):
            return Proof(None, "this clone is shallow, so that nothing is known of its commits")
        verdicts = [self._verdict(item, commit) for commit in named if self._is_id(commit) or self._id(commit)]
        is_linked = bool(item.said.issue) or len(named) < len(found)
        broken = list(filter(None, verdicts))
        if broken:
            return Proof(LINKED if is_linked else CLAIMED, broken[0], is_broken=True)
        if verdicts or item.closed_commit in self._closed_by_work:
            return Proof(PROVEN)
        if is_linked:
            return Proof(LINKED, "what it names cannot be looked up in this repository")
        if item.said.evidence:
            return Proof(CLAIMED, f"`{printable(item.said.evidence)[:60]}` names no commit, file, change or issue")
        return Proof(CLAIMED, "nothing shows what was done")

    def _ours(self, found: Iterable[Reference]) -> list[Commit]:
        """The commits of this repository among what is named as evidence."""
        return [
            one
            for one in found
            if isinstance(one, Commit)
            and (not one.repository or one.repository.lower().removesuffix(".git") in self._own_names)
        ]

    @cached_property
    def _own_names(self) -> set[str]:
        parts = place(self._repository.remote()).lower().split("/")
        return {"/".join(parts[index:]) for index in range(len(parts))} - {""}

    @cached_property
    def _done(self) -> list[Item]:
        incidents = self._incidents.values()
        return [one for found in incidents for one in (*found.items.values(), *found.removed) if one.is_done]

    @cached_property
    def _named(self) -> list[Commit]:
        """The commits of this repository that done items give as evidence."""
        return [one for item in self._done for one in self._ours(references(item.said.evidence, item.incident_id))]

    @cached_property
    def _objects(self) -> Mapping[str, str]:
        """The ids of all that is named as evidence, by the name under which git knows it."""
        return self._repository.objects({name for commit in self._named for name in _names(commit)}, ("blob", "commit"))

    @cached_property
    def _merged(self) -> set[str]:
        """The commits of the mainline among those that are named as evidence."""
        return self._repository.merged({*filter(None, map(self._id, self._named))}, self._head)

    @cached_property
    def _history(self) -> Mapping[str, Changed]:
        """The commits that are named as evidence and work, with what they changed."""
        return {one.id: one for one in self._work(self._merged)}

    @cached_property
    def _closed_by(self) -> Mapping[str, set[str]]:
        """The incidents whose items each commit closes."""
        found: defaultdict[str, set[str]] = defaultdict(set)
        for item in self._done:
            if item.closed_commit:
                found[item.closed_commit].add(item.incident_id)
        return found

    @cached_property
    def _closed_by_work(self) -> set[str]:
        """The commits that close items of one review alone, and work."""
        asked = [commit for commit, theirs in self._closed_by.items() if len(theirs) == 1]
        known = self._checkpoint.works
        if new := [commit for commit in asked if commit not in known]:
            work = self.work(new)
            self._checkpoint.save_works({commit: commit in work for commit in new})
        return {commit for commit in asked if known[commit]}

    def _id(self, commit: Commit) -> str:
        """The whole id of a commit that is named as evidence; empty where there is none, or more than one."""
        found = self._objects.get(_names(commit)[0], "")
        is_branch = self._is_id(commit) and not found.startswith(commit.revision)
        return "" if is_branch else found

    def _verdict(self, item: Item, commit: Commit) -> str:
        """Why a commit that is named as evidence proves nothing; empty where it proves."""
        shown, found = commit.revision[:12], self._id(commit)
        if not found:
            return f"this repository has no commit `{shown}`, or more than one"
        if found not in self._merged:
            return f"the commit {shown} is not on the mainline"
        if commit.file and not self._objects.get(_names(commit)[1]):
            return f"the commit {shown} has no file `{commit.file[:80]}`"
        changed = self._history.get(found)
        if not changed or (commit.file and self._is_own(commit.file)):
            return f"the commit {shown} changes nothing but reviews, logs and pages"
        began = self.began(item.incident_id)
        if began and changed.time < began.timestamp():
            return f"the commit {shown} is older than the incident"
        return ""

    @staticmethod
    def _is_id(commit: Commit) -> bool:
        """Whether a commit is named by its id, and not by a tag."""
        return not _names(commit)[0].startswith("refs/")

    @cached_property
    def _own(self) -> list[str]:
        """Where reviews, logs, pages and the configuration are and were, from the top of the repository."""
        config = self._config
        here = (*config.reviews, *config.incidents, config.pages, FILE)
        return [*(f"{self._repository.prefix}{one}" for one in here), *(folder for folder, _ in config.former)]

    def _is_own(self, path: str) -> bool:
        """Whether a file, named from the top of the repository, is a review, a log, a page or the configuration."""
        return path in self._own or is_below(path, self._own)

    def _work(self, commits: Collection[str]) -> list[Changed]:
        """The given commits that change a file outside the reviews, logs and pages, each with these changes."""
        return self._repository.changes_outside(commits, self._own, cores())

    def began(self, incident_id: str) -> datetime | None:
        """When an incident began, or the start of its day; None where nothing says so."""
        incident = self._incidents.get(incident_id)
        said: Iterable[datetime | date | None] = (
            (one.began or one.day for one in (incident.snapshot, incident.log) if one) if incident else ()
        )
        first = next(filter(None, said), None)
        if first is None or isinstance(first, datetime):
            return first
        return datetime.combine(first, time.min, self._config.zone).astimezone(UTC)

    def work(self, commits: Collection[str]) -> set[str]:
        """Those of these commits that change a file outside the reviews, logs and pages."""
        return {one.id for one in self._work(commits)}

    def messages(self, since: datetime) -> Iterator[Message]:
        """What the commits of the mainline say of themselves since an aware moment, newest first."""
        return self._repository.messages(self._head, since)


def _names(commit: Commit) -> list[str]:
    """The names by which git finds a commit, and the file in it."""
    is_id = len(commit.revision) >= 7 and not set(commit.revision.lower()) - set("0123456789abcdef")
    revision = commit.revision.lower() if is_id else f"refs/tags/{commit.revision}"
    return [f"{revision}^{{commit}}", *([f"{revision}:{commit.file}"] if commit.file else [])]
