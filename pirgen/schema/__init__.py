"""Reads and composes the JSON Schemas in schemas/, and reports in plain words where data does not fit them.

jsonschema-rs decides whether data is valid, because it starts and runs fast. `jsonschema`, the authority, is imported
only to explain why data is not valid.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property, lru_cache
from itertools import combinations
from pathlib import Path as FilePath
from pathlib import PurePosixPath
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from pirgen.diagnostic import Problem
from pirgen.files import Source
from pirgen.review.duration import parse_duration
from pirgen.review.incident_log import KINDS, ROLES, TYPES
from pirgen.review.milestones import MILESTONES, NOTE
from pirgen.review.readings import Known
from pirgen.review.synonyms import Synonyms
from pirgen.review.timeline import is_time, parse_date, zone_of
from pirgen.text.pattern import NOT_SUPPORTED, fits, is_pattern, matches, needs_more

if TYPE_CHECKING:
    from jsonschema.exceptions import ValidationError

_HERE = FilePath(__file__).parents[1]
FOLDER = _HERE / "schemas" if (_HERE / "schemas").is_dir() else _HERE.parent / "schemas"
"""The folder of the schemas: inside the installed package, or beside it in a working copy."""


def _is_below(path: str) -> bool:
    parts = PurePosixPath(path).parts
    return path.isprintable() and bool(parts) and not {"/", "//", ".."} & {*parts} and "\\" not in path


NOTHING_KNOWN = Known()
_DATED = re.compile(r"[0-9]{4}-.*")
_ZONED = re.compile(r"[0-9]{4}-.*([Zz]|[+-][0-9]{2}:[0-9]{2})")
FORMATS: Mapping[str, Callable[[str], bool]] = {
    "date": lambda text: parse_date(text) is not None,
    "pirgen-date-and-time": lambda text: bool(_DATED.fullmatch(text)) and is_time(text),
    "pirgen-duration": lambda text: parse_duration(text) is not None,
    "pirgen-entry-time": is_time,
    "pirgen-file": _is_below,
    "pirgen-folder": _is_below,
    "pirgen-timestamp": lambda text: bool(_ZONED.fullmatch(text)) and is_time(text),
    "pirgen-timezone": lambda text: zone_of(text) is not None,
    "pirgen-redaction": is_pattern,
    "regex": is_pattern,
}
"""The check for each `format` in our schemas. Formats that only pirgen defines have names that start with `pirgen`.

Editors know none of these. For them a `pattern` stands beside such a format; it accepts all that the check accepts.
"""


def read(name: str) -> dict[str, Any]:
    """The JSON Schema called `name` (pir, incident, config, report), with the milestones of `review.milestones`."""
    schema: dict[str, Any] = json.loads((FOLDER / f"{name}.schema.json").read_text(encoding="utf-8"))
    if name == "pir":
        schema["definitions"]["entry"]["properties"]["kind"]["enum"] = [*MILESTONES, NOTE]
        schema["properties"]["type"]["enum"] = [*TYPES]
    elif name == "incident":
        fields = schema["definitions"]["event"]["properties"]
        for key, names in (("kind", KINDS), ("role", ROLES), ("type", TYPES)):
            fields[key]["enum"] = list(names)
    elif name == "config":
        pairs = (f"{start} to {end}" for start, end in combinations(MILESTONES, 2))
        schema["definitions"]["interval"]["enum"] = list(pairs)
    return schema


def read_custom(source: Source | None) -> dict[str, Any]:
    """The JSON Schema of a project's own fields. Raises ValueError, with the reason, where it cannot be used."""
    if source is None or source.error:
        raise ValueError(source.error if source else "does not exist")
    try:
        schema = json.loads(source.data)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"is not JSON: {error}") from None
    fields = schema.get("properties") if isinstance(schema, dict) else None
    if not isinstance(fields, dict) or not fields:
        raise ValueError("has no `properties`, which name the fields")
    if not all(isinstance(at, str) and at.startswith("#/") for at in _references(schema)):
        raise ValueError("may only refer to its own `#/definitions/…`")
    try:
        fits(schema)
    except ValueError as error:
        reason = str(error).splitlines()[0]
        cure = f"; {NOT_SUPPORTED}" if reason.endswith('is not a "regex"') and needs_more(reason) else ""
        raise ValueError(f"is not a JSON Schema of draft 7: {reason}{cure}") from None
    ours = read("pir")
    schema = {**schema, "properties": {**fields}}
    below = {place: _below(place, schema["properties"].pop(place), ours) for place in BELOW if place in fields}
    for key in ("properties", "definitions"):
        if taken := sorted({*schema.get(key, ())} & {*ours[key]}):
            raise ValueError(f"gives `{taken[0]}` another meaning, which is pirgen's own")
    if unknown := sorted({*schema.get("required", ())} - {*fields}):
        raise ValueError(f"requires `{unknown[0]}`, which is not among its `properties`")
    told = {key: schema[key] for key in ("properties", "definitions", "required") if key in schema}
    return {**told, "below": below} if below else told


BELOW: Mapping[str, str] = {"action_items": "action", "timeline": "entry"}
"""The lists whose items may have fields of a project, with the names of the items' definitions."""


def _below(place: str, said: Any, ours: Mapping[str, Any]) -> dict[str, Any]:
    """The project's own fields of a list's items. Raises ValueError where more than these is said."""
    items = said.get("items") if isinstance(said, dict) and {*said} == {"items"} else None
    fields = items.get("properties") if isinstance(items, dict) and {*items} == {"properties"} else None
    if not isinstance(fields, dict):
        raise ValueError(
            f'may say of `{place}` only `{{"items": {{"properties": …}}}}`, the fields that its items have'
        )
    if taken := sorted({*fields} & {*ours["definitions"][BELOW[place]]["properties"]}):
        raise ValueError(f"gives `{taken[0]}` of `{place}` another meaning, which is pirgen's own")
    return fields


def _references(part: Any) -> Iterator[Any]:
    if isinstance(part, dict):
        yield from (value for key, value in part.items() if key == "$ref")
    for inner in part.values() if isinstance(part, dict) else part if isinstance(part, list) else ():
        yield from _references(inner)


def _extended(schema: dict[str, Any], custom: Mapping[str, Any]) -> dict[str, Any]:
    """The schema of reviews with the project's own fields. Only finished reviews must have the required ones."""
    finished, definitions = schema["else"]["else"], dict(schema["definitions"])
    for place, fields in custom.get("below", {}).items():
        ours = definitions[BELOW[place]]
        definitions[BELOW[place]] = {**ours, "properties": {**ours["properties"], **fields}}
    return {
        **schema,
        "properties": {**schema["properties"], **custom.get("properties", {})},
        "definitions": {**definitions, **custom.get("definitions", {})},
        "else": {
            **schema["else"],
            "else": {**finished, "required": [*finished["required"], *custom.get("required", ())]},
        },
    }


def compose(
    name: str,
    severities: Mapping[str, str] = MappingProxyType({}),
    id_pattern: str = "",
    custom: Mapping[str, Any] = MappingProxyType({}),
) -> dict[str, Any]:
    """The effective JSON Schema: the shipped one with the project's severities, id pattern and own fields.

    `severities` holds what editors say about each of them.
    """
    schema = _extended(read(name), custom) if custom else read(name)
    fields = schema["definitions" if name == "incident" else "properties"]
    if severities and "severity" in fields:
        fields["severity"] |= {"enum": [*severities], "enumDescriptions": [*severities.values()]}
    if id_pattern and "incident_id" in fields:
        message = f"this project's ids match {id_pattern}"
        fields["incident_id"]["allOf"] = [{"pattern": f"^(?:{id_pattern})$", "patternErrorMessage": message}]
    return schema


def places(
    schema: Mapping[str, Any], part: Any = None, above: str = "", depth: int = 5
) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The places of all fields that a schema has, such as `action_items.due`, with their schemas."""
    part = schema if part is None else resolved(part, schema)
    if depth and isinstance(part.get("items"), dict):
        yield from places(schema, part["items"], above, depth - 1)
    fields = part.get("properties", {})
    for name, field in fields.items() if depth and isinstance(fields, dict) else ():
        yield f"{above}{name}", resolved(field, schema)
        yield from places(schema, field, f"{above}{name}.", depth - 1)


def resolved(field: Any, root: Mapping[str, Any]) -> Mapping[str, Any]:
    """The schema of a field with what it refers to in the schema `root`."""
    found: dict[str, Any] = dict(field) if isinstance(field, dict) else {}
    for _ in range(10):
        target: Any = root
        for step in str(found.pop("$ref", "#/")).removeprefix("#/").split("/"):
            target = target.get(step) if step and isinstance(target, dict) else None
        if not isinstance(target, dict):
            break
        found = {**target, **found}
    return found


def as_json(schema: Mapping[str, Any]) -> str:
    """The text of a schema's file."""
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


class Schema:
    """A JSON Schema, ready to apply to plain data; one of reviews knows the words of other formats.

    What jsonschema says counts. A test shows that jsonschema-rs says the same for schemas that are all ours
    (`is_ours`); in those of others it also checks formats and encodings that jsonschema leaves alone.
    """

    def __init__(self, schema: dict[str, Any], synonyms: Synonyms | None = None, *, is_ours: bool = True) -> None:
        self.schema, self.synonyms, self._is_ours = schema, synonyms, is_ours

    def is_valid(self, data: Any) -> bool:
        """Whether `data` fits the schema."""
        return self._fast_is_valid(data) or not (self._is_ours or any(self._validator.iter_errors(data)))

    def problems(self, data: Any, known: Known = NOTHING_KNOWN) -> list[Problem]:
        """The problems where `data` does not fit the schema; empty for valid data.

        `known` is what else tells what a value means that has another form.
        """
        if self._fast_is_valid(data):
            return []
        from pirgen.schema.explain import explain
        from pirgen.schema.meant import Meanings

        errors = self._validator.iter_errors(data)
        meanings = Meanings(data, self.schema, known, self.synonyms)
        # a pattern for editors, which know none of our formats, says the same as the format beside it
        return list(dict.fromkeys(explain(errors, self.schema, self.synonyms, meanings)))

    @cached_property
    def _fast_is_valid(self) -> Callable[[Any], bool]:
        formats: dict[str, Callable[..., bool]] = {
            name: lru_cache(maxsize=4096)(check) for name, check in FORMATS.items()
        }
        return fits(self.schema, validate_formats=True, formats=formats)

    @cached_property
    def _validator(self) -> Any:
        from jsonschema import Draft7Validator, FormatChecker
        from jsonschema.exceptions import ValidationError
        from jsonschema.validators import extend

        def pattern(_: Any, expression: str, value: Any, __: Any) -> Iterator[ValidationError]:
            if isinstance(value, str) and not matches(expression, value):
                yield ValidationError("pattern")

        def of_keys(validator: Any, patterns: Any, value: Any, _: Any) -> Iterator[ValidationError]:
            for key in value if isinstance(value, dict) else ():
                for expression in (one for one in patterns if matches(one, key)):
                    yield from validator.descend(value[key], patterns[expression], path=key, schema_path=expression)

        def of_others(validator: Any, limit: Any, value: Any, schema: Any) -> Iterator[ValidationError]:
            patterns = schema.get("patternProperties", {})
            if patterns and isinstance(value, dict):
                value = {key: one for key, one in value.items() if not any(matches(p, key) for p in patterns)}
                schema = {key: one for key, one in schema.items() if key != "patternProperties"}
            yield from Draft7Validator.VALIDATORS["additionalProperties"](validator, limit, value, schema)

        checker = FormatChecker(formats=())
        checker.checkers = {name: (_of_text(check), ()) for name, check in FORMATS.items()}
        validator = extend(
            Draft7Validator, {"pattern": pattern, "patternProperties": of_keys, "additionalProperties": of_others}
        )  # type: ignore[no-untyped-call]
        return validator(self.schema, format_checker=checker)


def _of_text(check: Callable[[str], bool]) -> Callable[[object], bool]:
    return lambda value: not isinstance(value, str) or check(value)
