"""Where the project is that a command or a site works on, and its configuration."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from pirgen.config import FILE, Config, load_config
from pirgen.rules import names as rule_names


@dataclass
class Project:
    """The project around a folder: the nearest with a pirgen.yaml or a repository, else itself."""

    start: Path

    @cached_property
    def root(self) -> Path:
        """The project's folder."""
        here = self.start.resolve()
        marked = (folder for folder in (here, *here.parents) if (folder / FILE).exists() or (folder / ".git").exists())
        return next(marked, here)

    @cached_property
    def config(self) -> Config:
        """The project's configuration."""
        return load_config(self.root, rule_names)
