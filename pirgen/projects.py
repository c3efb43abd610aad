"""The projects of a repository: every file belongs to the nearest pirgen.yaml above it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path, PurePosixPath
from typing import NamedTuple, TypeVar

from pirgen.config import FILE, InvalidConfigError
from pirgen.errors import PirgenError
from pirgen.files import find, top_of
from pirgen.project import Project, root_of
from pirgen.workspace import ATTRIBUTES, CODEOWNERS

Done = TypeVar("Done")


class Chosen(NamedTuple):
    """A project, and which of its files and folders are meant; none where all of it is."""

    project: Project
    paths: tuple[Path, ...] = ()


def chosen(around: Project, paths: Sequence[Path] = (), *, staged: bool = False) -> list[Chosen]:
    """The projects that files and folders belong to; without paths the project around the working folder and all below.

    Of the folders below, git says which are projects. What is in no project is judged by the one `around` the working
    folder. With `staged` everything is as it is in git's index; that raises PirgenError where there is no repository.
    A `config_file` stands for each pirgen.yaml, so that everything is in one project.
    """
    there = _Index(around) if staged else _Worktree(around)
    if around.config_file is not None:
        here = there.root(around.start.resolve())
        return [Chosen(project, tuple(paths)) for project in there.projects([here]).values()]
    if not paths:
        here = around.start.resolve()
        projects = there.projects(dict.fromkeys([there.root(here), *there.below(here)]))
        used = [project for project in projects.values() if there.is_used(project)]
        return [Chosen(project) for project in used or [*projects.values()][:1]]
    parts: dict[Path, tuple[Path, ...]] = {}
    whole: dict[Path, tuple[Path, ...]] = {}
    for path in paths:
        is_folder = path.is_dir()
        folder = Path(os.path.abspath(path if is_folder else path.parent))  # noqa: PTH100 - keeps links
        own, below = there.root(folder), there.below(folder) if is_folder else []
        whole |= dict.fromkeys(below, ())
        parts[own] = (*parts.get(own, ()), *(_beside(below, path) if below else [path]))
    found = {root: some for root, some in {**parts, **whole}.items() if some or root in whole}
    return [Chosen(project, found[root]) for root, project in there.projects(found).items()]


def each(
    parts: Iterable[Chosen], around: Project, work: Callable[[Chosen], Done]
) -> tuple[dict[Project, Done], PirgenError | None]:
    """What the work on each project gave, and the error that the others brought, with their folders' names.

    So a broken project hides nothing of the others; for the caller to raise when these are told. Raises it where there
    is nothing else to tell.
    """
    done: dict[Project, Done] = {}
    failure: PirgenError | None = None
    for part in parts:
        try:
            done[part.project] = work(part)
        except PirgenError as error:
            failure = _together(failure, error, part.project.seen_from(around))
    if failure and not done:
        raise failure
    return done, failure


def _together(before: PirgenError | None, error: PirgenError, folder: str) -> PirgenError:
    """An error that tells what was told before, and then what is wrong in a folder."""
    told = f"{folder.rstrip('/')}: {error}" if folder else str(error)
    message = f"{before}\n{told}" if before else told
    broken = [*before.diagnostics] if isinstance(before, InvalidConfigError) else []
    if isinstance(error, InvalidConfigError):
        broken += (one._replace(file=f"{folder}{one.file}") for one in error.diagnostics)
    return InvalidConfigError(broken, message) if broken else type(error)(message)


def _beside(roots: Iterable[Path], folder: Path) -> Iterator[Path]:
    """The YAML files in a folder that are in none of these projects below it."""
    for name in find(folder, ["."]):
        path = folder / name
        if not any(path.parent.resolve().is_relative_to(root) for root in roots):
            yield path


class _Worktree:
    """The projects as they are in the worktree."""

    def __init__(self, around: Project) -> None:
        self.around = around

    def root(self, folder: Path) -> Path:
        """The root of the project that a folder belongs to."""
        return (root_of(folder) or root_of(folder.resolve()) or self.around.root).resolve()

    def below(self, folder: Path) -> list[Path]:
        """The roots of the projects below a folder that git knows; in a folder without one, also untracked ones."""
        names: list[str] = []
        if top_of(folder):
            from pirgen.git.repository import tracked

            with suppress(PirgenError):
                names = tracked(folder, FILE, untracked=not os.path.lexists(self.root(folder) / FILE))
        roots = {folder / PurePosixPath(name).parent for name in names if os.path.lexists(folder / name)}
        return sorted({root.resolve() for root in roots} - {folder.resolve()})

    def projects(self, roots: Iterable[Path]) -> dict[Path, Project]:
        """The projects with these roots."""
        around = self.around
        return {root: around if root == around.root else around.at(root) for root in roots}

    def is_used(self, project: Project) -> bool:
        """Whether a folder without a pirgen.yaml holds a file where a project has it by default."""
        if os.path.lexists(project.root / FILE):
            return True
        workspace = project.workspace()
        pages = (project.root / project.config.pages).glob("*.md")
        return bool(workspace.reviews or workspace.logs) or any(pages)


class _Index:
    """The projects as they are in the index.

    One whose folder is not checked out is left out: nobody works on it here, so nothing in it was changed.
    """

    def __init__(self, around: Project) -> None:
        from pirgen.git.repository import Repository
        from pirgen.git.sources import Index

        here = around.start.resolve()
        self.around, self._top = around, top_of(here) or here
        self._index = Index(Repository(self._top), (FILE, CODEOWNERS, ATTRIBUTES))
        files = (self._top / source.name for source in self._index.below(".") if source.name.endswith(FILE))
        self._roots = sorted(file.parent for file in files if file.name == FILE and file.parent.is_dir())

    def root(self, folder: Path) -> Path:
        """The root of the project that a folder belongs to."""
        folder = self._place(folder)
        return next((one for one in (folder, *folder.parents) if one in self._roots), self._top)

    def below(self, folder: Path) -> list[Path]:
        """The roots of the projects below a folder."""
        folder = self._place(folder)
        return [root for root in self._roots if root != folder and root.is_relative_to(folder)]

    def _place(self, folder: Path) -> Path:
        return folder if folder.is_relative_to(self._top) else folder.resolve()

    def projects(self, roots: Iterable[Path]) -> dict[Path, Project]:
        """The projects with these roots. Git is asked once for the files of all."""
        projects = {root: self.around.at(root, self._index) for root in roots}
        folders: list[str] = []
        for project in projects.values():
            with suppress(PirgenError):  # who asks for the configuration is told what is wrong with it
                folders += (f"{project.prefix}{folder}" for folder in project.folders)
        self._index.load(folders)
        return projects

    def is_used(self, project: Project) -> bool:
        """Whether the top, where it has no pirgen.yaml, holds a file where a project has it by default."""
        return project.root in self._roots or bool(project.staged())
