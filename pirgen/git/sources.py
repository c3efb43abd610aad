"""Reads files from the index or from a commit."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import PurePosixPath
from posixpath import normpath
from typing import TYPE_CHECKING

from pirgen.errors import PirgenError
from pirgen.files import Source, is_below, is_source

if TYPE_CHECKING:
    from pirgen.git.repository import Repository


def recorded(repository: Repository, files: Mapping[str, str], folders: Collection[str]) -> dict[str, Source]:
    """The sources of the YAML files among `files`, by path, with their content in git.

    `files` holds blob ids by path, of a commit. Only files in `folders` are read.
    """
    wanted = {path: blob for path, blob in sorted(files.items()) if is_source(path, folders)}
    contents = {found.name: found for found in repository.blobs(dict.fromkeys(wanted.values()))}
    return {path: contents[blob]._replace(name=path) for path, blob in wanted.items()}


class Index:
    """The files of the index, by their paths from the top of the repository.

    Files with one of `names` are known from the start, in whatever folder, and others from when they are loaded: git
    is asked as often for many projects as for one.
    """

    def __init__(self, repository: Repository, names: Collection[str]) -> None:
        self._repository, self._names = repository, names
        self._files: dict[str, Source] = {}
        self._loaded: list[str] = []
        self._load([f"**/{name}" for name in names], "glob")

    def load(self, folders: Iterable[str]) -> None:
        """Read all files in these folders. Raises PirgenError for a file in conflict."""
        new = [path for path in dict.fromkeys(map(normpath, folders)) if path not in self._loaded]
        self._loaded += new
        self._load(new, "literal")

    def _load(self, paths: Collection[str], how: str) -> None:
        entries = list(self._repository.index(paths, how)) if paths else []
        for entry in entries:
            if entry.in_conflict:
                raise PirgenError(f"{entry.path} is in conflict; resolve that and `git add` it first")
        wanted = dict.fromkeys(entry.blob for entry in entries if entry.is_regular)
        contents = {found.name: found for found in self._repository.blobs(wanted)}
        for entry in entries:
            self._files[entry.path] = (
                contents[entry.blob]._replace(name=entry.path)
                if entry.is_regular
                else Source(entry.path, b"", "is no regular file in git", is_regular=False)
            )

    def open(self, path: str) -> Source | None:
        """A file; None where the index has none. The path may have steps up."""
        path = normpath(path)
        is_known = PurePosixPath(path).name in self._names or "." in self._loaded or is_below(path, self._loaded)
        if not (is_known or path.startswith("../")):
            self.load([path])
        return self._files.get(path)

    def below(self, folder: str) -> Iterator[Source]:
        """The files below a folder that are known, by path."""
        found = [path for path in self._files if folder == "." or path.startswith(f"{folder}/")]
        return (self._files[path] for path in sorted(found))

    def write(self, files: Mapping[str, str | None]) -> None:
        """Write texts to these paths of the index, and remove those that are None. The worktree is left alone."""
        self._repository.stage(files)
