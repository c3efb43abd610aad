"""A project: its root, its configuration, its files as a workspace, and its links."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from functools import cached_property, partial
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any, TypeVar

from pirgen.config import FILE, Config, InvalidConfigError, load_config, schema_with_rules
from pirgen.diagnostic import Diagnostic
from pirgen.errors import ChangedError, HistoryMissingError, PirgenError
from pirgen.files import SUFFIXES, Source, is_source, read, top_of
from pirgen.runtime import cache
from pirgen.schema import read as read_schema
from pirgen.workspace import Workspace, leads_out, read_inside, require_inside

if TYPE_CHECKING:
    from pirgen.git.hosts import Links
    from pirgen.git.repository import Repository
    from pirgen.git.sources import Index
    from pirgen.runtime.plugins import Plugin

Done = TypeVar("Done")
TRIES = 100
"""How often an edit is tried while other programs change the same file; each of them has then made its own."""


class Project:
    """The project around a folder, as it is in the worktree or, where an `index` is given, in git's index.

    Its root is the nearest folder that has a pirgen.yaml or a `.git`, from the folder itself upwards; without one,
    the folder itself. `root` is given where it is known already. A `config_file` is used in place of its pirgen.yaml.
    """

    def __init__(
        self, start: Path, root: Path | None = None, index: Index | None = None, config_file: Path | None = None
    ) -> None:
        self.start, self.index, self.config_file = start, index, config_file
        if root:
            self.root = root

    def at(self, root: Path, index: Index | None = None) -> Project:
        """The project with this root, seen from the same folder."""
        return Project(self.start, root, index, self.config_file)

    @cached_property
    def root(self) -> Path:
        """The root folder of the project."""
        here = self.start.resolve()
        return root_of(here) or here

    def locate(self, path: Path) -> Path:
        """A path that the caller named, as seen from the folder of `-C`; where nothing is there, as it was given.

        Hooks are told paths from the top of the repository, whatever folder their command works in.
        """
        there = self.start / path
        return path if os.path.lexists(path) and not os.path.lexists(there) else there

    @cached_property
    def prefix(self) -> str:
        """The path from the top of the git repository to the project, with a slash at its end; empty at the top."""
        top = top_of(self.root) or self.root
        return "" if top == self.root else f"{self.root.relative_to(top).as_posix()}/"

    def seen_from(self, other: Project) -> str:
        """The path from the root of another project to this one's, with a slash at its end; empty for the same."""
        return "" if self.root == other.root else f"{Path(os.path.relpath(self.root, other.root)).as_posix()}/"

    @property
    def is_marked(self) -> bool:
        """Whether the root has a pirgen.yaml or a `.git`, so that somebody meant it to be a project."""
        return _is_marked(self.root)

    @cached_property
    def can_keep(self) -> bool:
        """Whether a cache may be kept: only of a marked project or a bare clone, and not among files that git tracks.

        What is checked out would else be believed.
        """
        if self.index is not None or not (self.is_marked or self._is_bare) or (place := cache.base()) is None:
            return False
        place = Path(os.path.realpath(place))
        if not top_of(place):
            return True
        from pirgen.git.repository import holds

        return not holds(place)

    @cached_property
    def config(self) -> Config:
        """The project's configuration.

        Raises PirgenError where it is not valid, or where a folder leads out of a repository that is not trusted.
        """
        config = load_config(self._file, _rule_names, partial(leads_out, self.root), self.root)
        for folder in (*config.reviews, *config.incidents, config.pages):
            require_inside(self.root, folder)
        return config

    def judge_config(self, source: Source) -> Sequence[Diagnostic]:
        """What would be wrong with the configuration if its file were this source.

        A plugin that only this source names is not imported, because it may be half of a name.
        """

        def rule_names(plugins: Iterable[Plugin]) -> Iterable[str]:
            return _rule_names(known.intersection(plugins))

        known: set[Plugin] = set()
        with suppress(PirgenError):
            known = {*self.config.plugins}
        try:
            load_config(
                lambda name: source if name == FILE else self._file(name),
                rule_names,
                partial(leads_out, self.root),
                root=self.root,
            )
        except InvalidConfigError as error:
            return error.diagnostics
        return ()

    def schema(self, name: str) -> dict[str, Any]:
        """The effective JSON Schema called `name` (pir, incident, config, report), for editors and other tools.

        It knows the project's severities, ids and rules, and the metrics of its plugins. Its `$id` is its address where
        the configuration tells one.
        """
        config = self.config
        match name:
            case "pir":
                schema = config.review_schema.schema
            case "incident":
                schema = config.incident_schema.schema
            case "config":
                from pirgen.lint.rules import described

                schema = schema_with_rules(described(config.plugins))
            case "report" if config.plugins:
                from pirgen.report.contract import report_schema

                schema = report_schema(config.plugins)
            case _:
                schema = read_schema(name)
        address = config.repository.file.replace("{path}", f"{self.prefix}schemas/{name}.schema.json")
        return {**({"$id": address} if address else {}), **schema}

    def links(self, branch: str = "") -> Links:
        """The web addresses of the repository, from the configuration, else from the remote; empty where unknown.

        Files are those of `branch`, or of the one that is checked out; `HEAD` is the default branch to code hosts.
        """
        from pirgen.git.hosts import Links, links
        from pirgen.git.repository import Repository

        told, found = self.config.repository, Links()
        with suppress(PirgenError):
            repository = Repository(self.root)
            found = links(repository.remote(), branch or repository.branch(), repository.prefix)
        return Links(told.commit or found.commit, told.edit or found.edit, told.file or found.file)

    def workspace(self, *, keeps_data: bool = False) -> Workspace:
        """The reviews and logs; see `Workspace` for `keeps_data`."""
        if self.index is None:
            return Workspace(self.root, self.config, keeps_data=keeps_data)
        folders = (*self.config.reviews, *self.config.incidents)
        sources = {name: source for name, source in self.staged().items() if is_source(name, folders)}
        return Workspace(self.root, self.config, sources, self._file)

    def edit(self, work: Callable[[Workspace], Done]) -> Done:
        """Do work that edits files, on a new workspace; anew where another program changes one of them meanwhile.

        Raises ChangedError where that happens `TRIES` times.
        """
        for _ in range(TRIES - 1):
            with suppress(ChangedError):
                return work(self.workspace())
        return work(self.workspace())

    @property
    def folders(self) -> tuple[str, ...]:
        """The folders of reviews, logs, pages and templates."""
        config = self.config
        return tuple(filter(None, (*config.reviews, *config.incidents, config.pages, config.templates)))

    def staged(self) -> dict[str, Source]:
        """All files that git's index has in the project's folders, by path."""
        assert self.index is not None
        places = [f"{self.prefix}{folder}" for folder in self.folders]
        self.index.load(places)
        found = {source.name.removeprefix(self.prefix): source for one in places for source in self.index.below(one)}
        return {name: source._replace(name=name) for name, source in sorted(found.items())}

    def then(self, repository: Repository, commit: str) -> Workspace:
        """The reviews and logs in a commit, with the configuration of that commit, or with `config_file`.

        Today's configuration is used where that of the commit is not valid. Where the commit has none, today's folders
        count besides the default ones.
        """
        from pirgen.git.sources import recorded

        config = self.config
        if self.config_file is None:
            with suppress(PirgenError):
                config = self._config_then(repository, commit)
        folders = (*config.reviews, *config.incidents)
        sources = recorded(repository, repository.tree(commit, folders), folders)
        return Workspace(self.root, config, sources, partial(repository.file, commit))

    def _config_then(self, repository: Repository, commit: str) -> Config:
        then = load_config(partial(repository.file, commit), _rule_names, root=self.root)
        if repository.file(commit, FILE) is not None:
            return then
        reviews, incidents = (*then.reviews, *self.config.reviews), (*then.incidents, *self.config.incidents)
        return Config(reviews=tuple(dict.fromkeys(reviews)), incidents=tuple(dict.fromkeys(incidents)))

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
        from pirgen.text.numbering import numbered_after

        folders, workspace = (*self.config.reviews, *self.config.incidents), self.workspace()
        names = {*workspace.reviews, *workspace.logs}
        with suppress(PirgenError):
            names |= Repository(self.root).everywhere(folders)
        stems = (PurePosixPath(name).stem for name in sorted(names) if name.endswith(SUFFIXES))
        return numbered_after(stems, "INC-001")

    def _file(self, name: str) -> Source | None:
        """A file of the project; None where it does not exist.

        A file that is not checked out is read from git. Raises HistoryMissingError where this clone lacks it.
        """
        if name == FILE and self.config_file is not None:
            return self._named_config(self.config_file)
        if self.index is not None:
            found = self.index.open(f"{self.prefix}{name}")
            return found and found._replace(name=name)
        path = self.root / name
        if os.path.lexists(path):
            return read_inside(self.root, name)
        if not self._may_lack_files:
            return None
        from pirgen.git.repository import Repository

        try:
            repository = Repository(self.root)
            blobs = repository.blobs(repository.not_checked_out((name,)).values())
            return next((found._replace(name=name) for found in blobs), None)
        except HistoryMissingError:
            raise
        except PirgenError:
            return None

    def _named_config(self, file: Path) -> Source:
        """The configuration that the caller named, who may name any file, but not by what leads out of here."""
        place = self.locate(file)
        full = Path(os.path.abspath(place))  # noqa: PTH100 - keeps links
        if full.is_relative_to(self.root):
            require_inside(self.root, full.relative_to(self.root).as_posix())
        return read(os.path.realpath(place), str(file))

    @property
    def _may_lack_files(self) -> bool:
        """Whether git may have deliberately left files out of the worktree.

        That is possible in a bare repository, without an index, in a sparse checkout and in a linked worktree.
        """
        git = self.root / ".git"
        if git.is_dir():
            return not (git / "index").exists() or (git / "info/sparse-checkout").exists()
        return git.exists() or self._is_bare

    @property
    def _is_bare(self) -> bool:
        """Whether the root is a git folder itself."""
        return (self.root / "objects").is_dir() and (self.root / "HEAD").is_file()


def _rule_names(plugins: Iterable[Plugin]) -> Iterable[str]:
    from pirgen.lint.rules import names

    return names(plugins)


def root_of(folder: Path) -> Path | None:
    """The nearest folder with a pirgen.yaml or a `.git`, from an absolute folder upwards; None where there is none."""
    return next((one for one in (folder, *folder.parents) if _is_marked(one)), None)


def _is_marked(folder: Path) -> bool:
    return os.path.lexists(folder / FILE) or (folder / ".git").exists()
