"""Adds to a problem what the value means, or what the missing one is, where that can be told, with the fix."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

from pirgen.diagnostic import Fix, Insert, Path, Problem, Replace, Reshape
from pirgen.review.readings import Known, Reading, read
from pirgen.review.synonyms import Synonyms
from pirgen.review.timeline import is_time, parse_date
from pirgen.schema import resolved
from pirgen.schema.unknown import field_place
from pirgen.text.numbering import numbers_after
from pirgen.text.pattern import fits
from pirgen.text.yaml_scalar import shown, yaml_plain, yaml_string

if TYPE_CHECKING:
    from jsonschema.exceptions import ValidationError

MAX_READ = 500
"""How many values of a file are read. One with more mistakes is probably no review."""
LABELS = frozenset(("cause", "description", "entry", "factor", "item", "lesson", "name", "summary", "text", "title"))
"""Keys that name a text, and are no part of it."""
NOTHING = frozenset(("", "-", "n/a", "nil", "no", "none", "nothing"))
"""Words in place of a list that stand for an empty one."""
LATER = frozenset(("tba", "tbd", "todo"))
"""Words in place of a list that is still to be written."""
_ENTRY = re.compile(r"(\S{1,16}(?: ?[ap]\.?m\.?)?):?(?: [-–—])? (\S.*)", re.IGNORECASE | re.DOTALL)
_QUOTES = "“”„‟‘’‚«»\"'"
"""Quotes that a word processor writes, which are part of the value for YAML."""
_HYPHENS = dict.fromkeys((0x2010, 0x2011), "-")
_BRACKETS = re.compile(r"\S \(([^()]{1,80})\)\Z")
_LABEL = re.compile(r"(?:owner|due|by|until)[: ] ?", re.IGNORECASE)
_BETWEEN = re.compile(r"[,;]")


class Meanings:
    """What is meant in one file, whose data is read by the schema `root`."""

    def __init__(self, data: Any, root: Mapping[str, Any], known: Known, synonyms: Synonyms | None = None) -> None:
        self.data, self.root, self.known, self._left, self._synonyms = data, root, known, MAX_READ, synonyms
        if known.day is None and isinstance(data, dict) and isinstance(data.get("date"), str):
            said = read("date", data["date"], known)
            day = said.values[0] if said and len(said.values) == 1 else data["date"]
            self.known = known._replace(day=parse_date(day))

    def added(self, error: ValidationError, problem: Problem) -> Problem:
        """The problem that was found by this error, with the fix and the hint that follow from what is meant."""
        schema: Any = error.schema
        if self._left <= 0 or (problem.fix and error.validator != "enum"):
            return problem
        self._left -= 1
        if error.validator == "required":
            return self._missing(problem)
        if error.validator in ("pattern", "format", "enum", "type") and problem.path:
            value = error.instance
            read_as = self._read(problem.path, schema, value)
            if read_as:
                return _told(problem, read_as)
            if error.validator == "type":
                return self._reshaped(problem, schema, value)
        return problem

    def _read(self, path: Path, schema: Mapping[str, Any], value: Any) -> Reading | None:
        """What a text or a number means that stands where a certain kind of value is due."""
        definitions = self.root.get("definitions", {})
        kind = schema.get("format") or next((name for name, one in definitions.items() if one == schema), path[-1])
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            return None
        text = value if isinstance(value, str) else self._written(path, value)
        if self._synonyms and (own := self._synonyms.own_value(field_place(path), text)):
            return Reading((own,))
        plain = text.translate(_HYPHENS).strip(_QUOTES)
        found = read(str(kind), plain, self.known)
        return found or (
            Reading((plain,)) if plain != text and "pattern" in schema and fits(dict(schema))(plain) else None
        )

    def _written(self, path: Path, value: Any) -> str:
        return self.known.written(path) or str(value)

    def _reshaped(self, problem: Problem, schema: Mapping[str, Any], value: Any) -> Problem:
        """The problem of a value of another type, with the fix that gives it the right one."""
        path, wanted = problem.path, schema.get("type")
        if wanted == "string":
            text = self._as_text(path, value)
            if not text or not fits(dict(schema))(text):
                return problem
            edit = Reshape(path, text) if isinstance(value, list | dict) else Replace(path, text)
            rule = "" if problem.hint.startswith("write ") else problem.hint
            return _with(problem._replace(hint=rule), yaml_string(text), Fix((edit,)))
        if not isinstance(value, str) or "\n" in value.strip():
            return problem
        if wanted == "array":
            if value.strip().lower() in NOTHING:
                return _with(problem, "[]", Fix((Reshape(path, ()),), safe=False))
            entries = self._entries(schema, value)
            written = f"- {entries[0]}" if len(entries) == 1 else f"[{', '.join(entries)}]"
            return _with(problem, written, Fix((Reshape(path, entries),))) if entries else problem
        required = schema.get("required", ())
        if required == ["id", "action"]:
            return self._item(problem, value.strip())
        if required == ["time", "event"] and (found := _ENTRY.fullmatch(value.strip())):
            time = self._time(found[1])
            fields = (("time", time), ("event", found[2]))
            hint = f"write {shown(f'time: {time}')} and {shown(f'event: {found[2]}')}"
            return problem._replace(hint=hint, fix=Fix((Reshape(path, fields),))) if time else problem
        return problem

    def _item(self, problem: Problem, text: str) -> Problem:
        """The problem of an action item that is a text. Whom and when it names in brackets at its end is a guess."""
        free, said = self._ids[int(problem.path[-1])], self._in_brackets(text)
        action = text[: text.rindex("(")].rstrip() if said else text
        fields = (("id", free), ("action", action), *said.items())
        hint = f"write {shown(f'id: {free}')} and {shown(f'action: {action}')}"
        if absent := " and ".join(f"`{key}`" for key in ("owner", "due") if key not in said):
            hint += f", and add its {absent}"
        return problem._replace(hint=hint, fix=Fix((Reshape(problem.path, fields),), not said))

    def _in_brackets(self, text: str) -> dict[str, str]:
        """The owner and the due date in brackets at the end of a text; empty where there is anything else."""
        found = _BRACKETS.search(text)
        said: dict[str, str] = {}
        for part in map(str.strip, _BETWEEN.split(found[1] if found else "")):
            word = _LABEL.match(part)
            value = part[word.end() :] if word else part
            key, kind = ("owner", "person") if "@" in value else ("due", "date")
            meant = Reading((value,)) if parse_date(value) else read(kind, value, self.known)
            if meant is None or len(meant.values) != 1 or key in said:
                return {}
            said[key] = meant.values[0]
        return said

    def _as_text(self, path: Path, value: Any) -> str:
        """The text of a number, of a list of one text, or of a mapping that a colon in a text made; else empty."""
        if isinstance(value, bool | int | float):
            return self._written(path, value)
        if isinstance(value, list) and len(value) == 1 and isinstance(value[0], str):
            return value[0] if "\n" not in value[0] else ""
        if isinstance(value, dict) and len(value) == 1 and self.known.written(path):
            [(key, inner)] = value.items()
            if key.lower() not in LABELS and isinstance(inner, str | int | float) and not isinstance(inner, bool):
                return f"{key}: {inner if isinstance(inner, str) else self._written((*path, key), inner)}"
        return ""

    def _entries(self, schema: Mapping[str, Any], value: str) -> tuple[str, ...]:
        """The list that a text stands for: its parts where these are short words, else the whole text."""
        items = resolved(schema.get("items", {}), self.root)
        is_prose = items == self.root.get("definitions", {}).get("text")
        if items.get("type") != "string" or (not is_prose and value.strip().lower() in LATER):
            return ()
        parts = [value.strip()] if is_prose else [part.strip() for part in _BETWEEN.split(value)]
        return tuple(part for part in parts if part)

    def _time(self, text: str) -> str:
        if is_time(text):
            return text
        found = read("pirgen-entry-time", text, self.known)
        return found.values[0] if found and len(found.values) == 1 and found.safe else ""

    def _missing(self, problem: Problem) -> Problem:
        """The problem of a missing id, with the one that it may have."""
        *above, key = problem.path
        if key == "incident_id" and not above:
            stem = self.known.file_stem
            schema = self.root.get("properties", {}).get("incident_id")
            if stem and schema and fits(dict(schema))(stem):
                fix = Fix((Insert((), "incident_id", stem, first=True),))
                return _with(problem, f"incident_id: {yaml_plain(stem)}", fix)
        if key == "id" and above[:1] == ["action_items"] and len(above) == 2:
            free = self._ids[int(above[1])]
            return _with(problem, f"id: {yaml_plain(free)}", Fix((Insert(tuple(above), "id", free, first=True),)))
        return problem

    @cached_property
    def _ids(self) -> Mapping[int, str]:
        """For each action item without an id the next one that is free."""
        items = self.data.get("action_items") if isinstance(self.data, dict) else None
        items = items if isinstance(items, list) else []
        free = numbers_after((item.get("id") for item in items if isinstance(item, dict)), "AI-001", "")
        return {place: next(free) for place, item in enumerate(items) if not isinstance(item, dict) or "id" not in item}


def _told(problem: Problem, found: Reading) -> Problem:
    """The problem with what is meant; where that may be several things, with all of them."""
    if len(found.values) == 1:
        return _with(problem, found.values[0], Fix((Replace(problem.path, found.values[0]),), found.safe))
    written = " or ".join(map(shown, found.values))
    return problem._replace(hint=f"write {written}: {found.question}", fix=None)


def _with(problem: Problem, written: str, fix: Fix) -> Problem:
    """The problem with the fix, and with what to write before what the hint says in general."""
    rule = problem.hint[:1].lower() + problem.hint[1:] if problem.hint[1:2].islower() else problem.hint
    if rule.startswith(("did you mean", "pirgen calls it")):
        rule = ""
    elif rule.startswith("write "):
        rule = f"the form is {rule.removeprefix('write ')}"
    return problem._replace(hint=f"write {shown(written)}" + (f"; {rule}" if rule else ""), fix=fix)
