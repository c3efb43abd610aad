"""Diagnostics as a Code Quality report (https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format)."""

from __future__ import annotations

import json
from collections.abc import Sequence

from pirgen.diagnostic import Diagnostic, Severity
from pirgen.lint.formats import fingerprints
from pirgen.text.terminal import readable

FROM_TOP = True
LEVELS = {Severity.ERROR: "major", Severity.WARNING: "minor", Severity.ADVICE: "info"}


def render(diagnostics: Sequence[Diagnostic], files: int, colour: bool) -> str:
    """One JSON array, one object a diagnostic."""
    rows = [
        {
            "description": readable(found.message + (f" ({found.hint})" if found.hint else "")),
            "check_name": found.rule,
            "fingerprint": fingerprint,
            "severity": LEVELS[found.severity],
            "location": {"path": readable(found.file), "lines": {"begin": found.span.line, "end": found.span.end_line}},
        }
        for found, fingerprint in zip(diagnostics, fingerprints(diagnostics), strict=True)
    ]
    return json.dumps(rows, indent=2) + "\n"
