"""Diagnostics as a table in Markdown, for a comment or a step's summary."""

from __future__ import annotations

from collections.abc import Sequence

from pirgen.diagnostic import Diagnostic
from pirgen.text.markdown import inline


def render(diagnostics: Sequence[Diagnostic], files: int, colour: bool) -> str:
    """A heading that counts, and a row a diagnostic."""
    counted = f"{len(diagnostics)} {'finding' if len(diagnostics) == 1 else 'findings'}"
    lines = [f"### pirgen: {counted} in {files} {'file' if files == 1 else 'files'}", ""]
    if diagnostics:
        lines += ["| Where | What | Rule |", "| --- | --- | --- |"]
    for found in diagnostics:
        what = f"**{found.severity}**: {inline(found.message)}" + (f"; {inline(found.hint)}" if found.hint else "")
        lines.append(f"| {inline(found.file)}&#58;{found.span.line} | {what} | {found.rule} |")
    return "\n".join(lines) + "\n"
