"""Finds our fields for those of another format, and gives their values the shape that ours have."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from pirgen.diagnostic import Path
from pirgen.importers import _texts
from pirgen.review.synonyms import WRAPPERS, Place, Synonyms, folded
from pirgen.schema import Schema, meant, resolved
from pirgen.text.numbering import numbered_after

Pair = tuple[Place, str, Any]
"""A field of another format: the place that it stands at there, its name and its value."""
_UNITS = {"hours": "h", "hour": "h", "minutes": "m", "minute": "m", "mins": "m", "min": "m", "seconds": "s"}
UNKNOWN = "unknown"
"""What an entry says whose time nobody knows."""


class Kept(NamedTuple):
    """A value that no field of ours takes."""

    place: Path
    """The path of the mapping of ours that it belongs to."""
    name: str
    """What the other format calls it."""
    value: Any


class Converter:
    """Converts reviews of other formats by a schema of reviews, which knows their words."""

    def __init__(self, schema: Schema) -> None:
        self._schema = schema.schema
        self._synonyms = schema.synonyms or Synonyms()

    def convert(self, fields: Iterable[tuple[str, Any]]) -> tuple[dict[str, Any], list[Kept]]:
        """The data of a review, which may not fit the schema yet, and what no field takes."""
        kept: list[Kept] = []
        pairs = [pair for key, value in fields for pair in _unwrapped(str(key), value)]
        data = self._mapping(pairs, (), self._schema, kept)
        _number(data)
        _same_zone(data)
        return data, kept

    def _mapping(
        self, pairs: Sequence[Pair], path: Path, schema: Mapping[str, Any], kept: list[Kept]
    ) -> dict[str, Any]:
        """The mapping of ours at `path`; a field goes to its likeliest meaning that no likelier field has taken."""
        place = tuple(step for step in path if isinstance(step, str))
        fields = schema.get("properties", {})
        wishes = sorted(
            (rank, number, target)
            for number, (written, name, _) in enumerate(pairs)
            for rank, target in self._targets(place, written, name, fields)
        )
        chosen: dict[int, Place] = {}
        for _, number, target in wishes:
            if number not in chosen and target not in chosen.values():
                chosen[number] = target
        data: dict[str, Any] = {}
        rest: list[Kept] = []
        for number, (written, name, value) in enumerate(pairs):
            shaped = None
            if number in chosen:
                shaped = self._placed(data, path, chosen[number], pairs[number], fields, kept)
            if shaped is None and not _is_empty(value):  # an empty shape has kept its parts already
                rest.append(Kept(path, ".".join((*written[len(place) :], name)), value))
        said = {one for one in data.values() if isinstance(one, str)}
        kept += (one for one in rest if not isinstance(one.value, str) or one.value.strip() not in said)
        return {key: data[key] for key in fields if key in data}

    def _targets(
        self, place: Place, written: Place, name: str, fields: Mapping[str, Any]
    ) -> Iterator[tuple[int, Place]]:
        """The places below a mapping of ours that a field may mean, each with its rank; the lowest is the likeliest."""
        own = {folded(key): key for key in fields}
        word = _texts.word(name)
        for one in self._synonyms.fields(place, word, written):
            if one.path[: len(place)] == place and one.path[len(place) :]:
                yield one.rank, one.path[len(place) :]
        if folded(word) in own:
            yield -1, (own[folded(word)],)

    def _placed(
        self, data: dict[str, Any], path: Path, target: Place, pair: Pair, fields: Mapping[str, Any], kept: list[Kept]
    ) -> Any:
        """The value in its shape, put at its target below a mapping of ours; None where it does not fit there."""
        for step in target[:-1]:
            fields = resolved(fields.get(step), self._schema).get("properties", {})
            path = (*path, step)
        above = data
        for step in target[:-1]:
            above = above.setdefault(step, {})
        shaped = None
        if isinstance(above, dict) and target[-1] not in above:
            shaped = self._shaped(pair, (*path, target[-1]), fields.get(target[-1]), kept)
        if not _is_empty(shaped):
            above[target[-1]] = shaped
        if len(target) > 1 and not data[target[0]]:
            del data[target[0]]
        return shaped

    def _shaped(self, pair: Pair, path: Path, field: Any, kept: list[Kept]) -> Any:
        """A value in the shape of a field; None where it has none of it."""
        schema, (written, name, value) = resolved(field, self._schema), pair
        kind = schema.get("type")
        if _is_empty(value):
            return None
        if kind == "array":
            return self._list((*written, name), path, schema, value, kept)
        if kind == "object":
            inner = [((*written, name), str(key), one) for key, one in value.items()] if isinstance(value, dict) else []
            return self._mapping(inner, path, schema, kept) if isinstance(value, dict) else None
        if kind == "string" or "enum" in schema:
            return self._text(path, schema, name, value)
        return value

    def _text(self, path: Path, schema: Mapping[str, Any], name: str, value: Any) -> str | None:
        if isinstance(value, list) and all(isinstance(one, str) and one.strip() for one in value):
            is_line = str(schema.get("pattern", "")).startswith("^")
            value = ", ".join(value) if is_line or len(value) == 1 else "\n".join(f"- {one}" for one in value)
        if isinstance(value, int | float) and not isinstance(value, bool):
            unit = _UNITS.get(folded(name).rpartition("_")[2], "")
            value = f"{value}{unit}"
        if isinstance(value, dict) and len(value) == 1:  # a colon in a text makes a mapping
            [(key, inner)] = value.items()
            value = (inner if key.lower() in meant.LABELS else f"{key}: {inner}") if isinstance(inner, str) else None
        if not isinstance(value, str):
            return None
        place = tuple(step for step in path if isinstance(step, str))
        return (None if value in schema.get("enum", ()) else self._synonyms.value(place, value)) or value.strip()

    def _list(self, written: Place, path: Path, schema: Mapping[str, Any], value: Any, kept: list[Kept]) -> Any:
        item = resolved(schema.get("items"), self._schema)
        is_mapping = item.get("type") == "object"
        if isinstance(value, dict) and is_mapping:
            value = _flat(value)
        elif isinstance(value, dict) and path[-1] not in LABELS:
            value = _under_headings(value)
        if isinstance(value, str):
            if value.strip().lower() in meant.NOTHING:
                return None
            value, rest = (value.split(","), "") if path[-1] in LABELS else _texts.items(value)
            if rest:
                kept.append(Kept(path[:-1], written[-1], rest))
        if not isinstance(value, list):
            return None
        made: list[Any] = []
        for one in value:
            beside: list[Kept] = []
            shaped = (self._item if is_mapping else self._entry)(written, (*path, len(made)), item, one, beside)
            if not _is_empty(shaped):
                made.append(shaped)
                kept += beside
            elif not _is_empty(one):
                kept.append(Kept(path[:-1], written[-1], one))
        return made

    def _entry(self, written: Place, path: Path, schema: Mapping[str, Any], value: Any, kept: list[Kept]) -> Any:
        """An entry of a list of values."""
        return self._shaped((written[:-1], written[-1], value), path, schema, kept)

    def _item(self, written: Place, path: Path, schema: Mapping[str, Any], value: Any, kept: list[Kept]) -> Any:
        """An item of a list of mappings; None where neither a mapping nor a text can be one."""
        if isinstance(value, str) and path[-2] in _OF_TEXT:
            value = _OF_TEXT[path[-2]](value)
        if not isinstance(value, dict):
            return None
        item = self._mapping([(written, str(key), one) for key, one in value.items()], path, schema, kept)
        if isinstance(item.get("time"), str):
            item["time"] = _texts.in_utc(item["time"], *written[-1:], *map(str, value))
        return item


_OF_TEXT: Mapping[Any, Callable[[str], dict[str, str]]] = {"timeline": _texts.entry, "action_items": _texts.action}
"""What makes an item of a text, by the list that it is in."""
LABELS = ("services", "tags")
"""The lists that other formats write as words with commas between them."""


def _flat(value: Mapping[str, Any]) -> list[Any] | None:
    """The items of a mapping of texts, such as times and events, or of lists under headings; None of any other."""
    if all(isinstance(one, str) for one in value.values()):
        return [f"{key} {text}" for key, text in value.items()]
    if not all(isinstance(one, list) for one in value.values()):
        return None
    found: list[Any] = []
    for key, some in value.items():
        found += ({GROUP: key, **(one if isinstance(one, dict) else {"text": one})} for one in some)
    return found


def _under_headings(value: Mapping[str, Any]) -> list[str] | None:
    """The texts below headings, such as `went_well`, each with its heading; None where there is anything else."""
    texts = [(key, one) for key, some in value.items() for one in (some if isinstance(some, list) else [some])]
    if not all(isinstance(one, str) for _, one in texts):
        return None
    return [f"{str(key).replace('_', ' ').capitalize()}: {one}" for key, one in texts]


GROUP = "group"
"""What the heading of an item is called that stood in a list below it."""


def _unwrapped(key: str, value: Any, above: Place = ()) -> Iterator[Pair]:
    """The fields that stand for a field: those below it, where it only wraps fields of the review."""
    if isinstance(value, dict) and folded(key) in WRAPPERS and len(above) < len(WRAPPERS):
        for inner, one in value.items():
            yield from _unwrapped(str(inner), one, (*above, key))
    else:
        yield above, key, value


def _is_empty(value: Any) -> bool:
    return value is None or (isinstance(value, str) and not value.strip()) or value in ([], {})


def _number(data: Mapping[str, Any]) -> None:
    """Give an id to action items that have none, as the first of their fields."""
    items: list[dict[str, Any]] = data.get("action_items", [])
    known = [item.get("id") for item in items]
    for item in items:
        if "id" not in item:
            known = [numbered_after(known, "AI-001", "")]
            rest = {**item}
            item.clear()
            item.update({"id": known[0], **rest})


def _same_zone(data: dict[str, Any]) -> None:
    """Where every time of the timeline names UTC behind it, say it once for the review."""
    entries = [one for one in data.get("timeline", []) if one.get("time", UNKNOWN) != UNKNOWN]
    named = [one for one in entries if one["time"].endswith(" UTC")]
    if "timezone" not in data and named and all(one["time"].endswith((" UTC", "Z")) for one in entries):
        data["timezone"] = "UTC"
        for one in named:
            one["time"] = one["time"].removesuffix(" UTC")


ROUNDS = 20
"""How often what does not fit is taken out, before nothing is believed to fit."""


def fitted(schema: Schema, data: dict[str, Any], kept: list[Kept]) -> dict[str, Any]:
    """The data without what does not fit the schema, which goes to `kept`."""
    for _ in range(ROUNDS):
        problems = {problem.path for problem in schema.problems(data)}
        if not problems:
            return _without_husks(data, kept)
        for path in sorted(problems, key=lambda path: (-len(path), [(isinstance(step, int), step) for step in path])):
            _drop(data, path, kept)
        _close_up(data, kept)
        _number(data)
    kept += [Kept((), key, data.pop(key)) for key in [*data] if key not in ("incident_id", "status")]
    return _without_husks(data, kept)


def _without_husks(data: dict[str, Any], kept: list[Kept]) -> dict[str, Any]:
    """The data without the mappings and lists of which nothing is left; what was kept in them goes to the review."""
    left = {key: value for key, value in data.items() if value not in ({}, [])}
    kept[:] = [
        one if not one.place or one.place[0] in left else Kept((), named(one.place, one.name), one.value)
        for one in kept
    ]
    return left


def named(place: Path, name: str) -> str:
    """The name of a field with the place that it stands at."""
    return ".".join((*(step for step in place if isinstance(step, str)), name))


_GONE = object()
"""What stands in a list for an item that was taken out, until the others close up."""


def _drop(data: dict[str, Any], path: Path, kept: list[Kept]) -> None:
    """Take the value at a path out of the data, or the item that cannot be without it."""
    holders: list[Any] = [data]
    for step in path:
        here = holders[-1]
        if not (step in here if isinstance(here, dict) else isinstance(here, list) and 0 <= int(step) < len(here)):
            break
        holders.append(here[step])
    is_there = len(holders) > len(path)
    entry = holders[-2 if is_there else -1]
    if path[0] == "timeline" and path[2:] == ("time",) and isinstance(entry, dict):
        if is_there:
            kept.append(Kept(path[:-1], "time", entry["time"]))
        entry["time"] = UNKNOWN
        return
    whole = path if is_there else path[:-1]
    if not whole or len(holders) <= len(whole) or holders[len(whole)] is _GONE:
        return
    above, step, value = holders[len(whole) - 1], whole[-1], holders[len(whole)]
    if isinstance(step, int):
        above[step] = _GONE
        kept.append(Kept(whole[:-2], str(whole[-2]), value))
    else:
        del above[step]
        kept.append(Kept(whole[:-1], str(step), value))


def _close_up(data: dict[str, Any], kept: list[Kept]) -> None:
    """Close the gaps in lists. What was kept at an item goes where that is now, or beside the list if it is gone."""
    places: dict[Path, dict[int, int]] = {}
    todo: list[tuple[Path, Any]] = [((), data)]
    while todo:
        path, value = todo.pop()
        if isinstance(value, list) and any(one is _GONE for one in value):
            left = [at for at, one in enumerate(value) if one is not _GONE]
            places[path] = {old: new for new, old in enumerate(left)}
        parts = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
        todo += (((*path, step), one) for step, one in parts)
    for path in sorted(places, key=len, reverse=True):
        holder: Any = data
        for step in path:
            holder = holder[step]
        holder[:] = [one for one in holder if one is not _GONE]
    if places:
        kept[:] = [one._replace(place=_moved(one.place, places)) for one in kept]


def _moved(place: Path, places: Mapping[Path, Mapping[int, int]]) -> Path:
    """Where something is when the gaps in lists are closed; `places` has the new places of items by their old ones."""
    moved: list[str | int] = []
    for depth, step in enumerate(place):
        if isinstance(step, int) and place[:depth] in places:
            if step not in places[place[:depth]]:
                return tuple(moved[:-1])
            step = places[place[:depth]][step]
        moved.append(step)
    return tuple(moved)
