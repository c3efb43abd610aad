"""The action items that a tracker follows: what a commit says of each, and what the worktree says beside it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import NamedTuple

from pirgen.files import Source, is_source
from pirgen.git.hosts import Links
from pirgen.git.repository import Repository
from pirgen.project import Project
from pirgen.review import ActionItem
from pirgen.trackers import State
from pirgen.workspace import Entry, Workspace

STATES: Mapping[str, State] = {
    "open": State.OPEN,
    "in_progress": State.OPEN,
    "done": State.COMPLETED,
    "declined": State.NOT_PLANNED,
}
"""What an issue is to be for each status of an action item."""
LEFT_ALONE = ("draft", "withdrawn")
"""The statuses of reviews whose items are not followed: they are still to be agreed upon, or are no incidents."""


class Followed(NamedTuple):
    """An action item as a commit says it."""

    incident_id: str
    action_id: str
    file: str
    action: str
    owner: str
    due: date | None
    state: State
    issue: str
    """What the review says of its issue; empty where it says nothing."""
    link: str = ""
    """The address of its review; empty where it is unknown."""
    is_left_alone: bool = False
    """Whether its review is a draft, or withdrawn."""
    now: ActionItem | None = None
    """What the worktree says of it; None where it is gone from there."""
    is_changed: bool = False
    """Whether the worktree says something else of it than the commit."""

    @property
    def key(self) -> tuple[str, str]:
        """What names it: the ids of its incident and its own."""
        return self.incident_id, self.action_id


def followed(project: Project, repository: Repository, head: str, links: Links) -> tuple[list[Followed], list[str]]:
    """The items of the valid reviews in a commit, by file, and the files of the reviews that are not valid."""
    then, now = project.then(repository, head), project.workspace()
    there = {name: {one.id: one for one in now.entry(name).review.action_items} for name in now.reviews}
    items, invalid = [], []
    for name in then.reviews:
        entry = then.entry(name)
        if not entry.is_valid:
            invalid.append(name)
            continue
        known = there.get(name, {})
        for item in entry.review.action_items:
            today = known.get(item.id)
            made = _followed(entry, item, links.to_file(name))
            items.append(made._replace(now=today, is_changed=today is None or not _same(today, item)))
    return items, invalid


def _same(one: ActionItem, other: ActionItem) -> bool:
    fields = ("action", "owner", "due", "status", "issue")
    return all(getattr(one, field) == getattr(other, field) for field in fields)


def _followed(entry: Entry, item: ActionItem, link: str) -> Followed:
    review = entry.review
    return Followed(
        review.incident_id, item.id, entry.file, item.action, item.owner, item.due,
        STATES.get(item.status, State.OPEN), item.issue, link, review.status in LEFT_ALONE,
    )  # fmt: skip


class Past:
    """What earlier commits said of action items. Files that several commits share are read once."""

    def __init__(self, project: Project, repository: Repository, head: str, commits: Iterable[str]) -> None:
        self._config = project.config
        folders = self._config.reviews
        found = repository.objects(f"{commit}^{{commit}}" for commit in commits)
        known = repository.merged({*found.values()}, head)
        self._trees = {commit: self._tree(repository, commit, folders) for commit in sorted(known)}
        blobs = {blob for tree in self._trees.values() for blob in tree.values()}
        self._sources = {source.name: source for source in repository.blobs(sorted(blobs))}
        self._read: dict[tuple[str, str], list[Followed]] = {}
        self._root = project.root

    @staticmethod
    def _tree(repository: Repository, commit: str, folders: Iterable[str]) -> dict[str, str]:
        places = [*folders]
        return {path: blob for path, blob in repository.tree(commit, places).items() if is_source(path, places)}

    def knows(self, commit: str) -> bool:
        """Whether a commit is there and the head contains it."""
        return commit in self._trees

    def items(self, commit: str, words: Iterable[str]) -> Iterator[Followed]:
        """The items of a commit in the files that hold one of these words."""
        wanted = [word.encode() for word in words if word]
        for path, blob in self._trees[commit].items():
            source = self._sources[blob]
            if any(word in source.data for word in wanted):
                yield from self._of(source, path, blob)

    def _of(self, source: Source, path: str, blob: str) -> list[Followed]:
        if (path, blob) not in self._read:
            workspace = Workspace(self._root, self._config, {path: source._replace(name=path)})
            entry = workspace.entry(path)
            self._read[path, blob] = [_followed(entry, item, "") for item in entry.review.action_items]
        return self._read[path, blob]
