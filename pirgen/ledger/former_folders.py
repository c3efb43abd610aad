"""The history of reviews and logs from when their folders stood elsewhere in the repository."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from pirgen.files import is_below, is_source
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


def stood(repository: Repository, chain: Iterable[str], former: str, folder: str) -> list[Commit]:
    """The commits of `chain` that change a former folder, oldest first, with paths as if it were `folder`.

    `chain` must be newest first. `former` is relative to the top of the repository.
    """
    return [
        one._replace(changes=tuple(change._replace(path=folder + change.path[len(former) :]) for change in one.changes))
        for one in repository.changes(chain, (former,), from_top=True)
    ]


def left(repository: Repository, chain: Iterable[str], head: str, former: str, folder: str) -> list[Commit]:
    """The commits that `stood` returns, without the files that are still in the former folder at `head`.

    Such files are not the project's.
    """
    stay = {folder + path[len(former) :] for path in repository.paths(head, former)}
    commits = (
        one._replace(changes=tuple(change for change in one.changes if change.path not in stay))
        for one in stood(repository, chain, former, folder)
    )
    return [one for one in commits if one.changes]


def trace(repository: Repository, commits: list[Commit], folder: str) -> tuple[list[list[Commit]], list[LeftOut]]:
    """The commits of each place where a folder stood before, the latest place first, and what is left out.

    `commits` are those that change the folder where it stands now, oldest first. It was moved where the commit that
    brought it renamed files into it, and left no YAML file where they were.
    """
    place, parts = repository.prefix + folder, list[list[Commit]]()
    seen, left_out = {place}, list[LeftOut]()
    while first := _first(commits, folder):
        places = repository.moved_from(first, place) - seen
        stay = {one for one in places if any(is_source(path, (one,)) for path in repository.paths(first, one))}
        left_out += (LeftOut(folder, one, first) for one in sorted(stay))
        if len(places - stay) != 1:
            break
        [place] = places - stay
        seen.add(place)
        commits = stood(repository, repository.mainline(first) or (), place, folder)
        parts.append(commits)
    return parts, left_out


def _first(commits: list[Commit], folder: str) -> str | None:
    """The id of the first commit that changes a folder; None where none does."""
    return next((one.id for one in commits if any(is_below(change.path, (folder,)) for change in one.changes)), None)


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
