"""Diagnostics as SARIF 2.1.0 (https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from pirgen.diagnostic import Diagnostic, Severity
from pirgen.lint.formats import fingerprints

FROM_TOP = True
LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.ADVICE: "note"}
SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"


def render(diagnostics: Sequence[Diagnostic], files: int, colour: bool) -> str:
    """One run. Addresses are relative to the repository, fingerprints do not depend on line numbers."""
    names = sorted({found.rule for found in diagnostics})
    results = [
        _result(found, names.index(found.rule), fingerprint)
        for found, fingerprint in zip(diagnostics, fingerprints(diagnostics), strict=True)
    ]
    driver = {"name": "pirgen", "rules": [{"id": name} for name in names]}
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {"PROJECT": {"description": {"text": "The project's root."}}},
        "results": results,
    }
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2) + "\n"


def _result(found: Diagnostic, index: int, fingerprint: str) -> dict[str, Any]:
    line, column, end_line, end_column = found.span
    region = {"startLine": line, "startColumn": column, "endLine": end_line, "endColumn": end_column}
    artifact = {"uri": quote(found.file), "uriBaseId": "PROJECT"}
    return {
        "ruleId": found.rule,
        "ruleIndex": index,
        "level": LEVELS[found.severity],
        "message": {"text": found.message + (f"; {found.hint}" if found.hint else "")},
        "locations": [{"physicalLocation": {"artifactLocation": artifact, "region": region}}],
        "partialFingerprints": {"pirgen/v1": fingerprint},
    }
