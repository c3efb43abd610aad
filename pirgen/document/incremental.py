"""Reads a series of similar YAML texts, such as the versions of a file, and parses only the parts that are new.

A text is split before each key that begins a line but the first. By the rules of block mappings
(https://yaml.org/spec/1.2.2/#82-block-collection-styles) such a line ends the value before it, unless a quote or a
bracket is still open; then that part alone is not sound YAML. So where every part is sound by itself, the data of the
text is the data of its parts together. Texts whose parts could affect each other (by anchors, directives or a second
document) and texts with errors are left to `document.load`.
"""

from __future__ import annotations

import re
from typing import Any

from pirgen.document.builder import Builder
from pirgen.document.composer import MAX_VALUES, ComposeError, compose
from pirgen.files import Source

_BEGINS = re.compile(r"\n(?=[A-Za-z_]\w*:[ \n])", re.ASCII)
_ANCHOR = re.compile(r"(?<![^\s\[\]{},:?-])&[\w-]")
_SHARED = ("\n---", "\n...", "\n%", "\x85", "\u2028", "\u2029", "\ufeff")


class Blocks:
    """Remembers the parts of the last text that it read, with their data."""

    def __init__(self) -> None:
        self.known: dict[str, dict[str, Any]] = {}

    def data(self, source: Source) -> dict[str, Any] | None:
        """The same data that `document.load` gives for a source; None where only `document.load` can tell."""
        try:
            text = source.data.decode()
        except UnicodeDecodeError:
            return None
        head, *parts = _BEGINS.split(f"\n{text}")
        if not parts or len(text) > MAX_VALUES:
            return None
        if any(shared in text for shared in _SHARED) or ("&" in text and _ANCHOR.search(text)):
            return None
        parts[:-1] = [f"{part}\n" for part in parts[:-1]]
        parts[0] = f"{head}\n{parts[0]}"[1:]  # what is above the first key has to be sound, too
        known: dict[str, dict[str, Any]] = {}
        data: dict[str, Any] = {}
        for part in parts:
            found = self.known.get(part)
            if found is None and (found := _parse(part)) is None:
                return None
            if not data.keys().isdisjoint(found):
                return None
            known[part] = found
            data |= found
        self.known = known
        return data


def _parse(part: str) -> dict[str, Any] | None:
    try:
        root, restore = compose(part)
    except ComposeError:
        return None
    builder = Builder(restore)
    data = builder.build(root)
    return data if isinstance(data, dict) and not builder.problems else None
