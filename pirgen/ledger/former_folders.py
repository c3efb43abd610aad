"""The history of reviews and logs from when their folders stood elsewhere in the repository."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from pirgen.files import SUFFIXES, is_below, is_source
from pirgen.git.log import Commit
from pirgen.git.repository import Repository


class LeftOut(NamedTuple):
    """A former folder whose history does not count, because it was not moved as a whole."""

    folder: str
    """Where its files went, relative to the project's root."""
    former: str
    """Where they were before, relative to the top of the repository."""
    commit: str
    """The commit that moved them."""


def stood(
    repository: Repository, chain: Iterable[str], former: str, folder: str, known: Iterable[str] = ()
) -> list[Commit]:
    """The commits of `chain` that change a former folder, oldest first, with paths as if it were `folder`.

    `chain` must be newest first. `former` is relative to the top of the repository, and so are the folders `known`,
    whose files are left out.
    """
    commits = (
        one._replace(
            changes=tuple(
                change._replace(path=folder + change.path[len(former) :])
                for change in one.changes
                if not is_below(change.path, known)
            )
        )
        for one in repository.changes(chain, (former,), from_top=True)
    )
    return [one for one in commits if one.changes]


def left(
    repository: Repository, chain: Iterable[str], head: str, former: str, folder: str, known: Iterable[str]
) -> list[Commit]:
    """The commits that `stood` returns, without the files that are still in the former folder at `head`.

    Such files are not the project's.
    """
    place = _within(folder, former)
    stay = {place + path[len(former) :] for path in repository.paths(head, former)}
    commits = (
        one._replace(changes=tuple(change for change in one.changes if change.path not in stay))
        for one in stood(repository, chain, former, place, known)
    )
    return [one for one in commits if one.changes]


def trace(
    repository: Repository, commits: list[Commit], folder: str, known: Iterable[str]
) -> tuple[list[list[Commit]], list[LeftOut]]:
    """The commits of each place where the files of a folder stood before, and what is left out.

    `commits` are those that change the folder where it stands now, oldest first. Files were moved where the commit that
    brought the first of them renamed them into it, and left no YAML file where they were. `known` are the folders, from
    the top of the repository, whose history counts anyway.
    """
    parts, left_out, seen = list[list[Commit]](), list[LeftOut](), {*known}
    due = [(repository.prefix + folder, commits)]
    while due:
        place, commits = due.pop()
        first = _first(commits, folder)
        if first is None:
            continue
        places = {one for one in _places(repository.renamed(first), place) if not is_below(f"{one}/", seen)}
        for one in sorted(places, key=lambda one: (-len(one), one)):  # a folder in another one comes before that
            rest = (path for path in repository.paths(first, one) if not is_below(path, seen))
            if any(is_source(path, (one,)) for path in rest):
                left_out.append(LeftOut(folder, one, first))
                continue
            chain = repository.mainline(first) or ()
            found = stood(repository, chain, one, folder if len(places) == 1 else _within(folder, one), seen)
            parts.append(found)
            due.append((one, found))
            seen.add(one)
    return parts, left_out


def _within(folder: str, former: str) -> str:
    """Where the files of one of several former folders are taken to be, so that no two have the same path."""
    return folder + f"/{former}".replace("/.", "/_")  # a hidden folder would not count


def _places(renamed: Mapping[str, str], folder: str) -> Iterator[str]:
    """The folders out of which YAML files were renamed into `folder`; all from the top of the repository."""
    for new, old in renamed.items():
        name = new[len(folder) :]
        if is_source(new, (folder,)) and old.endswith(SUFFIXES) and "/" in old:
            yield old.removesuffix(name) if old.endswith(name) else posixpath.dirname(old)


def _first(commits: list[Commit], folder: str) -> str | None:
    """The id of the first commit that changes a YAML file in a folder; None where none does."""
    return next((one.id for one in commits if any(is_source(change.path, (folder,)) for change in one.changes)), None)


def merged(chain: Iterable[str], parts: Iterable[list[Commit]]) -> list[Commit]:
    """Lists of commits as one, oldest first. `chain` has all of them, newest first.

    A file that goes in one list and comes in another one at the same commit was moved: it is there.
    """
    found: dict[str, Commit] = {}
    for part in parts:
        for one in part:
            changes = (*one.changes, *(found[one.id].changes if one.id in found else ()))
            found[one.id] = one._replace(changes=tuple(sorted(changes, key=lambda change: change.blob is not None)))
    return [found[commit] for commit in reversed([*chain]) if commit in found]
