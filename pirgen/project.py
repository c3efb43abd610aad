"""Where the project is that a command or a site works on, and its configuration."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from pirgen.config import FILE, Config, load_config
from pirgen.rules import names as rule_names


@dataclass
class Project:
    """The project around a folder: that with pirgen.yaml, else the repository's, else the current one."""

    start: Path

    @cached_property
    def root(self) -> Path:
        """The project's folder."""
        here = self.start.resolve()
        above = (here, *here.parents)
        for marker in (FILE, ".git"):
            for folder in above:
                if (folder / marker).exists():
                    return folder
        return here

    @cached_property
    def config(self) -> Config:
        """The project's configuration."""
        return load_config(self.root, rule_names())
