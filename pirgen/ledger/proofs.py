"""Whether what done action items give as evidence holds: git is asked about all of them at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, time
from functools import cached_property
from typing import NamedTuple

from pirgen.config import FILE, Config
from pirgen.files import is_below
from pirgen.git.hosts import place
from pirgen.git.log import Commit as Changed
from pirgen.git.repository import Message, Repository
from pirgen.ledger.state import Incident, Item
from pirgen.review.evidence import Commit, Reference, references
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

    def __init__(self, repository: Repository, config: Config, head: str, incidents: Mapping[str, Incident]) -> None:
        self._repository, self._config, self._head, self._incidents = repository, config, head, incidents

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
        if verdicts or self._is_closed_by_work(item):
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
        """What each commit changed that is named as evidence or closes an item; without those that changed nothing."""
        asked = self._merged | {*self._closed_by}
        return {one.id: one for one in self._repository.changes(asked, (".",), from_top=True)} if asked else {}

    @cached_property
    def _closed_by(self) -> Mapping[str, set[str]]:
        """The incidents whose items each commit closes."""
        found: defaultdict[str, set[str]] = defaultdict(set)
        for item in self._done:
            if item.closed_commit:
                found[item.closed_commit].add(item.incident_id)
        return found

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
        if not any(map(self._is_work, _paths(changed))) or (commit.file and not self._is_work(commit.file)):
            return f"the commit {shown} changes nothing but reviews, logs and pages"
        began = self.began(item.incident_id)
        if began and changed and changed.time < began.timestamp():
            return f"the commit {shown} is older than the incident"
        return ""

    @staticmethod
    def _is_id(commit: Commit) -> bool:
        """Whether a commit is named by its id, and not by a tag."""
        return not _names(commit)[0].startswith("refs/")

    def _is_closed_by_work(self, item: Item) -> bool:
        """Whether the commit that closed an item brought the work with it."""
        commit = item.closed_commit or ""
        is_its_own = self._closed_by.get(commit) == {item.incident_id}
        return is_its_own and any(map(self._is_work, _paths(self._history.get(commit))))

    def _is_work(self, path: str) -> bool:
        """Whether a file, named from the top of the repository, is neither a review nor a log nor a page."""
        config, prefix = self._config, self._repository.prefix
        folders = (*config.reviews, *config.incidents, config.pages)
        former = (folder for folder, _ in config.former)  # from the top of the repository
        is_own = path == f"{prefix}{FILE}" or is_below(path, [*(f"{prefix}{folder}" for folder in folders), *former])
        return not is_own

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
        found = self._repository.changes(commits, (".",), from_top=True) if commits else ()
        return {one.id for one in found if any(map(self._is_work, _paths(one)))}

    def messages(self, since: datetime) -> Iterator[Message]:
        """What the commits of the mainline say of themselves since an aware moment, newest first."""
        return self._repository.messages(self._head, since)


def _paths(commit: Changed | None) -> Iterator[str]:
    return (change.path for change in (commit.changes if commit else ()))


def _names(commit: Commit) -> list[str]:
    """The names by which git finds a commit, and the file in it."""
    is_id = len(commit.revision) >= 7 and not set(commit.revision.lower()) - set("0123456789abcdef")
    revision = commit.revision.lower() if is_id else f"refs/tags/{commit.revision}"
    return [f"{revision}^{{commit}}", *([f"{revision}:{commit.file}"] if commit.file else [])]
