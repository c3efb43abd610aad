"""Lines of YAML text, read by themselves."""

from __future__ import annotations

import re
from typing import NamedTuple

LINE_END = re.compile(r"\r\n|\n|\r")
_LEAD = re.compile(r"[ \t]*(?:-(?:[ \t]+|\Z))*")
_KEY = re.compile(r"""(?:"[^"]{0,99}"|'[^']{0,99}'|[^\s"'\[\]{}#&*!|>%@`,?:-][^:"'\[{#]{0,99}):(?=[ \t]|\Z)[ \t]*""")
JOINED = re.compile(r"([A-Za-z_][\w-]{0,99}:)(?!//)([^\s:].*)")
"""A key and its value without the blank between them, and so no key for YAML."""
_COMMENT = re.compile(r"(?<![ \t])[ \t]+#(?:[ \t]|\Z)")
_HASH = re.compile(r"[ \t]#")


class Entry(NamedTuple):
    """A line of a block: what is before its key, the key, and the value. All are indices of the text."""

    start: int
    lead: int
    """Where the key begins, or the value of a line without one."""
    value: int
    end: int
    """Where the value ends, without a comment and white space."""
    line_end: int
    key: str
    """The key with its colon; empty where there is none."""
    dash: int | None
    """Where the last dash in front of the key is."""
    has_hash: bool
    """Whether a `#` in the value could begin a comment."""

    @property
    def indent(self) -> int:
        """The column (0-based) of the key, or of the value of a line without one."""
        return self.lead - self.start


def line_at(text: str, index: int) -> tuple[int, int]:
    """The start of the line at an index, and the end of its characters."""
    start = max(text.rfind("\n", 0, index), text.rfind("\r", 0, index)) + 1
    found = LINE_END.search(text, index)
    return start, found.start() if found else len(text)


def line_number(text: str, index: int) -> int:
    """The number (1-based) of the line at an index."""
    return 1 + sum(1 for _ in LINE_END.finditer(text, 0, index))


def split_lines(text: str) -> list[str]:
    """The lines without their ends."""
    return LINE_END.split(text)


def above(text: str, start: int) -> Entry | None:
    """The entry on the nearest line with something on it above the line that starts at `start`."""
    while start > 0:
        last = start - (2 if text[start - 2 : start] == "\r\n" else 1)
        start, end = line_at(text, last)
        if (said := text[start:end].strip()) and not said.startswith("#"):
            return entry_at(text, start)
    return None


def below(text: str, line_end: int) -> Entry | None:
    """The entry on the line after the one that ends at `line_end`; None at the end of the text."""
    found = LINE_END.match(text, line_end)
    return entry_at(text, found.end()) if found and found.end() < len(text) else None


def entry_at(text: str, index: int) -> Entry:
    """The entry on the line at an index."""
    start, line_end = line_at(text, index)
    line = text[start:line_end]
    lead = _LEAD.match(line)
    assert lead is not None
    key = _KEY.match(line, lead.end())
    value = key.end() if key else lead.end()
    said = line[value:]
    quoted = max(said.rfind(said[0]), 0) if said[:1] in ("'", '"') and said else 0
    comment = _COMMENT.search(said, quoted)
    told = (said[: comment.start()] if comment else said).rstrip(" \t")
    if told.startswith("#"):
        told = ""
    dash = line.rfind("-", 0, lead.end())
    return Entry(
        start,
        start + lead.end(),
        start + value,
        start + value + len(told),
        line_end,
        key[0].rstrip() if key else "",
        start + dash if dash >= 0 else None,
        bool(_HASH.search(told, quoted)),
    )
