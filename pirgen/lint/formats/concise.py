"""One line a diagnostic, for editors and scripts: `file:line:column: severity[rule] message`."""

from __future__ import annotations

from collections.abc import Sequence

from pirgen.diagnostic import Diagnostic
from pirgen.text.terminal import printable


def render(diagnostics: Sequence[Diagnostic], files: int, colour: bool) -> str:
    """The lines, and nothing where nothing was found."""
    return "".join(
        f"{printable(found.file)}:{found.span.line}:{found.span.column}: {found.severity}[{found.rule}] "
        f"{printable(found.message)}{f' ({printable(found.hint)})' if found.hint else ''}\n"
        for found in diagnostics
    )
