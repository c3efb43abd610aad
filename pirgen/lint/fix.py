"""Fixes: the edits of what lint finds, applied until nothing that can be mended is left."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from pirgen.diagnostic import Diagnostic
from pirgen.document import load
from pirgen.document.edit import apply
from pirgen.files import Source

ROUNDS = 1_000
"""After how many rounds of fixes that make room for others it is enough."""


def fix(
    source: Source, check: Callable[[Source], Iterable[Diagnostic]], *, unsafe: bool
) -> tuple[Source, tuple[Diagnostic, ...]]:
    """The source with what `check` finds in it fixed, as far as it can be, and what was fixed."""
    fixed: list[Diagnostic] = []
    for _ in range(ROUNDS):
        wanted = [(found, found.fix.edits) for found in check(source) if found.fix and (found.fix.safe or unsafe)]
        document = load(source)
        together = apply(document, tuple(one for _, edits in wanted for one in edits)) if document.data else None
        if together:
            source = together
            fixed += (found for found, _ in wanted)
            continue
        one = next(((made, found) for found, edits in wanted if (made := apply(document, edits))), None)
        if one is None:
            break
        source = one[0]
        fixed.append(one[1])
    return source, tuple(fixed)
