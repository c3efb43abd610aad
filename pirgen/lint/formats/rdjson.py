"""Diagnostics for reviewdog, as its Diagnostic Format (https://github.com/reviewdog/reviewdog/tree/master/proto/rdf)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from pirgen.diagnostic import Change, Diagnostic, Severity
from pirgen.text.terminal import readable

FROM_TOP = SHOWS_CHANGES = True
LEVELS = {Severity.ERROR: "ERROR", Severity.WARNING: "WARNING", Severity.ADVICE: "INFO"}


def render(diagnostics: Sequence[Diagnostic], files: int, colour: bool) -> str:
    """One result with all diagnostics."""
    rows = [
        {
            "message": readable(found.message + (f"; {found.hint}" if found.hint else "")),
            "location": {"path": readable(found.file), "range": _range(found)},
            "severity": LEVELS[found.severity],
            "code": {"value": found.rule},
            **({"suggestions": [_suggestion(found.change)]} if found.change else {}),
        }
        for found in diagnostics
    ]
    return json.dumps({"source": {"name": "pirgen"}, "diagnostics": rows}, indent=2) + "\n"


def _suggestion(change: Change) -> dict[str, Any]:
    """What the lines shall be. Whole lines, because code hosts suggest no less."""
    line, _, end_line, _ = change.span
    return {"range": {"start": {"line": line}, "end": {"line": end_line}}, "text": change.lines}


def _range(found: Diagnostic) -> dict[str, Any]:
    """The lines, and the columns where the whole line is known: the format counts them in bytes of UTF-8."""
    line, column, end_line, end_column = found.span
    if found.excerpt_column > 1 or not found.excerpt:
        return {"start": {"line": line}, "end": {"line": end_line}}
    start = {"line": line, "column": _bytes(found.excerpt, column)}
    if end_line > line:
        return {"start": start, "end": {"line": end_line}}
    return {"start": start, "end": {"line": line, "column": _bytes(found.excerpt, end_column)}}


def _bytes(text: str, column: int) -> int:
    return len(text[: column - 1].encode(errors="replace")) + 1
