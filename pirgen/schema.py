"""Finds, composes and applies the JSON Schemas of schemas/: plain data to problems in a person's words.

jsonschema-rs says yes or no, because it starts and runs fast; `jsonschema`, the authority, is imported only to
explain a no.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property
from pathlib import Path as FilePath
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from pirgen.diagnostic import Path, Problem
from pirgen.timeline import is_time, parse_date, parse_duration, zone_of

if TYPE_CHECKING:
    from jsonschema.exceptions import ValidationError

_HERE = FilePath(__file__).parent
FOLDER = _HERE / "schemas" if (_HERE / "schemas").is_dir() else _HERE.parent / "schemas"
"""The schemas: inside the installed package, or beside it in a working copy."""


def _is_regex(text: str) -> bool:
    try:
        re.compile(text)
    except re.error:
        return False
    return True


_DATED = re.compile(r"[0-9]{4}-.*")
_ZONED = re.compile(r"[0-9]{4}-.*([Zz]|[+-][0-9]{2}:[0-9]{2})")
FORMATS: Mapping[str, Callable[[str], bool]] = {
    "date": lambda text: parse_date(text) is not None,
    "pirgen-date-and-time": lambda text: bool(_DATED.fullmatch(text)) and is_time(text),
    "pirgen-duration": lambda text: parse_duration(text) is not None,
    "pirgen-entry-time": is_time,
    "pirgen-folder": lambda text: (
        bool(PurePosixPath(text).parts) and not {"/", "//", ".."} & {*PurePosixPath(text).parts} and "\\" not in text
    ),
    "pirgen-timestamp": lambda text: bool(_ZONED.fullmatch(text)) and is_time(text),
    "pirgen-timezone": lambda text: zone_of(text) is not None,
    "regex": _is_regex,
}
"""What `format` means in our schemas; the names that only pirgen knows start with its name."""


def read(name: str) -> dict[str, Any]:
    """The JSON Schema called `name` (pir, incident, config, report) as it is shipped."""
    schema: dict[str, Any] = json.loads((FOLDER / f"{name}.schema.json").read_text(encoding="utf-8"))
    return schema


def compose(name: str, severities: Iterable[str] = (), id_pattern: str = "") -> dict[str, Any]:
    """The effective JSON Schema: the shipped one with the project's severities and id pattern."""
    schema = read(name)
    fields = schema["properties"]
    if severities and "severity" in fields:
        fields["severity"]["enum"] = list(severities)
        if name == "incident":
            fields["events"]["items"]["properties"]["severity"]["enum"] = list(severities)
    if id_pattern and "incident_id" in fields:
        message = f"this project's ids match {id_pattern}"
        fields["incident_id"]["allOf"] = [{"pattern": f"^(?:{id_pattern})$", "patternErrorMessage": message}]
    return schema


class Schema:
    """A JSON Schema, ready to apply to plain data."""

    def __init__(self, schema: dict[str, Any]) -> None:
        self.schema = schema

    def is_valid(self, data: Any) -> bool:
        """Whether `data` fits the schema."""
        return self._fast_is_valid(data) or not any(self._validator.iter_errors(data))

    def problems(self, data: Any) -> list[Problem]:
        """What does not fit, in words; empty for valid data."""
        if self._fast_is_valid(data):
            return []
        errors = sorted(self._validator.iter_errors(data), key=lambda error: error.validator == "required")
        missing = {(*error.absolute_path, key) for error in errors for key in _missing(error)}
        misspelt: set[Path] = set()
        return [problem for error in errors for problem in _explain(error, self.schema, missing, misspelt)]

    @cached_property
    def _fast_is_valid(self) -> Callable[[Any], bool]:
        import jsonschema_rs

        try:
            return jsonschema_rs.Draft7Validator(self.schema, validate_formats=True, formats=dict(FORMATS)).is_valid
        except ValueError:  # a regular expression in a dialect that only Python knows
            return lambda data: False

    @cached_property
    def _validator(self) -> Any:
        from jsonschema import Draft7Validator, FormatChecker
        from jsonschema.exceptions import ValidationError
        from jsonschema.validators import extend

        def pattern(_: Any, expression: str, value: Any, __: Any) -> Iterator[ValidationError]:
            # `$` is the very end in JSON Schema's dialect; Python's also matches before a last line end
            if isinstance(value, str) and not re.search(re.sub(r"(?<!\\)\$$", r"\\Z", expression), value):
                yield ValidationError("pattern")

        checker = FormatChecker(formats=())
        checker.checkers = {name: (_of_text(check), ()) for name, check in FORMATS.items()}
        validator = extend(Draft7Validator, {"pattern": pattern})  # type: ignore[no-untyped-call]
        return validator(self.schema, format_checker=checker)


def _of_text(check: Callable[[str], bool]) -> Callable[[object], bool]:
    return lambda value: not isinstance(value, str) or check(value)


def _missing(error: ValidationError) -> list[str]:
    if error.validator != "required":
        return []
    # jsonschema yields one error for each missing key and names it in the message only
    required: Any = error.validator_value
    return [key for key in required if error.message.startswith(repr(key))]


def _explain(
    error: ValidationError, root: dict[str, Any], missing: set[Path], misspelt: set[Path]
) -> Iterator[Problem]:
    """The problems that an error stands for; a key that is missing because it is `misspelt` is told once."""
    path, schema, value = tuple(error.absolute_path), error.schema, error.instance
    limit: Any = error.validator_value
    assert isinstance(schema, dict)
    subject = _subject(path)
    wish = schema.get("patternErrorMessage", "")
    match error.validator:
        case "required":
            for key in _missing(error):
                if (*path, key) not in misspelt:
                    fields = schema.get("properties", {}) | (root["properties"] if not path else {})
                    described = fields.get(key, {}).get("description", "")
                    yield Problem((*path, key), f"`{key}` is missing", described)
        case "additionalProperties":
            assert isinstance(value, dict)
            fields = schema.get("properties", {})
            for key in value.keys() - fields.keys():
                close = _close(key, fields)
                hint = "remove it, or look for a wrong indentation"
                if close is not None:
                    misspelt.add((*path, close))
                    also = ", which is required and missing" if (*path, close) in missing else ""
                    hint = f"did you mean `{close}`{also}?"
                yield Problem((*path, key), f"unknown field `{key}`", hint, True)
        case "enum":
            yield _not_one_of(path, subject, value, list(limit))
        case "type":
            yield Problem(path, f"{subject} must be {_types(limit)}, not {_describe(value)}", _type_hint(value, wish))
        case "pattern" | "format":
            yield Problem(path, f"{subject} cannot be `{_shorten(value)}`" if value else f"{subject} is empty", wish)
        case "minItems":
            yield Problem(path, f"{subject} must not be empty")
        case "maxLength":
            yield Problem(path, f"{subject} is longer than {limit} characters")
        case "minimum" | "maximum":
            yield Problem(path, f"{subject} must be at {'least' if error.validator == 'minimum' else 'most'} {limit}")
        case _:
            yield Problem(path, error.message)


_TYPES = {
    "object": "a mapping",
    "array": "a list",
    "string": "text",
    "number": "a number",
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


def _type_hint(value: Any, wish: str) -> str:
    if isinstance(value, dict):
        return "a colon followed by a blank makes a mapping: put the whole text in quotes"
    if value is None:
        return "give it a value or remove the line"
    if isinstance(value, str):
        return "put each entry on a line of its own, after a dash; an empty list is []"
    return wish or ("" if isinstance(value, list) else "put it in quotes")


def _not_one_of(path: Path, subject: str, value: Any, options: list[Any]) -> Problem:
    listed = ", ".join(map(str, options))
    if not isinstance(value, str):
        return Problem(path, f"{subject} must be one of {listed}, not {_describe(value)}")
    close = _close(value, options)
    hint = f"did you mean `{close}`?" if close else f"use one of {listed}"
    return Problem(path, f"{subject} cannot be `{_shorten(value)}`", hint)


def _close(word: str, options: Iterable[str]) -> str | None:
    from difflib import get_close_matches

    by_fold = {option.lower(): option for option in options}
    found = get_close_matches(word.strip().lower().replace("-", "_").replace(" ", "_"), by_fold, 1)
    return by_fold[found[0]] if found else None


def _shorten(value: Any) -> str:
    text = str(value)
    return text if len(text) <= 60 else text[:59] + "…"
