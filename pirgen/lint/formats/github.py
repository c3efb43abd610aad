"""Diagnostics as workflow commands, which GitHub shows beside the lines of a change.

The host shows 10 annotations of a level for a step; those beyond go to the step's summary, where there is one
(https://docs.github.com/actions/reference/workflow-commands-for-github-actions).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from pirgen.diagnostic import Diagnostic, Severity
from pirgen.lint.formats import markdown
from pirgen.text.terminal import printable

FROM_TOP = True
LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.ADVICE: "notice"}
LIMIT = 10
SUMMARY_BYTES = 1 << 20


def render(diagnostics: Sequence[Diagnostic], files: int, colour: bool) -> str:
    """One command a diagnostic, as many as are shown, then a line that sums up."""
    lines = _commands(diagnostics)
    left_out = len(diagnostics) - len(lines)
    lines.append(
        f"{files} files checked, {len(diagnostics)} findings" + (f", {left_out} not shown" if left_out else "")
    )
    return "\n".join(lines) + "\n"


def overflow(diagnostics: Sequence[Diagnostic], files: int) -> str:
    """All findings as Markdown, where the host shows only some of them beside the lines; else nothing."""
    if len(_commands(diagnostics)) == len(diagnostics):
        return ""
    return markdown.render(diagnostics, files, False).encode()[:SUMMARY_BYTES].decode(errors="ignore")


def _commands(diagnostics: Sequence[Diagnostic]) -> list[str]:
    lines: list[str] = []
    used: Counter[str] = Counter()
    for found in diagnostics:
        level = LEVELS[found.severity]
        used[level] += 1
        if used[level] <= LIMIT:
            lines.append(_command(level, found))
    return lines


def _command(level: str, found: Diagnostic) -> str:
    line, column, end_line, end_column = found.span
    place = {"file": found.file, "line": line, "endLine": end_line, "title": f"pirgen {found.rule}"}
    if line == end_line:  # the host refuses columns of several lines
        place |= {"col": column, "endColumn": max(end_column - 1, column)}
    properties = ",".join(f"{key}={_escape(str(value), ':,')}" for key, value in place.items())
    message = found.message + (f" ({found.hint})" if found.hint else "")
    return f"::{level} {properties}::{_escape(message)}"


def _escape(text: str, more: str = "") -> str:
    return "".join(f"%{ord(char):02X}" if char in "%\r\n" + more else printable(char) for char in text)
