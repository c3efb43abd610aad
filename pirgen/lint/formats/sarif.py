"""Diagnostics as SARIF 2.1.0 (https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html).

GitHub keeps 5,000 results of a run, the most severe ones, and refuses files of more than 10 MB after compression
(https://docs.github.com/code-security/code-scanning/troubleshooting-sarif-uploads/results-exceed-limit). What is beyond
is left out here, so that the file itself and the terminal say so. Rules and locations stay far below their limits.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from pirgen import __version__
from pirgen.diagnostic import Change, Diagnostic, Severity, Span
from pirgen.lint.formats import fingerprints
from pirgen.lint.rules import FORM, Rule, load
from pirgen.text.terminal import address, readable

FROM_TOP = SHOWS_CHANGES = True
LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.ADVICE: "note"}
SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
MAX_RESULTS = 5_000
MAX_BYTES = 9_500_000
"""The size of all results. Before compression, so that no text can make the file too large."""
INDENT = 8
"""By how much the file indents the lines of a result."""


def render(diagnostics: Sequence[Diagnostic], files: int, colour: bool) -> str:
    """One run. Addresses are relative to the repository, fingerprints do not depend on line numbers."""
    kept = _kept(diagnostics)
    names = sorted({found.rule for found, _ in kept})
    known = {rule.name: rule for rule in load()} if names else {}
    rules = [_rule(name, known) for name in names]
    results = [{**result, "ruleIndex": names.index(found.rule)} for found, result in kept]
    notes = [{"level": "warning", "message": {"text": said}}] if (said := _said(diagnostics, kept)) else []
    run = {
        "tool": {"driver": {"name": "pirgen", "version": __version__, "rules": rules}},
        "invocations": [{"executionSuccessful": True, "toolExecutionNotifications": notes}],
        "columnKind": "unicodeCodePoints",
        "newlineSequences": ["\r\n", "\n", "\r"],
        "originalUriBaseIds": {"PROJECT": {"description": {"text": "The project's root."}}},
        "results": results,
    }
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2) + "\n"


def _rule(name: str, known: Mapping[str, Rule]) -> dict[str, Any]:
    """What a viewer shows of a rule; only its name where it is none of ours."""
    if name not in known:
        return {"id": name, **({"shortDescription": {"text": FORM[name]}} if name in FORM else {})}
    rule, docs = known[name], _documentation()
    return {
        "id": name,
        **({"helpUri": f"{docs}reference/rules/#{name}"} if docs else {}),
        "shortDescription": {"text": rule.summary},
        "fullDescription": {"text": rule.reason},
        "help": {"text": rule.doc, "markdown": rule.doc},
        "defaultConfiguration": {"level": LEVELS[rule.severity]},
    }


@cache
def _documentation() -> str:
    """The address of pirgen's documentation, ending with a slash, as its package states it; empty where it does not."""
    from importlib.metadata import metadata

    stated = (one.partition(", ") for one in metadata("pirgen").get_all("Project-URL") or ())
    return next((f"{url.rstrip('/')}/" for label, _, url in stated if label == "Documentation"), "")


def left_out(diagnostics: Sequence[Diagnostic]) -> str:
    """How many results are left out and why; empty where none is."""
    return _said(diagnostics, _kept(diagnostics))


def _kept(diagnostics: Sequence[Diagnostic]) -> list[tuple[Diagnostic, dict[str, Any]]]:
    """The diagnostics that fit, in their order, each with its result; the least severe ones are left out first."""
    weights = [*LEVELS]
    ranked = sorted(range(len(diagnostics)), key=lambda index: weights.index(diagnostics[index].severity))
    results = [*map(_result, diagnostics, fingerprints(diagnostics))]
    fit: list[int] = []
    size = 0
    for index in ranked[:MAX_RESULTS]:
        text = json.dumps(results[index], indent=2)
        size += len(text) + INDENT * (text.count("\n") + 1)
        if size > MAX_BYTES:
            break
        fit.append(index)
    return [(diagnostics[index], results[index]) for index in sorted(fit)]


def _said(diagnostics: Sequence[Diagnostic], kept: Sequence[Any]) -> str:
    if len(kept) == len(diagnostics):
        return ""
    return (
        f"{len(kept)} of {len(diagnostics)} results are written, the most severe ones: code hosts take no more than "
        f"{MAX_RESULTS} results and 10 MB; `--format text` tells all of them"
    )


def _result(found: Diagnostic, fingerprint: str) -> dict[str, Any]:
    artifact = {"uri": address(found.file), "uriBaseId": "PROJECT"}
    fixes = {"fixes": [_fix(found, found.change, artifact)]} if found.change else {}
    return {
        "ruleId": found.rule,
        "level": LEVELS[found.severity],
        "message": {"text": readable(found.message + (f"; {found.hint}" if found.hint else ""))},
        "locations": [{"physicalLocation": {"artifactLocation": artifact, "region": _region(found.span)}}],
        "partialFingerprints": {"pirgen/v1": fingerprint, "primaryLocationLineHash": f"{fingerprint[:16]}:1"},
        **fixes,
    }


def _fix(found: Diagnostic, change: Change, artifact: Mapping[str, str]) -> dict[str, Any]:
    """What mends a finding. A viewer may apply it unasked, so the words and a property say where it is a guess."""
    guess = "" if found.fixable else " (may not be what the author meant)"
    replacement = {"deletedRegion": _region(change.span), "insertedContent": {"text": change.text}}
    return {
        "description": {"text": readable(change.title) + guess},
        "artifactChanges": [{"artifactLocation": artifact, "replacements": [replacement]}],
        "properties": {"safe": found.fixable},
    }


def _region(span: Span) -> dict[str, int]:
    return {
        "startLine": span.line, "startColumn": span.column, "endLine": span.end_line, "endColumn": span.end_column
    }  # fmt: skip
