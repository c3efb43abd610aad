"""Between a key's colon and its value is a blank."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pirgen.document.repairs import Mistake, Repair
from pirgen.document.repairs._lines import above, entry_at, line_at
from pirgen.document.splices import Splice
from pirgen.text.yaml_scalar import shown

_JOINED = re.compile(r"([A-Za-z_][\w-]{0,99}:)(?!//)([^\s:].*)")


def repairs(mistake: Mistake) -> Iterator[Repair]:
    """Put the blank there."""
    text = mistake.text
    if mistake.problem.startswith("could not find expected ':'") and mistake.context is not None:
        entry = entry_at(text, mistake.context)
    elif mistake.problem.startswith("mapping values") and (over := above(text, line_at(text, mistake.at)[0])):
        entry = over
    else:
        return
    if found := _JOINED.match(text, entry.lead, entry.line_end):
        at = found.end(1)
        hint = f"write {shown(f'{found[1]} {found[2]}')}; a blank follows the colon of a key"
        yield Repair(found.start(), at, (Splice(at, at, " "),), "a blank is missing after a colon", hint)
