"""A bracket that is opened is closed."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pirgen.document.composer import read_tokens
from pirgen.document.repairs import Mistake, Repair
from pirgen.document.repairs._lines import below, entry_at
from pirgen.document.splices import Splice
from pirgen.text.yaml_scalar import shown

_FIELD = re.compile(r"\{[ \t]*[\w-]+:[ \t]")
CLOSING = {"[": "]", "{": "}"}


def repairs(mistake: Mistake) -> Iterator[Repair]:
    """Close what is open: at the end of its line, or of the lines below that belong to it."""
    text, at, opened = mistake.text, mistake.at, mistake.context
    if not mistake.problem.startswith("did not find expected ',' or") or opened is None:
        return
    if text[at : at + 1] in ("]", "}"):
        closing = CLOSING[text[opened]]
        hint = f"write `{closing}`, which closes the `{text[opened]}` before it"
        yield Repair(at, at + 1, (Splice(at, at + 1, closing),), "a bracket is closed by another one", hint)
        return
    entry = entry_at(text, opened)
    end, line_end, goes_on = entry.end, entry.line_end, text[entry.start : entry.end].endswith((",", "[", "{"))
    while goes_on and (line := below(text, line_end)) and line.indent > entry.indent and line.start < at:
        line_end, end = line.line_end, line.end if line.end > line.start else end
    if end <= opened:
        return
    closing = "".join(CLOSING[text[one]] for one in reversed(read_tokens(text, end)[0]))
    if not closing:
        return
    said = text[opened:end]
    is_list = text[opened] == "[" and ("," in said or " " not in said[1:].strip())
    safe = not entry.has_hash and (is_list or bool(_FIELD.match(said)))
    written = f"{said}{closing}" if line_end == entry.line_end else closing
    hint = f"write {shown(written)}; what a bracket opens, a bracket closes"
    yield Repair(opened, opened + 1, (Splice(end, end, closing),), "a bracket is opened and not closed", hint, safe)
