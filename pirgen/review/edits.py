"""Finds action items in a review and sets their values without changing anything else."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from pirgen.diagnostic import Edit, Insert, Path, Replace
from pirgen.document import Document, load
from pirgen.document.edit import apply
from pirgen.errors import PirgenError
from pirgen.files import Source
from pirgen.text.suggest import did_you_mean


def item_path(document: Document, action_id: str) -> Path:
    """The path of an action item in its review. Raises PirgenError where there is none, or more than one."""
    data = document.data if isinstance(document.data, dict) else {}
    items = data.get("action_items")
    ids = [item.get("id") if isinstance(item, dict) else None for item in (items if isinstance(items, list) else ())]
    known = [name for name in ids if isinstance(name, str) and name]
    file, count = document.source.name, known.count(action_id)
    if not count:
        others = f"it has {', '.join(known) or 'none'}"
        raise PirgenError(f"{file} has no action item `{action_id}`; {others}{did_you_mean(action_id, known)}")
    if count > 1:
        raise PirgenError(f"{file} has {count} action items `{action_id}`; give each an id first")
    return "action_items", ids.index(action_id)


def item(document: Document, action_id: str) -> Mapping[str, Any]:
    """The data of an action item. Raises PirgenError where there is none, or more than one."""
    key, place = item_path(document, action_id)
    found: Mapping[str, Any] = document.data[key][place]
    return found


def set_item(
    document: Document,
    action_id: str,
    values: Mapping[str, str],
    parse: Callable[[Source], Document] = load,
) -> Document:
    """The review with these values set in one action item; the same document where it has them already.

    Raises PirgenError where there is no such item, or more than one, and where a value cannot be set without a change
    elsewhere.
    """
    path, said = item_path(document, action_id), item(document, action_id)
    edits = [_edit(path, said, key, value) for key, value in values.items() if said.get(key) != value]
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
    return edit.key if isinstance(edit, Insert) else str(edit.path[-1]) if isinstance(edit, Replace) else ""
