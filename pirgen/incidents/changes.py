"""The changes that may have caused an incident."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

from pirgen.errors import PirgenError
from pirgen.git.repository import Repository
from pirgen.project import Project

WITHIN = timedelta(hours=2)
"""How far back changes count."""
MOST = 50
"""How many commits of a repository are told."""


def changes(project: Project, now: datetime, repositories: Sequence[str] = ()) -> list[str]:
    """The recent commits, newest first, each as its short id and its subject.

    They are those of the project, or of `repositories`, which are paths; then the repository's name comes first. A
    project in no repository has none. Raises PirgenError where one of `repositories` cannot be read.
    """
    if not repositories:
        try:
            return Repository(project.root).recent(now - WITHIN, MOST)
        except PirgenError:
            return []
    found = [(Path(path).resolve().name, Repository(Path(path))) for path in repositories]
    return [f"{name}: {change}" for name, one in found for change in one.recent(now - WITHIN, MOST)]
