"""Finds action items in a review and sets their values without changing anything else."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from pirgen.diagnostic import Append, Edit, Insert, Path, Remove, Replace
from pirgen.document import Document, load
from pirgen.document.edit import apply
from pirgen.errors import PirgenError
from pirgen.files import Source
from pirgen.text.numbering import numbered_after
from pirgen.text.suggest import did_you_mean


def item_path(document: Document, action_id: str) -> Path:
    """The path of an action item in its review. Raises PirgenError where there is none, or more than one."""
    ids = _ids(document)
    known = [name for name in ids if isinstance(name, str) and name]
    file, count = document.source.name, known.count(action_id)
    if not count:
        others = f"it has {', '.join(known) or 'none'}"
        raise PirgenError(f"{file} has no action item `{action_id}`; {others}{did_you_mean(action_id, known)}")
    if count > 1:
        raise PirgenError(f"{file} has {count} action items `{action_id}`; give each an id first")
    return "action_items", ids.index(action_id)


def _ids(document: Document) -> list[Any]:
    """The id of each action item, None for one without."""
    items = document.data.get("action_items") if isinstance(document.data, dict) else None
    return [item.get("id") if isinstance(item, dict) else None for item in (items if isinstance(items, list) else ())]


def item(document: Document, action_id: str) -> Mapping[str, Any]:
    """The data of an action item. Raises PirgenError where there is none, or more than one."""
    key, place = item_path(document, action_id)
    found: Mapping[str, Any] = document.data[key][place]
    return found


def set_item(
    document: Document,
    action_id: str,
    values: Mapping[str, str | None],
    parse: Callable[[Source], Document] = load,
) -> Document:
    """The review with these values set in one action item; the same document where it has them already.

    A value of None removes its key, with the comment on its line. Raises PirgenError where there is no such item, or
    more than one, and where a value cannot be set or removed without a change elsewhere.
    """
    path, said = item_path(document, action_id), item(document, action_id)
    edits: list[Edit] = [
        _edit(path, said, key, value)
        for key, value in values.items()
        if value is not None and (key not in said or said[key] != value)
    ]
    document = _applied(document, edits, action_id, parse)
    for key in (key for key, value in values.items() if value is None and key in said):
        document = _applied(document, [Remove((*path, key))], action_id, parse)
    return document


def add_item(document: Document, values: Mapping[str, str], parse: Callable[[Source], Document] = load) -> Document:
    """The review with one more action item at the end of its list, in the style of the last one there.

    The list is made where there is none. Raises PirgenError where the file cannot take it without a change elsewhere.
    """
    edits = [Append(("action_items",), tuple(values.items()))]
    after = apply(document, tuple(edits), parse)
    if after is None:
        file = document.source.name
        raise PirgenError(f"{file} cannot be given an item with all else left as it is; edit it by hand")
    return after


def next_id(document: Document) -> str:
    """The next id that is free among a review's action items, as they are numbered; `AI-001` for the first one."""
    return numbered_after(_ids(document), "AI-001", "")


OF_STATUS: Mapping[str, tuple[str, ...]] = {"done": ("evidence", "completed_on"), "declined": ("reason",)}
"""The fields of an action item that say something about one status alone."""


def with_status(said: Mapping[str, Any], values: Mapping[str, str]) -> dict[str, str | None]:
    """The values to set in an item that says `said`; a new status takes the fields away that belong to another one."""
    status = values.get("status")
    if status == "open" and "status" not in said:  # it is open without saying so
        values = {key: value for key, value in values.items() if key != "status"}
    others = (key for of, keys in OF_STATUS.items() if status and of != status for key in keys)
    return {**dict.fromkeys(key for key in others if key in said and key not in values), **values}


def _applied(
    document: Document, edits: Sequence[Edit], action_id: str, parse: Callable[[Source], Document]
) -> Document:
    if not edits:
        return document
    after = apply(document, tuple(edits), parse)
    if after is None:
        alone = [one for one in edits if apply(document, (one,)) is None]
        what = " and ".join(f"`{_key(one)}` of {action_id}" for one in alone or edits)
        raise PirgenError(f"{what} cannot be edited with all else left as it is; edit {document.source.name} by hand")
    return after


def _edit(path: Path, said: Mapping[str, Any], key: str, value: str) -> Insert | Replace:
    return Replace((*path, key), value) if key in said else Insert(path, key, value)


def _key(edit: Edit) -> str:
    return edit.key if isinstance(edit, Insert) else str(edit.path[-1]) if isinstance(edit, Replace | Remove) else ""
