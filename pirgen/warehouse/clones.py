"""The rows of clones, each read once, by as many processes as there are cores."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from pirgen.errors import PirgenError
from pirgen.git.repository import Repository
from pirgen.ledger import Ledger, read_ledger
from pirgen.project import Project
from pirgen.review.timeline import parse_date
from pirgen.runtime import cache
from pirgen.runtime.parallel import spread
from pirgen.text.terminal import printable, readable
from pirgen.warehouse.export import rows_of, source_of

KEPT = "rows"
"""The name under which the rows of a clone are kept."""


class Place(NamedTuple):
    """A clone or the folder of an export, and the name of a clone's repository where one is stated."""

    path: Path
    repo: str | None = None


def place_of(written: str, around: Path) -> Place:
    """The place that a person names as PATH or NAME=PATH; a path is looked up from `around`."""
    name, mark, path = written.partition("=")
    return Place(around / path, name) if mark and not (around / written).exists() else Place(around / written)


def listed(file: Path) -> Iterator[Place]:
    """Yields the places in a file, one a line, seen from its folder; `#` begins a comment.

    Raises PirgenError where the file is not UTF-8, OSError where it cannot be read.
    """
    try:
        content = file.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise PirgenError(f"{printable(str(file))} is not UTF-8; write one folder a line") from None
    for line in content.splitlines():
        if (written := line.strip()) and not written.startswith("#"):
            yield place_of(written, file.parent)


class Asked(NamedTuple):
    """What clones are asked, see `read_ledger`."""

    now: datetime
    as_of: str | None = None
    allow_shallow: bool = False
    cached: bool = False


class Read(NamedTuple):
    """What a clone is called, and where its rows are as JSON Lines; without a name, why it could not be read."""

    repo: str
    folder: Path
    reason: str = ""


def read_clones(clones: Sequence[Place], asked: Asked, scratch: Path) -> list[Read]:
    """Write the rows of each clone to a folder of its own below `scratch`; in the order of the clones."""
    places = [scratch / str(number) for number in range(len(clones))]

    def work(some: Iterable[tuple[Place, Path]]) -> Iterator[tuple[str, str]]:
        return (_written(clone, asked, place) for clone, place in some)

    found = spread([*zip(clones, places, strict=True)], work, "reading clones", worthwhile=2) if clones else []
    return [Read(repo, place, reason) for (repo, reason), place in zip(found, places, strict=True)]


def reason(error: Exception) -> str:
    """Why something could not be read, as UTF-8 can hold it."""
    return readable((error.strerror or str(error)) if isinstance(error, OSError) else str(error))


def _written(clone: Place, asked: Asked, place: Path) -> tuple[str, str]:
    """The name of a clone's repository, whose rows are now in a folder; else nothing, and why."""
    try:
        repo, rows = _rows(clone, asked)
        place.mkdir()
        for name, data in rows.items():
            (place / f"{name}.jsonl").write_bytes(data)
    except (PirgenError, OSError) as error:
        shutil.rmtree(place, ignore_errors=True)
        return "", reason(error)
    return repo, ""


def _rows(clone: Place, asked: Asked) -> tuple[str, Mapping[str, bytes]]:
    """The name of a clone's repository, and its rows by table."""
    if not clone.path.is_dir():
        raise PirgenError("there is no such folder")
    project = Project(clone.path, clone.path.resolve())
    asked = asked._replace(cached=asked.cached and project.can_keep)
    key = _key(project, clone, asked)
    if key and (found := _kept(project.root, key)):
        return found
    ledger = read_ledger(project.root, project.config, **asked._asdict())
    source = source_of(project.root, ledger, repo=clone.repo, prose=True)
    rows = rows_of(source)[1]
    if key and _stays(ledger):
        _keep(project.root, key, source.repo, rows)
    return source.repo, rows


def _key(project: Project, clone: Place, asked: Asked) -> str:
    """What the rows of a past day depend on; empty where they are of now, or depend on what a key cannot tell."""
    if not asked.cached or asked.as_of is None or not parse_date(asked.as_of) or project.config.plugins:
        return ""
    repository = Repository(project.root)
    if repository.is_shallow:
        return ""
    return cache.key(
        project.root,
        clone.repo or "",
        asked.as_of,
        repository.head(),
        project.config.text,
        repository.remote(),
        repository.replaced(),
        repository.object_format,
        repository.prefix,
    )


def _stays(ledger: Ledger) -> bool:
    """Whether the same history tells the same later: the day has come, and no date is doubted because of now."""
    return not ledger.is_forecast and not ledger.clock_adjusted


def _keep(root: Path, key: str, repo: str, rows: Mapping[str, bytes]) -> None:
    head = json.dumps({"repo": repo, "sizes": {name: len(data) for name, data in rows.items()}})
    cache.save_bytes(root, KEPT, key, b"\n".join((head.encode(), b"".join(rows.values()))))


def _kept(root: Path, key: str) -> tuple[str, Mapping[str, bytes]] | None:
    """What was kept; None where nothing is, or where it is damaged."""
    head, _, body = (cache.load_bytes(root, KEPT, key) or b"").partition(b"\n")
    rows, start = {}, 0
    with suppress(ValueError, KeyError, TypeError):
        said = json.loads(head)
        for name, size in said["sizes"].items():
            rows[name] = body[start : start + size]
            start += size
        return said["repo"], rows
    return None
