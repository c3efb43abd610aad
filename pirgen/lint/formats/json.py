"""Diagnostics as JSON, for programs. Lines and columns are 1-based; the end is exclusive."""

from __future__ import annotations

import json
from collections.abc import Sequence

from pirgen.diagnostic import Diagnostic


def render(diagnostics: Sequence[Diagnostic], files: int, colour: bool) -> str:
    """One JSON array, one object a diagnostic."""
    rows = [
        {
            "file": found.file,
            **found.span._asdict(),
            "rule": found.rule,
            "severity": found.severity,
            "message": found.message,
            "hint": found.hint,
            "fixable": found.fixable,
        }
        for found in diagnostics
    ]
    return json.dumps(rows, indent=2) + "\n"
