"""A project whose items are kept alike with a tracker in memory, for the tests of `pirgen sync`."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml

from pirgen.followup.sync import Done, Planned, apply, planned
from pirgen.git.repository import Repository
from pirgen.ledger import read_ledger
from pirgen.project import Project
from tests.memory_tracker import MemoryTracker
from tests.support import Repo, item, review

NOW = datetime(2025, 10, 20, 12, tzinfo=UTC)
FILE = "pir/INC-001.yaml"


def ann(action_id: str = "AI-001", action: str = "Add metrics", **more: Any) -> dict[str, Any]:
    """An item of Ann's."""
    return {**item(action_id, action), "owner": "@ann", **more}


class Shop:
    """A repository with reviews, and its tracker."""

    def __init__(self, folder: Path, *items: dict[str, Any], tracker: MemoryTracker | None = None) -> None:
        self.repo, self.tracker, self._day = Repo(folder), tracker or MemoryTracker(), 1
        self.commit({FILE: review(action_items=list(items or [ann()]))})

    @property
    def project(self) -> Project:
        """The project as it is now."""
        return Project(self.repo.folder)

    def commit(self, files: dict[str, str | None] | None = None) -> str:
        """Commit these files and whatever else changed."""
        self._day += 1
        return self.repo.commit(f"2025-10-08T00:{self._day // 60:02}:{self._day % 60:02}Z", files or {})

    def data(self, file: str = FILE) -> dict[str, Any]:
        """What a review says in the worktree."""
        found: dict[str, Any] = yaml.safe_load((self.repo.folder / file).read_text(encoding="utf-8"))
        return found

    def item(self, action_id: str = "AI-001", file: str = FILE) -> dict[str, Any]:
        """What an item says in the worktree."""
        [found] = [one for one in self.data(file)["action_items"] if one["id"] == action_id]
        return dict(found)

    def set(self, action_id: str = "AI-001", file: str = FILE, **values: str | None) -> None:
        """Edit an item in the worktree; None takes a key away."""
        data = self.data(file)
        for one in data["action_items"]:
            if one["id"] == action_id:
                one.update(values)
                for key in [key for key, value in one.items() if value is None]:
                    del one[key]
        self.repo.write(file, yaml.safe_dump(data, sort_keys=False, allow_unicode=True))

    def plan(self) -> Planned:
        """What would be done."""
        repository = Repository(self.repo.folder)
        ledger = read_ledger(self.project.root, self.project.config, now=NOW, cached=False)
        return planned(self.project, repository, self.tracker, ledger)

    def rows(self) -> list[tuple[str, str, str]]:
        """The kind, the incident and the item of each row of the plan."""
        return [row[:3] for row in self.plan().rows]

    def sync(self) -> list[Done]:
        """A run that does what its plan says."""
        return [*apply(self.project, self.tracker, self.plan())]

    def settle(self) -> str:
        """Make the issues and commit the reviews; returns the address of the first issue."""
        self.sync()
        self.commit()
        return next(iter(self.tracker.all))
