"""Turns JSON Schema errors into problems in plain words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from pirgen.diagnostic import Cause, Fix, Path, Problem, Reason, Replace
from pirgen.review.synonyms import Synonyms, folded
from pirgen.schema.meant import Meanings
from pirgen.schema.unknown import MAX_GUESSES, field_place, unknown
from pirgen.text.pattern import NOT_SUPPORTED, needs_more
from pirgen.text.suggest import nearest

if TYPE_CHECKING:
    from jsonschema.exceptions import ValidationError


def explain(
    found: Iterable[ValidationError],
    root: dict[str, Any],
    synonyms: Synonyms | None = None,
    meanings: Meanings | None = None,
) -> Iterator[Problem]:
    """The problems for errors that `jsonschema` found in data that does not fit the schema `root`.

    `synonyms` are the words of other formats, and `meanings` knows what values mean; None where the data is no review.
    """
    errors = sorted(found, key=lambda error: error.validator == "required")
    missing = {(*error.absolute_path, key) for error in errors for key in _missing(error)}
    told: set[Path] = set()
    guessed: set[str] = set()
    for error in errors:
        problems = (
            _explain(error, root, missing, told, guessed, synonyms)
            if isinstance(error.schema, dict)
            else _forbidden(error)
        )
        for problem in problems:
            if meanings:
                problem = meanings.added(error, problem)
            cause = problem.cause or Cause(Reason.VALUE, ".".join(field_place(problem.path)))
            if cause.ours:
                told.add((*problem.path[:-1], *cause.ours))
            yield problem._replace(cause=cause)


def _forbidden(error: ValidationError) -> Iterator[Problem]:
    """The problem of data to which the schema `false` applies."""
    path = tuple(error.absolute_path)
    yield Problem(path, f"{_subject(path)} is not allowed here", "remove it", at_key=True)


def _missing(error: ValidationError) -> list[str]:
    if error.validator != "required":
        return []
    # jsonschema yields one error for each missing key and names it in the message only
    required: Any = error.validator_value
    return [key for key in required if error.message.startswith(repr(key))]


def _explain(
    error: ValidationError, root: dict[str, Any], missing: set[Path], told: set[Path], guessed: set[str],
    synonyms: Synonyms | None,
) -> Iterator[Problem]:  # fmt: skip
    """The problems for one error. A missing key is not reported where it is in `told`, as what another one stands for.

    `guessed` holds the values for which the word that was meant has been looked for.
    """
    path, schema = tuple(error.absolute_path), error.schema
    value: Any = error.instance
    limit: Any = error.validator_value
    assert isinstance(schema, dict)
    subject = _subject(path)
    wish = _wish(schema)
    match error.validator:
        case "required":
            fields = schema.get("properties", {}) | (root.get("properties", {}) if not path else {})
            for key in _missing(error):
                if (*path, key) not in told:
                    cause = Cause(Reason.MISSING, ".".join(field_place((*path, key))))
                    yield Problem((*path, key), f"`{key}` is missing", _description(fields.get(key)), cause=cause)
        case "additionalProperties":
            yield from unknown(path, schema.get("properties", {}), value, missing, root, synonyms)
        case "enum":
            yield _not_one_of(path, subject, value, list(limit), guessed, synonyms)
        case "type":
            message = f"{subject} must be {_types(limit)}, not {_describe(value)}"
            yield Problem(path, message, _type_hint(value, limit, schema))
        case "pattern" | "format":
            hint = NOT_SUPPORTED if limit in ("regex", "pirgen-redaction") and needs_more(str(value)) else wish
            yield Problem(path, f"{subject} cannot be `{_shorten(value)}`" if value else f"{subject} is empty", hint)
        case "contains":
            yield Problem(path, wish or f"{subject} lacks an entry that it needs")
        case "minItems" | "maxLength" | "minimum" | "maximum" as bound:
            yield Problem(path, f"{subject} {_BOUNDS[bound].format(limit)}")
        case _:
            yield Problem(path, error.message)


def _description(schema: Any) -> str:
    said: str = schema.get("description", "") if isinstance(schema, dict) else ""
    return said


def _wish(schema: dict[str, Any]) -> str:
    """What a schema says itself about text that does not fit; empty where it says nothing."""
    said = schema.get("patternErrorMessage", "")
    return said if isinstance(said, str) else ""


_BOUNDS = {
    "minItems": "must not be empty",
    "maxLength": "is longer than {} characters",
    "minimum": "must be at least {}",
    "maximum": "must be at most {}",
}
_TYPES = {
    "object": "a mapping",
    "array": "a list",
    "string": "text",
    "number": "a number",
    "integer": "a whole number",
    "boolean": "true or false",
}


def _types(limit: str | list[str]) -> str:
    return " or ".join(_TYPES.get(name, name) for name in ([limit] if isinstance(limit, str) else limit))


def _subject(path: Path) -> str:
    if not path:
        return "the file"
    if isinstance(path[-1], int):
        return f"{_subject(path[:-1])} item {path[-1] + 1}"
    return f"`{path[-1]}`"


def _describe(value: Any) -> str:
    match value:
        case None:
            return "empty"
        case bool():
            return str(value).lower()
        case int() | float():
            return f"the number {value}"
        case list():
            return "a list"
        case dict():
            return "a mapping"
        case _:
            return "text"


def _type_hint(value: Any, wanted: str | list[str], schema: dict[str, Any]) -> str:
    if required := schema.get("required"):
        return f"write {' and '.join(f'`{key}: …`' for key in required)}"
    if isinstance(value, dict) and wanted == "string":
        if len(value) == 1 and all(isinstance(one, str) for one in value.values()):
            return "a colon followed by a blank makes a mapping: put the whole text in quotes"
        return "write it as text: a `|` after the colon makes text of the indented lines below"
    if isinstance(value, dict) and wanted == "array":
        return "put a dash before each entry and its fields below it"
    if value is None:
        return "give it a value or remove the line"
    if isinstance(value, str) and wanted in ("number", "integer"):
        return "write it without quotes"
    if wanted == "array":
        return "put each entry on a line of its own, after a dash; an empty list is []"
    return _wish(schema) or ("" if isinstance(value, list | dict) else "put it in quotes")


def _not_one_of(
    path: Path, subject: str, value: Any, options: list[Any], guessed: set[str], synonyms: Synonyms | None
) -> Problem:
    words = tuple(option for option in options if isinstance(option, str))
    listed = ", ".join(option if isinstance(option, str) else _as_json(option) for option in options)
    if not isinstance(value, str):
        return Problem(path, f"{subject} must be one of {listed}, not {_describe(value)}")
    if len(guessed) < MAX_GUESSES:
        guessed.add(value)
    named = synonyms.value(field_place(path), value) if synonyms else None
    if named in words:
        return Problem(path, f"{subject} cannot be `{_shorten(value)}`", f"pirgen calls it `{named}`",
                       fix=Fix((Replace(path, named),)))  # fmt: skip
    close = _close(value, words) if value in guessed else None
    hint = f"did you mean `{close}`?" if close else f"use one of {listed}"
    fixed = Fix((Replace(path, close),), folded(value) == folded(close)) if close else None
    return Problem(path, f"{subject} cannot be `{_shorten(value)}`", hint, fix=fixed)


def _as_json(value: Any) -> str:
    import json

    return json.dumps(value, ensure_ascii=False)


@lru_cache(1_024)
def _close(word: str, options: tuple[str, ...]) -> str | None:
    return nearest(folded(word), options)


def _shorten(value: Any) -> str:
    text = str(value)
    return text if len(text) <= 60 else text[:59] + "…"
