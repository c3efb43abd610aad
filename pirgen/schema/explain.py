"""Turns JSON Schema errors into problems in plain words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from pirgen.diagnostic import Fix, Path, Problem, Rename, Replace
from pirgen.text.pattern import NOT_SUPPORTED, needs_more

if TYPE_CHECKING:
    from jsonschema.exceptions import ValidationError


def explain(found: Iterable[ValidationError], root: dict[str, Any]) -> Iterator[Problem]:
    """The problems for errors that `jsonschema` found in data that does not fit the schema `root`."""
    errors = sorted(found, key=lambda error: error.validator == "required")
    missing = {(*error.absolute_path, key) for error in errors for key in _missing(error)}
    misspelt: set[Path] = set()
    guessed: set[str] = set()
    for error in errors:
        if isinstance(error.schema, dict):
            yield from _explain(error, root, missing, misspelt, guessed)
        else:  # the schema `false`
            path = tuple(error.absolute_path)
            yield Problem(path, f"{_subject(path)} is not allowed here", "remove it", at_key=True)


def _missing(error: ValidationError) -> list[str]:
    if error.validator != "required":
        return []
    # jsonschema yields one error for each missing key and names it in the message only
    required: Any = error.validator_value
    return [key for key in required if error.message.startswith(repr(key))]


def _explain(
    error: ValidationError, root: dict[str, Any], missing: set[Path], misspelt: set[Path], guessed: set[str]
) -> Iterator[Problem]:
    """The problems for one error. A missing key is not reported where it is in `misspelt`, which reports it already.

    `guessed` holds the values for which the word that was meant has been looked for.
    """
    path, schema, value = tuple(error.absolute_path), error.schema, error.instance
    limit: Any = error.validator_value
    assert isinstance(schema, dict)
    subject = _subject(path)
    wish = _wish(schema)
    match error.validator:
        case "required":
            fields = schema.get("properties", {}) | (root.get("properties", {}) if not path else {})
            for key in _missing(error):
                if (*path, key) not in misspelt:
                    yield Problem((*path, key), f"`{key}` is missing", _description(fields.get(key)))
        case "additionalProperties":
            yield from _unknown(path, schema.get("properties", {}), value, missing, misspelt)
        case "enum":
            yield _not_one_of(path, subject, value, list(limit), guessed)
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


def _unknown(
    path: Path, fields: dict[str, Any], value: Any, missing: set[Path], misspelt: set[Path]
) -> Iterator[Problem]:
    """A problem for each unknown key of a mapping. The key that was probably meant is added to `misspelt`."""
    for number, key in enumerate(sorted(value.keys() - fields.keys())):
        free = {name: field for name, field in fields.items() if name not in value}
        close = (_close(key, tuple(fields)) or _synonym(key, free)) if number < MAX_GUESSES else None
        hint, fix = "remove it, or look for a wrong indentation", None
        if key == "<<":
            hint = "YAML 1.2 has no merge keys: write out the fields that it stands for"
        if close is not None:
            misspelt.add((*path, close))
            also = ", which is required and missing" if (*path, close) in missing else ""
            hint = f"did you mean `{close}`{also}?"
            if close not in value:
                fix = Fix((Rename((*path, key), close),), _folded(key) == close)
        yield Problem((*path, key), f"unknown field `{key}`", hint, True, fix)


SYNONYMS = {
    "action": ("description", "task", "what", "todo", "title"),
    "action_items": ("actions", "follow_ups", "followups", "remediation_items", "todos", "corrective_actions"),
    "contributing_factors": ("factors", "causes", "contributors", "contributing_causes"),
    "date": ("incident_date", "day", "occurred_on"),
    "due": ("due_date", "deadline", "due_on", "target_date", "by_when"),
    "event": ("description", "message", "what", "summary", "note"),
    "evidence": ("proof", "pull_request", "pr"),
    "impact": ("customer_impact", "user_impact", "business_impact"),
    "incident_id": ("id", "incident", "incident_number", "number"),
    "issue": ("ticket", "jira", "tracker"),
    "lessons_learned": ("lessons", "learnings", "takeaways"),
    "owner": ("assignee", "assigned_to", "responsible", "who", "dri"),
    "root_cause": ("cause", "rca", "root_causes"),
    "severity": ("sev", "priority", "level"),
    "time": ("timestamp", "at", "when", "ts"),
    "timeline": ("events", "chronology", "history"),
    "title": ("name", "headline", "summary", "subject"),
}
"""For fields of reviews, the words by which other formats of reviews call them."""
MAX_GUESSES = 50
"""How many unknown fields and unknown values get a suggestion. A file with more of them is probably not a review."""

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
        return "a colon followed by a blank makes a mapping: put the whole text in quotes"
    if value is None:
        return "give it a value or remove the line"
    if isinstance(value, str) and wanted in ("number", "integer"):
        return "write it without quotes"
    if wanted == "array":
        return "put each entry on a line of its own, after a dash; an empty list is []"
    return _wish(schema) or ("" if isinstance(value, list | dict) else "put it in quotes")


def _not_one_of(path: Path, subject: str, value: Any, options: list[Any], guessed: set[str]) -> Problem:
    words = tuple(option for option in options if isinstance(option, str))
    listed = ", ".join(option if isinstance(option, str) else _as_json(option) for option in options)
    if not isinstance(value, str):
        return Problem(path, f"{subject} must be one of {listed}, not {_describe(value)}")
    if len(guessed) < MAX_GUESSES:
        guessed.add(value)
    close = _close(value, words) if value in guessed else None
    hint = f"did you mean `{close}`?" if close else f"use one of {listed}"
    fixed = Fix((Replace(path, close),), _folded(value) == _folded(close)) if close else None
    return Problem(path, f"{subject} cannot be `{_shorten(value)}`", hint, fix=fixed)


def _as_json(value: Any) -> str:
    import json

    return json.dumps(value, ensure_ascii=False)


@lru_cache(1_024)
def _close(word: str, options: tuple[str, ...]) -> str | None:
    from difflib import get_close_matches

    by_fold = {option.lower(): option for option in options}
    found = get_close_matches(_folded(word), by_fold, 1)
    return by_fold[found[0]] if found else None


def _synonym(word: str, fields: Iterable[str]) -> str | None:
    """The field that other formats call by this word."""
    return next((name for name in fields if _folded(word) in SYNONYMS.get(name, ())), None)


def _folded(word: str) -> str:
    """A word in lower case, without blanks around it, and with underscores for hyphens."""
    return word.strip().lower().replace("-", "_").replace(" ", "_")


def _shorten(value: Any) -> str:
    text = str(value)
    return text if len(text) <= 60 else text[:59] + "…"
