"""What a JSON Schema says about the value at a path."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pirgen.diagnostic import Path

PERSON = "#/definitions/person"


def of_log(schema: Mapping[str, Any]) -> dict[str, Any]:
    """The schema of incident logs, in both of their forms, as one that `field` understands."""
    definitions = schema["definitions"]
    return {"definitions": definitions, **definitions["with_header"], "items": {"$ref": "#/definitions/event"}}


def field(schema: Mapping[str, Any], path: Path) -> dict[str, Any] | None:
    """The schema of the value at a path, with its references resolved; None where it is not known.

    `refers` in it names the last of these references.
    """
    found = _resolved(schema, schema)
    for step in path:
        inner = found.get("items") if isinstance(step, int) else _property(found, step)
        if not isinstance(inner, dict):
            return None
        found = _resolved(schema, inner)
    return found


def _property(found: Mapping[str, Any], name: str) -> Any:
    fields = found.get("properties")
    if isinstance(fields, dict) and name in fields:
        return fields[name]
    return found.get("additionalProperties")


def _resolved(root: Mapping[str, Any], part: Mapping[str, Any]) -> dict[str, Any]:
    """A part of a schema with what it refers to; what it says itself counts. A reference that leads nowhere is left."""
    found = dict(part)
    for _ in range(MAX_REFERENCES):
        reference = found.pop("$ref", None)
        if not isinstance(reference, str):
            break
        target: Any = root
        for step in reference.removeprefix("#/").split("/"):
            target = target.get(step) if isinstance(target, dict) else None
        if not isinstance(target, dict):
            break
        found = {**target, **found, "refers": reference}
    return found


MAX_REFERENCES = 20
"""How many references are followed: those of a project's own fields may lead in a circle."""
