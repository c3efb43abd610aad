"""Diagnostics for a person at a terminal: what, where, the very characters, and what to do; each cause once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pirgen.diagnostic import Diagnostic
from pirgen.lint.formats import full
from pirgen.lint.formats._groups import Group, groups, lines
from pirgen.text.terminal import printable

FILES = 3
"""How many files of a group are named."""


def render(diagnostics: Sequence[Diagnostic], files: int, colour: bool) -> str:
    """Every group of diagnostics with the excerpt of its first one, then one line that sums up."""
    blocks = ("\n".join(_block(group, colour)) for group in groups(diagnostics))
    return full.report(blocks, diagnostics, files, colour)


def _block(group: Group, colour: bool) -> Iterator[str]:
    first = group.found[0]._replace(severity=group.severity, message=group.message, hint=group.hint)
    if not group.notes:
        yield from full.block(first, colour, "; ".join(lines(group.found)))
        return
    yield full.title(first._replace(rule="schema"), colour)
    paint = full.painter(colour)
    names = group.files
    more = f" and {len(names) - FILES:,} more" if len(names) > FILES else ""
    yield f" {paint('-->', 'blue')} {', '.join(map(printable, names[:FILES]))}{more}"
    for note in group.notes:
        yield f"  {paint('=', 'blue')} {printable(note)}"
    yield full.help_line("", group.hint, colour)
