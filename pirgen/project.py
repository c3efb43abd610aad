"""A project: its root, its configuration, its files as a workspace, and its links."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterable
from contextlib import suppress
from functools import cached_property, partial
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from pirgen.config import FILE, Config, load_config
from pirgen.errors import HistoryMissingError, PirgenError
from pirgen.files import SUFFIXES, Source, read
from pirgen.workspace import Workspace

if TYPE_CHECKING:
    from pirgen.git.hosts import Links
    from pirgen.git.repository import Repository


class Project:
    """The project around a folder.

    Its root is the nearest folder that has a pirgen.yaml or a `.git`, from the folder itself upwards; without one,
    the folder itself.
    """

    def __init__(self, start: Path) -> None:
        self.start = start

    @cached_property
    def root(self) -> Path:
        """The root folder of the project."""
        here = self.start.resolve()
        return next((folder for folder in (here, *here.parents) if _is_marked(folder)), here)

    @cached_property
    def prefix(self) -> str:
        """The path from the top of the git repository to the project, with a slash at its end; empty at the top.

        The top is the nearest folder with a `.git`, from the root upwards.
        """
        top = next((folder for folder in (self.root, *self.root.parents) if (folder / ".git").exists()), self.root)
        return "" if top == self.root else f"{self.root.relative_to(top).as_posix()}/"

    @property
    def can_keep(self) -> bool:
        """Whether a cache may be kept: only where the root has a pirgen.yaml or a `.git`."""
        return _is_marked(self.root)

    @cached_property
    def config(self) -> Config:
        """The project's configuration."""
        return load_config(self._file, _rule_names)

    def links(self) -> Links:
        """The web addresses of the repository, from the configuration, else from the remote; empty where unknown."""
        from pirgen.git.hosts import Links, links
        from pirgen.git.repository import Repository

        told, found = self.config.repository, Links()
        with suppress(PirgenError):
            repository = Repository(self.root)
            found = links(repository.remote(), repository.branch(), repository.prefix)
        return Links(told.commit or found.commit, told.edit or found.edit, told.file or found.file)

    def workspace(self, *, keeps_data: bool = False) -> Workspace:
        """The reviews and logs in the worktree; see `Workspace` for `keeps_data`."""
        return Workspace(self.root, self.config, keeps_data=keeps_data)

    def staged(self) -> Workspace:
        """The reviews and logs in the index. Raises PirgenError without a repository."""
        from pirgen.git.repository import Repository
        from pirgen.git.sources import recorded

        repository, folders = Repository(self.root), (*self.config.reviews, *self.config.incidents)
        return Workspace(self.root, self.config, recorded(repository, repository.index(folders), folders))

    def then(self, repository: Repository, commit: str) -> Workspace:
        """The reviews and logs in a commit, with the configuration of that commit.

        Today's configuration is used where that of the commit is not valid.
        """
        from pirgen.git.sources import recorded

        config = self.config
        with suppress(PirgenError):
            config = load_config(partial(_recorded, repository, commit), _rule_names)
        folders = (*config.reviews, *config.incidents)
        sources = recorded(repository, repository.tree(commit, folders), folders)
        return Workspace(self.root, config, sources, partial(_recorded, repository, commit))

    def baseline(self, repository: Repository) -> str:
        """The id of the commit that is the baseline of the configuration; empty where that names none.

        Raises HistoryMissingError where this clone lacks the commit, PirgenError where a branch is named.
        """
        if not self.config.baseline:
            return ""
        try:
            return repository.fixed(self.config.baseline)
        except PirgenError as error:
            raise type(error)(f"the baseline of {FILE}: {error}") from None

    def next_id(self) -> str:
        """The next incident id that is free in the worktree and on every branch that this clone knows.

        It is the highest number of the commonest prefix plus one, with as many digits; `INC-001` without any.
        """
        from pirgen.git.repository import Repository

        folders, workspace = (*self.config.reviews, *self.config.incidents), self.workspace()
        names = {*workspace.reviews, *workspace.logs}
        with suppress(PirgenError):
            names |= Repository(self.root).everywhere(folders)
        return _next_id(PurePosixPath(name).stem for name in sorted(names) if name.endswith(SUFFIXES))

    def _file(self, name: str) -> Source | None:
        """A file of the project; None where it does not exist.

        A file that is not checked out is read from git. Raises HistoryMissingError where this clone lacks it.
        """
        path = self.root / name
        if os.path.lexists(path):
            return read(path, name)
        if not self._may_lack_files:
            return None
        from pirgen.git.repository import Repository

        try:
            repository = Repository(self.root)
            found = repository.blobs(repository.not_checked_out((name,)).values())
            return next((Source(name, data) for _, data in found), None)
        except HistoryMissingError:
            raise
        except PirgenError:
            return None

    @property
    def _may_lack_files(self) -> bool:
        """Whether git may have deliberately left files out of the worktree.

        That is possible in a bare repository, without an index, in a sparse checkout and in a linked worktree.
        """
        git = self.root / ".git"
        if git.is_dir():
            return not (git / "index").exists() or (git / "info/sparse-checkout").exists()
        return git.exists() or ((self.root / "objects").is_dir() and (self.root / "HEAD").is_file())


def _next_id(stems: Iterable[str]) -> str:
    numbered = [found for stem in stems if (found := re.fullmatch(r"([A-Za-z][A-Za-z0-9._-]*?)([0-9]{1,9})", stem))]
    if not numbered:
        return "INC-001"
    [(commonest, _)] = Counter(found[1] for found in numbered).most_common(1)
    highest = max((found[2] for found in numbered if found[1] == commonest), key=int)
    return f"{commonest}{int(highest) + 1:0{len(highest)}d}"


def _recorded(repository: Repository, commit: str, name: str) -> Source | None:
    data = repository.file(commit, name)
    return None if data is None else Source(name, data)


def _rule_names(plugins: Iterable[str]) -> Iterable[str]:
    from pirgen.lint.rules import names

    return names(plugins)


def _is_marked(folder: Path) -> bool:
    return (folder / FILE).exists() or (folder / ".git").exists()
