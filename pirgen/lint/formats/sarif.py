"""Diagnostics as SARIF 2.1.0 (https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html).

GitHub refuses a run of more than 25,000 results and shows the gravest 5,000
(https://docs.github.com/code-security/reference/code-scanning/sarif-files/sarif-support), so no more are written. The
run then says how many are left out.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from pirgen.diagnostic import Diagnostic, Severity
from pirgen.lint.formats import fingerprints

FROM_TOP = True
LIMIT = 5_000
LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.ADVICE: "note"}
SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"


def render(diagnostics: Sequence[Diagnostic], files: int, colour: bool) -> str:
    """One run. Addresses are relative to the repository, fingerprints do not depend on line numbers."""
    every, diagnostics = diagnostics, _gravest(diagnostics)
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
    if left_out := len(every) - len(diagnostics):
        note = {"text": f"{left_out} of {len(every)} findings are left out, because hosts take no more than {LIMIT}."}
        notification = {"level": "warning", "message": note}
        run["invocations"] = [{"executionSuccessful": True, "toolExecutionNotifications": [notification]}]
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2) + "\n"


def overflow(diagnostics: Sequence[Diagnostic], files: int) -> str:
    """How many findings are left out, as Markdown; nothing where all are written."""
    left_out = len(diagnostics) - len(_gravest(diagnostics))
    return f"pirgen: {left_out} of {len(diagnostics)} findings are left out of the SARIF file.\n" if left_out else ""


def _gravest(diagnostics: Sequence[Diagnostic]) -> Sequence[Diagnostic]:
    if len(diagnostics) <= LIMIT:
        return diagnostics
    return sorted(
        sorted(diagnostics, key=lambda found: [*LEVELS].index(found.severity))[:LIMIT], key=lambda one: one.order
    )


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
