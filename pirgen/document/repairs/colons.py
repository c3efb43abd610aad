"""Between a key's colon and its value is a blank."""

from __future__ import annotations

from collections.abc import Iterator

from pirgen.document.repairs import Mistake, Repair
from pirgen.document.repairs._lines import JOINED, above, entry_at, line_at
from pirgen.document.splices import Splice
from pirgen.text.yaml_scalar import shown

MOST = 3
"""How many lines above a mistake are tried."""


def repairs(mistake: Mistake) -> Iterator[Repair]:
    """Put the blank there."""
    text = mistake.text
    entries = []
    if mistake.problem.startswith("could not find expected ':'") and mistake.context is not None:
        entries = [entry_at(text, mistake.context)]
    elif mistake.problem.startswith("mapping values"):  # lines without the blank are read as one text
        over = above(text, line_at(text, mistake.at)[0])
        while over and not over.key and JOINED.match(text, over.lead, over.line_end):
            entries.append(over)
            over = above(text, over.start)
    for entry in entries[: -MOST - 1 : -1]:
        found = JOINED.match(text, entry.lead, entry.line_end)
        if found is None:
            return
        at = found.end(1)
        hint = f"write {shown(f'{found[1]} {found[2]}')}; a blank follows the colon of a key"
        yield Repair(found.start(), at, (Splice(at, at, " "),), "a blank is missing after a colon", hint)
