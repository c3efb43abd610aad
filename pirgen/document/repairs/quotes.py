"""A quote that is opened in a line and never closed there swallows the lines below it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pirgen.document.repairs import Mistake, Repair
from pirgen.document.repairs._lines import line_at
from pirgen.document.splices import Splice
from pirgen.text.yaml_scalar import shown

_ENTRY = re.compile(r"[\r\n][ \t]*(?:-[ \t]|[A-Za-z_][\w-]*:(?:[ \t\r\n]|\Z))")
_ELISION = re.compile(r"'(?:[0-9]|(?:tis|twas|til|cause|em|n|bout|round)\b)", re.IGNORECASE)
_ESCAPE = re.compile(r"\\")


def repairs(mistake: Mistake) -> Iterator[Repair]:
    """Close the quote at the end of its line."""
    text = mistake.text
    if mistake.problem == "found unexpected end of stream" and mistake.context is not None:
        start, end = mistake.context, len(text)
    elif mistake.long_quote:
        start, end = mistake.long_quote
        if not _ENTRY.search(text, start, end):
            return
    else:
        return
    quote = text[start : start + 1]
    if quote not in ("'", '"'):
        return
    line, line_end = line_at(text, start)
    said = text[start:line_end].rstrip(" \t")
    close, safe = len(said), " #" not in said and "\t#" not in said
    if (in_flow := "[" in text[line:start] or "{" in text[line:start]) and (stop := re.search(r"[],}]", said)):
        close, safe = stop.start(), False
    safe &= not _ELISION.match(said) and not in_flow and not said[:close].endswith("\\")
    value = said[:close].rstrip() + quote
    at = start + len(value) - 1
    hint = f"write {shown(value)}; this quote is not closed in its line, and swallows what is below"
    yield Repair(start, start + 1, (Splice(at, at, quote),), "a quote is opened and not closed", hint, safe)
