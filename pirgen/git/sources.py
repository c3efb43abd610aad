"""Reads YAML files from the index or from a commit."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING

from pirgen.files import Source, is_source

if TYPE_CHECKING:
    from pirgen.git.repository import Repository


def recorded(repository: Repository, files: Mapping[str, str], folders: Collection[str]) -> dict[str, Source]:
    """The sources of the YAML files among `files`, by path, with their content in git.

    `files` holds blob ids by path, of the index or of a commit. Only files in `folders` are read.
    """
    wanted = {path: blob for path, blob in sorted(files.items()) if is_source(path, folders)}
    contents = dict(repository.blobs(dict.fromkeys(wanted.values())))
    return {path: Source(path, contents[blob]) for path, blob in wanted.items()}
