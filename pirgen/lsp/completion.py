"""What may be written at a place: fields, values of the schema, and what other reviews have used."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Literal, NamedTuple

from pirgen.diagnostic import Path
from pirgen.lsp.fields import PERSON, field
from pirgen.lsp.known import Known
from pirgen.lsp.place import Place
from pirgen.review.duration import parse_duration
from pirgen.text.terminal import printable
from pirgen.text.yaml_scalar import yaml_string

MOST = 200
"""How many choices are offered at once. Those that fit what is typed come first."""


class Choice(NamedTuple):
    """Something that may be written."""

    label: str
    insert: str
    """What is written in place of what was typed; in a form the places to fill in are numbered, as in `${1:14:30}`."""
    kind: Literal["field", "value", "word", "reference", "form", "rule"]
    about: str = ""
    """What it means, in a sentence or a few words."""


def choices(place: Place, schema: Mapping[str, Any], known: Known) -> list[Choice]:
    """What may be written at a place of a file that this schema describes, at most `MOST`."""
    here = field(schema, place.path)
    if here is None:
        return []
    found: list[Choice] = []
    if place.is_value:
        found += _values(place.path, here, known)
    if place.is_key:
        found += _forms(here) if place.is_value else ()
        found += _keys(schema, place, here)
    return fitting(found, place.typed)


def fitting(found: Iterable[Choice], typed: str) -> list[Choice]:
    """The choices that hold what is typed, at most `MOST`; those that begin with it come first."""
    said = typed.strip("\"'").lower()
    inside = [one for one in found if said in one.label.lower()]
    return sorted(inside, key=lambda one: not one.label.lower().startswith(said))[:MOST]


def rules(described: Mapping[str, str], typed: str) -> list[Choice]:
    """The rules that a comment may silence; `described` says what each is about."""
    return fitting((Choice(name, name, "rule", said) for name, said in described.items()), typed)


def _keys(schema: Mapping[str, Any], place: Place, here: Mapping[str, Any]) -> Iterator[Choice]:
    fields = here.get("properties")
    for name in fields if isinstance(fields, dict) else ():
        if name not in place.present:
            said = field(schema, (*place.path, name)) or {}
            yield Choice(name, f"{name}: ", "field", _text(said, "description"))


def _values(path: Path, here: Mapping[str, Any], known: Known) -> Iterator[Choice]:
    options = here.get("enum")
    if isinstance(options, list):
        described = here.get("enumDescriptions")
        about = described if isinstance(described, list) else []
        for place, option in enumerate(options):
            if isinstance(option, str):
                said = about[place] if place < len(about) and isinstance(about[place], str) else ""
                yield Choice(option, written(option), "value", said)
    elif here.get("type") == "boolean":
        yield from (Choice(word, word, "value") for word in ("true", "false"))
    yield from _used(path, here, known)


def _used(path: Path, here: Mapping[str, Any], known: Known) -> Iterator[Choice]:
    """What was used before in the same field, and incidents where one is named."""
    top = path[0] if path else ""
    if top in ("related", "covers"):
        for name in sorted({*known.reviews, *known.logs}, reverse=True):
            yield Choice(name, written(name), "reference", printable(known.titles.get(name, "")))
    elif here.get("refers") == PERSON or path[-1:] in (("by",), ("to",)) or top in ("owners", "teams"):
        yield from (Choice(printable(name), written(name), "word") for name in known.owners)
    elif isinstance(path[-1] if path else "", int):
        words: Mapping[str | int, Sequence[str]]
        words = {"services": known.services, "tags": known.tags, "contributing_factors": known.causes}
        yield from (Choice(printable(one), written(one), "word") for one in words.get(top, ()))


def _forms(here: Mapping[str, Any]) -> Iterator[Choice]:
    """The forms of an item of a list, which begin after its dash."""
    forms = here.get("defaultSnippets")
    for form in forms if isinstance(forms, list) else ():
        body = form.get("body") if isinstance(form, dict) else None
        if isinstance(body, dict) and all(isinstance(value, str) for value in body.values()):
            text = "\n  ".join(f"{key}: {value}" for key, value in body.items())
            yield Choice(_text(form, "label"), text, "form", _text(form, "description"))


def written(text: str) -> str:
    """A text as a scalar of YAML: plain where every parser takes it for this text."""
    words = text.replace(" ", "").replace("-", "").replace("_", "").replace("/", "")
    is_plain = text[:1].isalpha() and words.isalnum() and text.isascii() and text == text.strip()
    is_word = text.lower() not in ("true", "false", "null", "yes", "no", "on", "off", "y", "n")
    return text if is_plain and is_word and parse_duration(text) is None else yaml_string(text)


def _text(part: Mapping[str, Any], key: str) -> str:
    value = part.get(key)
    return value if isinstance(value, str) else ""
