"""Finds, composes and applies the JSON Schemas of schemas/: plain data to problems in a person's words.

jsonschema-rs says yes or no, because it starts and runs fast; `jsonschema`, the authority, is imported only to
explain a no.
"""

from __future__ import annotations

import json
import re
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property
from pathlib import Path as FilePath
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from pirgen.diagnostic import Problem
from pirgen.duration import parse_duration
from pirgen.timeline import is_time, parse_date, zone_of

if TYPE_CHECKING:
    from jsonschema.exceptions import ValidationError

_HERE = FilePath(__file__).parent
FOLDER = _HERE / "schemas" if (_HERE / "schemas").is_dir() else _HERE.parent / "schemas"
"""The schemas: inside the installed package, or beside it in a working copy."""


def _is_regex(text: str) -> bool:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            re.compile(f"^(?:{text})$")
    except (re.error, FutureWarning, DeprecationWarning, RecursionError, OverflowError):
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
        text.isprintable()
        and bool(PurePosixPath(text).parts)
        and not {"/", "//", ".."} & {*PurePosixPath(text).parts}
        and "\\" not in text
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
        from pirgen.explain import explain

        return list(explain(self._validator.iter_errors(data), self.schema))

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
