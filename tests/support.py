"""Helpers of the tests: a valid review as text, repositories built from text with fixed dates, the CLI."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from pirgen.runtime import cache
from tests import forks

ROOT = Path(__file__).parent.parent
DATA = Path(__file__).parent / "data"


def review(incident_id: Any = "INC-001", **changes: Any) -> str:
    """A valid review as YAML, with changes; a value of None leaves the field out."""
    data: dict[str, Any] = {
        "incident_id": incident_id,
        "severity": "P1",
        "date": "2025-10-05",
        "duration": "45m",
        "impact": "30% of API requests failed",
        "timeline": [
            {"time": "14:30", "event": "Alert triggered for API errors"},
            {"time": "14:32", "event": "On-call acknowledged"},
            {"time": "15:15", "event": "Incident resolved"},
        ],
        "root_cause": "The connection pool was exhausted.",
        "contributing_factors": ["No monitoring of the pool"],
        "action_items": [item("AI-001", "Add pool metrics")],
        "lessons_learned": ["Watch saturation"],
    }
    kept = {key: value for key, value in {**data, **changes}.items() if value is not None}
    return yaml.safe_dump(kept, sort_keys=False, allow_unicode=True)


def item(action_id: str, action: str, due: str | None = "2025-10-12", **more: Any) -> dict[str, Any]:
    """An action item with an owner and a due date."""
    return {"id": action_id, "action": action, "owner": "@platform", **({"due": due} if due else {}), **more}


def cache_of(root: Path) -> Path:
    """The folder in which pirgen keeps what it works out for a project."""
    place = cache.folder(root.resolve())
    assert place
    return place


@dataclass
class Cli:
    """Runs pirgen in a folder as a process of its own."""

    folder: Path

    def write(self, name: str, text: str | bytes) -> Path:
        """Write a file below the folder."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return path

    def run(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """The finished process; a traceback is never acceptable, whatever the test is about."""
        done = forks.run(arguments, self.folder, {**os.environ, **environment}, timeout=120)
        assert "Traceback" not in done.stderr, done.stderr
        return done


class Repo(Cli):
    """A git repository whose commits have fixed dates."""

    def __init__(self, folder: Path, *options: str) -> None:
        super().__init__(folder)
        folder.mkdir(parents=True, exist_ok=True)
        self.git("init", "--quiet", "--initial-branch=main", *options)
        self.git("config", "user.name", "Ann")
        self.git("config", "user.email", "ann@example.org")

    def git(self, *arguments: str, when: str = "2025-10-01T00:00:00Z") -> str:
        """Run git with the clock at `when`, and without anybody's own configuration."""
        dated = {"GIT_AUTHOR_DATE": when, "GIT_COMMITTER_DATE": when}
        plain = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
        done = subprocess.run(
            ["git", *arguments], cwd=self.folder, env={**os.environ, **dated, **plain}, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def commit(self, when: str, files: Mapping[str, str | bytes | None], *options: str, message: str = "") -> str:
        """Commit files at a time; None deletes. A bare date means noon UTC. Returns the commit's id."""
        when = when if "T" in when else f"{when}T12:00:00Z"
        for name, text in files.items():
            if text is None:
                (self.folder / name).unlink()
            else:
                self.write(name, text)
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message", message or f"at {when}", *options, when=when)
        return self.git("rev-parse", "HEAD")
