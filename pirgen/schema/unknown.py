"""Says of each unknown key of a mapping what it may stand for and where its content may go."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Set
from functools import lru_cache
from typing import Any

from pirgen.diagnostic import Cause, Fix, Path, Problem, Reason, Rename
from pirgen.review.synonyms import FIELDS, Meant, Place, Synonyms, folded
from pirgen.schema import resolved

MAX_GUESSES = 50
"""How many unknown fields and unknown values get a suggestion. A file with more of them is probably not a review."""
ALIKE = 0.8
"""How alike two words must be, by difflib's measure, for the one to be a slip of the other."""
_KINDS: Mapping[str, tuple[type, ...]] = {
    "string": (str,),
    "array": (list, str),
    "object": (dict,),
    "number": (int, float),
    "integer": (int,),
    "boolean": (bool,),
}


def unknown(
    path: Path, fields: Mapping[str, Any], value: Mapping[str, Any], missing: Set[Path], root: Mapping[str, Any],
    synonyms: Synonyms | None,
) -> Iterator[Problem]:  # fmt: skip
    """A problem for each key of a mapping that is none of `fields`.

    `missing` has the paths of required fields that are not there. `root` is the whole schema. Without `synonyms` the
    file is no review, and nothing of another format is looked for.
    """
    place, keys = field_place(path), sorted(value.keys() - fields.keys())
    free = {*fields} - {*value}
    named = _named(place, keys[:MAX_GUESSES], free, synonyms) if synonyms else {}
    free -= {meant.path[len(place)] for meant in named.values()}
    for number, key in enumerate(keys):
        where, name = (*path, key), ".".join((*place, key))
        message = f"unknown field `{key}`"
        slip = _slip(key, tuple(fields)) if number < MAX_GUESSES and key not in named else None
        if key in named:
            ours = named[key].path[len(place) :]
            hint, fix = _called(where, ours, value[key], fields, root, missing, named[key], synonyms)
            yield Problem(where, message, hint, True, fix, Cause(Reason.RENAMED, name, ours))
        elif slip is not None:
            also = ", which is required and missing" if (*path, slip) in missing else ""
            fix = _respelt(where, slip, value[key], fields, root, synonyms) if slip in free else None
            free.discard(slip)
            yield Problem(
                where, message, f"did you mean `{slip}`{also}?", True, fix, Cause(Reason.RENAMED, name, (slip,))
            )
        else:
            hint = _destination(key, value[key], place, synonyms)
            yield Problem(where, message, hint, True, None, Cause(Reason.UNKNOWN, name))


def field_place(path: Path) -> Place:
    """The place of a mapping or of a field: its path without the numbers of lists."""
    return tuple(step for step in path if isinstance(step, str))


def _named(place: Place, keys: Iterable[str], free: Set[str], synonyms: Synonyms) -> dict[str, Meant]:
    """For keys of other formats the free fields below this mapping that they stand for, each field once."""
    pairs = sorted((meant, key) for key in keys for meant in synonyms.fields(place, key))
    named: dict[str, Meant] = {}
    taken: set[Place] = set()
    for meant, key in pairs:
        below = meant.path[len(place) :]
        is_here = meant.path[: len(place)] == place and bool(below)
        if key not in named and meant.path not in taken and is_here and (below[0] in free or len(below) > 1):
            named[key] = meant
            taken.add(meant.path)
    return named


def _called(
    where: Path, ours: Place, value: Any, fields: Mapping[str, Any], root: Mapping[str, Any], missing: Set[Path],
    meant: Meant, synonyms: Synonyms | None,
) -> tuple[str, Fix | None]:  # fmt: skip
    """The hint and the fix for a key that stands for another field."""
    if len(ours) > 1:
        return f"write it below `{'.'.join(ours[:-1])}`, as `{ours[-1]}`", None
    field = resolved(fields.get(ours[0], {}), root)
    also = ", which is required and missing" if (*where[:-1], *ours) in missing else ""
    hint = f"pirgen calls it `{ours[0]}`{also}"
    if _takes(field, value, meant.path, synonyms):
        return hint, Fix((Rename(where, ours[0]),), meant.is_sure)
    wish = field.get("patternErrorMessage") or (f"use one of {', '.join(field['enum'])}" if "enum" in field else "")
    return hint + (f"; {wish}" if wish else ""), None


def _takes(field: Mapping[str, Any], value: Any, place: Place, synonyms: Synonyms | None) -> bool:
    """Whether a value has the shape of a field; in a list's place also one text, of which a list can be made."""
    if options := field.get("enum"):
        return isinstance(value, str) and (value in options or (synonyms or Synonyms()).value(place, value) is not None)
    return isinstance(value, _KINDS.get(str(field.get("type", "")), (object,)))


def _respelt(
    where: Path, slip: str, value: Any, fields: Mapping[str, Any], root: Mapping[str, Any], synonyms: Synonyms | None
) -> Fix | None:
    """The fix of a misspelt key. A likeness alone is not enough: the value must have the shape of the field."""
    if _bare(str(where[-1])) == _bare(slip):
        return Fix((Rename(where, slip),), folded(str(where[-1])) == slip)
    return (
        Fix((Rename(where, slip),), False) if _takes(resolved(fields[slip], root), value, (slip,), synonyms) else None
    )


@lru_cache(1_024)
def _slip(word: str, options: tuple[str, ...]) -> str | None:
    """The option that a person may have meant who wrote this word: one with as many parts that are much alike."""
    from difflib import get_close_matches

    name = folded(word)
    by_fold = {folded(option): option for option in options}
    same = next((option for option in by_fold if _bare(option) == _bare(name)), None)
    likely = [option for option in by_fold if option.count("_") == name.count("_")]
    found = [same] if same else get_close_matches(name, likely, 1, ALIKE)
    return by_fold[found[0]] if found else None


def _bare(word: str) -> str:
    return folded(word).replace("_", "")


def _destination(key: str, value: Any, place: Place, synonyms: Synonyms | None) -> str:
    """Where the content of a field may go that stands for none of ours."""
    if key == "<<":
        return "YAML 1.2 has no merge keys: write out the fields that it stands for"
    if synonyms is None:
        return "remove it, or look for a wrong indentation"
    if value is None or value in ("", [], {}):
        return "it is empty: remove it" + (", or put it in quotes if it is a text" if " " in key else "")
    if taken := next(synonyms.fields(place, key), None):
        return f"pirgen calls it `{taken.path[-1]}`, which is here too: join the two, or keep it by `custom_fields`"
    others = [other for other, words in FIELDS.items() if key in words and other != ".".join(place)]
    if others and not isinstance(value, list | dict):
        thing = f"`{others[0]}`" if others[0] else "the review itself"
        return f"it is a field of {thing}: look for a wrong indentation"
    return "keep it by `custom_fields` in pirgen.yaml, or say by `mapping` there which field of pirgen it is"
