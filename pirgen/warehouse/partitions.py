"""The folder of an export: a partition for each table and repository, which a run replaces whole or not at all.

It is laid out as engines expect it: `incidents/repo=github.com%2Forg%2Fshop/part.parquet`.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote, unquote

from pirgen.errors import PirgenError
from pirgen.files import inside, locked, remove, write
from pirgen.text.terminal import printable
from pirgen.warehouse.tables import RUNS, VERSION, tables

MARK = "_pirgen.json"
"""The file that says that a folder is an export's, and in which version and format."""
CURRENT = "_current.json"
"""The file beside a repository's runs that says which of them its rows are of; of none while they are replaced."""
_NAME = re.compile(r"\A[A-Za-z0-9][A-Za-z0-9._~-]*(?:/[A-Za-z0-9][A-Za-z0-9._~-]*)*\Z")
LONGEST = 200
"""How many characters the folder of a repository has at most; many file systems allow 255."""
_DRAFTS = "_drafts"
"""The folder of files that are not complete yet, where no engine looks for rows."""


class Run(NamedTuple):
    """A run, and by which commit its repository is known again."""

    run_id: str
    root: str
    """Empty where it is not known."""


def checked(repo: str) -> str:
    """The name of a repository. Raises PirgenError where it cannot be one."""
    if len(quote(repo, safe="")) > LONGEST or not _NAME.match(repo):
        raise PirgenError(
            f"`{printable(repo)[:LONGEST]}` cannot name a repository; write --repo host/organisation/name, of letters, "
            "digits, dots, dashes and underscores"
        )
    return repo


def prepare(folder: Path, form: str) -> None:
    """Make the folder of an export in a format ready. Raises PirgenError where it is another's."""
    known = form_of(folder)
    if known is None:
        if folder.is_dir() and any(folder.iterdir()):
            raise PirgenError(f"{printable(str(folder))} has other files; export into a folder of its own")
        write(folder / MARK, f"{json.dumps({'schema_version': VERSION, 'format': form})}\n")
    elif known != form:
        raise PirgenError(
            f"{printable(str(folder))} holds {known}; export with --format {known}, or into another folder"
        )


def is_export(folder: Path) -> bool:
    """Whether a folder says that it is an export's."""
    return os.path.lexists(folder / MARK)


def form_of(folder: Path) -> str | None:
    """The format of the export in a folder; None where there is none.

    Raises PirgenError where it is of another version, or where what says so cannot be read.
    """
    try:
        said = json.loads((folder / MARK).read_bytes())
        version, form = said["schema_version"], said["format"]
    except FileNotFoundError:
        return None
    except NotADirectoryError:
        raise PirgenError(f"{printable(str(folder))} is not a folder") from None
    except (ValueError, KeyError, TypeError, RecursionError):
        raise PirgenError(f"{printable(str(folder / MARK))} is damaged; export into a new folder") from None
    if version != VERSION or not isinstance(form, str):
        raise PirgenError(
            f"{printable(str(folder))} has tables of version {printable(str(version))[:20]}, and this is version "
            f"{VERSION}; export all repositories into a new folder"
        )
    return form


def replace(folder: Path, repo: str, run: Run, parts: Mapping[str, bytes], ending: str, *, force: bool = False) -> None:
    """Put the parts of a repository, by table, in the place of those that are there; that of the runs is added.

    All is written before anything is replaced, so what cannot be written leaves the folder as it was. Raises
    PirgenError where the name is another repository's, unless `force` says that it is not.
    """
    runs = _partition(folder, RUNS, repo)
    with locked(runs, root=folder):
        if not force:
            require_same(repo, current(runs), run)
        places = {name: _partition(folder, name, repo) / f"part.{ending}" for name in parts}
        places[RUNS] = runs / f"{run.run_id}.{ending}"
        drafts = {folder / _DRAFTS / f"{runs.name}.{name}": place for name, place in places.items()}
        try:
            for (draft, place), data in zip(drafts.items(), parts.values(), strict=True):
                inside(folder.absolute(), place.parent.absolute()).mkdir(parents=True, exist_ok=True)
                write(draft, data, root=folder)
            write(runs / CURRENT, _said(Run("", run.root)), root=folder)
            for draft, place in drafts.items():
                draft.replace(place)
            write(runs / CURRENT, _said(run), root=folder)
        finally:
            for draft in drafts:
                with suppress(OSError):
                    remove(draft, root=folder)


def require_same(repo: str, last: Run | None, run: Run) -> None:
    """Raise PirgenError where the last run of this name was of a repository with another beginning."""
    if last and last.root and run.root and last.root != run.root:
        raise PirgenError(
            f"another repository, which begins with the commit {last.root[:10]} and not {run.root[:10]}, was exported "
            f"as {repo}; give one of them another name with --repo, or --replace the rows if its history was rewritten"
        )


def current(runs: Path) -> Run | None:
    """The run that a repository's rows are of; without an id where they were being replaced, None for no run."""
    try:
        said = json.loads((runs / CURRENT).read_bytes())
        return Run(str(said["run_id"]), str(said["root"]))
    except FileNotFoundError:
        return None
    except (ValueError, KeyError, TypeError, RecursionError):
        return Run("", "")


def whole(folder: Path) -> Iterator[str]:
    """Yields the repositories of an export. Raises PirgenError where the rows of one were being replaced."""
    for runs in sorted((folder / RUNS).glob("repo=*")):
        repo, found = unquote(runs.name.removeprefix("repo=")), current(runs)
        if found is None or not found.run_id:
            raise PirgenError(f"an export of {printable(repo)} was cut short; export it again")
        yield repo


def _partition(folder: Path, table: str, repo: str) -> Path:
    assert table in tables()
    return folder / table / f"repo={quote(repo, safe='')}"


def _said(run: Run) -> str:
    return f"{json.dumps(run._asdict())}\n"
