"""Where the project is that a command or a site works on, and its configuration."""

from __future__ import annotations

import os
from functools import cached_property
from pathlib import Path

from pirgen.config import FILE, Config, load_config
from pirgen.rules import names as rule_names
from pirgen.source import Source, read


class Project:
    """The project around a folder: the nearest with a pirgen.yaml or a repository, else itself."""

    def __init__(self, start: Path) -> None:
        self.start = start

    @cached_property
    def root(self) -> Path:
        """The project's folder."""
        here = self.start.resolve()
        return next((folder for folder in (here, *here.parents) if _is_marked(folder)), here)

    @property
    def can_keep(self) -> bool:
        """Whether a cache may be kept here: not in a folder that is no project."""
        return _is_marked(self.root)

    @cached_property
    def config(self) -> Config:
        """The project's configuration."""
        return load_config(self._file, rule_names)

    def _file(self, name: str) -> Source | None:
        """A file of the project, of a bare repository as HEAD has it; None where there is none."""
        path = self.root / name
        if not os.path.lexists(path) and (self.root / "objects").is_dir() and (self.root / "HEAD").is_file():
            from pirgen.repository import Repository

            repository = Repository(self.root)
            found = repository.blobs(repository.tree(repository.head(), (name,)).values())
            return next((Source(name, data) for _, data in found), None)
        return read(path, name) if os.path.lexists(path) else None


def _is_marked(folder: Path) -> bool:
    return (folder / FILE).exists() or (folder / ".git").exists()
