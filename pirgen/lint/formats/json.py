"""Diagnostics as JSON, for programs. Lines and columns are 1-based; the end is exclusive."""

from __future__ import annotations

import json
from collections.abc import Sequence

from pirgen.diagnostic import Diagnostic
from pirgen.text.terminal import readable


def render(diagnostics: Sequence[Diagnostic], files: int, colour: bool) -> str:
    """One JSON array, one object a diagnostic."""
    rows = [
        {
            "file": readable(found.file),
            **found.span._asdict(),
            "rule": found.rule,
            "severity": found.severity,
            "message": readable(found.message),
            "hint": readable(found.hint),
            "fixable": found.fixable,
        }
        for found in diagnostics
    ]
    return json.dumps(rows, indent=2) + "\n"
