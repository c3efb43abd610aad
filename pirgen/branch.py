"""What a branch adds to the ledger: the facts that a squash merge of it, as it stands, would bring."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from pirgen.config import Config
from pirgen.fact import Change, Fact, changes
from pirgen.ledger import Ledger, read_ledger
from pirgen.record import Incident
from pirgen.repository import Repository
from pirgen.snapshot import Camera, Snapshot, UnreadableError
from pirgen.source import find, is_below, read
from pirgen.walk import Unreadable


def branch_ledger(
    root: Path, config: Config, base: str, *, now: datetime, allow_shallow: bool = False, cached: bool = False
) -> Ledger:
    """The ledger where the branch left `base`, with the facts that the worktree adds to it, and no others.

    They have no commit and no author: what proves them will be the commit that brings them to the mainline.

    Where it left is their newest common commit: what was merged into the branch from there is not the branch's.
    Raises PirgenError and HistoryMissingError as `read_ledger` does, and for a `base` that git does not know.
    """
    repository = Repository(root)
    head = repository.head()
    start = repository.merge_base(base, head)
    before = read_ledger(root, config, now=now, as_of=start, allow_shallow=allow_shallow, cached=cached)
    touched = repository.changed(start)
    reviews, unreadable = _reviews(root, config)
    names = {path: one.incident_id for path, one in reviews.items()}
    names |= {one.path: name for name, one in before.incidents.items() if one.path not in names}
    due = sorted({name for path, name in names.items() if path in touched})
    held = {one.incident_id: (path, one) for path, one in sorted(reviews.items(), reverse=True)}
    facts = tuple(
        Fact(now, None, None, path, name, *change)
        for name in due
        for incident in [before.incidents.get(name) or Incident(name)]
        if incident.path not in unreadable
        for path, review in [held.get(name, (incident.path, None))]
        for change in _changes(incident, review)
    )
    return replace(
        before,
        head=head,
        as_of=now,
        tell=lambda: facts,
        unreadable=tuple(Unreadable(None, path, why) for path, why in unreadable.items() if path in touched),
        shadowed=tuple(sorted(path for path, one in reviews.items() if held[one.incident_id][0] != path)),
    )


def _changes(incident: Incident, new: Snapshot | None) -> Iterator[Change]:
    old = None if incident.deleted else incident.snapshot
    if old is not None or new is not None:
        yield from changes(old, new, incident.gone)


def _reviews(root: Path, config: Config) -> tuple[dict[str, Snapshot], dict[str, str]]:
    """What the review files of the worktree say, and why others cannot be read."""
    reviews: dict[str, Snapshot] = {}
    unreadable: dict[str, str] = {}
    camera = Camera(config)
    for path in find(root, config.reviews):
        if is_below(path, config.incidents):
            continue
        try:
            said = camera.take(read(root / path, path))
        except UnreadableError as error:
            unreadable[path] = str(error)
        else:
            reviews[path] = said
    return reviews, unreadable
