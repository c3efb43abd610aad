"""Marks of Markdown that mean nothing in YAML: `*` before the entries of a list, and the fences around code."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pirgen.document.repairs import Mistake, Repair
from pirgen.document.repairs._lines import line_at
from pirgen.document.splices import Splice
from pirgen.text.yaml_scalar import shown

_FENCE = re.compile(r"[ \t]{0,40}(?:```|~~~)\w{0,20}[ \t]{0,40}")
_BULLET = re.compile(r"[ \t]{0,40}(\*)[ \t]{1,40}(\S.*)")


def repairs(mistake: Mistake) -> Iterator[Repair]:
    """Put a dash for the `*`, or leave the fence out."""
    text = mistake.text
    start, end = line_at(text, mistake.at)
    if found := _BULLET.fullmatch(text, start, end):
        at = found.start(1)
        hint = f"write {shown(f'- {found[2].rstrip()}')}; a dash begins each entry of a list in YAML"
        yield Repair(at, at + 1, (Splice(at, at + 1, "-"),), "an entry of a list begins with `*`", hint)
    elif _FENCE.fullmatch(text, start, end):
        hint = "take the line out: it is Markdown, and the file holds YAML only"
        yield Repair(start, end, (Splice(start, end, ""),), "a fence of Markdown", hint)
