"""What the commands about incidents promise of their JSON: the JSON Schemas, made from the columns."""

from __future__ import annotations

from typing import Any

from pirgen.incidents.standing import OVER
from pirgen.report.contract import VERSION, object_schema
from pirgen.report.metrics.open_incidents import open_incidents
from pirgen.report.table import Column

_EVENTS = {
    "description": "All events in the order of their times, each as its log has it, by the schema `incident`.",
    "type": "array",
    "items": {"type": "object"},
}


def list_schema() -> dict[str, Any]:
    """The JSON Schema of the list of incidents."""
    return {
        **_head(
            "pirgen incident list", "the open incidents, the most urgent first, with `--all` then those that are over"
        ),
        "type": "array",
        "items": _either(),
    }


def show_schema() -> dict[str, Any]:
    """The JSON Schema of all about one incident."""
    return {
        **_head("pirgen incident show", "an incident, as `pirgen incident list` does, and its events"),
        **_either(events=_EVENTS),
    }


def _head(command: str, what: str) -> dict[str, Any]:
    said = f"What `{command} --format json` writes: {what}. What is not known is null, never 0."
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "$comment": VERSION,
        "title": command,
        "description": said,
    }


def _either(**more: Any) -> dict[str, Any]:
    def one(columns: tuple[Column, ...], description: str) -> dict[str, Any]:
        return {"description": description, **object_schema(columns, **more)}

    return {"anyOf": [one(open_incidents.columns, "An incident that goes on."), one(OVER, "One that is over.")]}
