"""YAML allows no tab as indentation."""

from __future__ import annotations

from collections.abc import Iterator

from pirgen.document.repairs import Mistake, Repair
from pirgen.document.repairs._lines import JOINED, Entry, above, entry_at, line_at
from pirgen.document.splices import Splice

WIDTHS = (2, 4, 8)
"""The widths of a tab that editors have."""


def repairs(mistake: Mistake) -> Iterator[Repair]:
    """Put blanks for the tabs: as many as what stands above makes possible."""
    text = mistake.text
    start, end = line_at(text, mistake.at)
    line = text[start:end]
    lead = line[: len(line) - len(line.lstrip(" \t"))]
    if "\t" not in lead or not line.strip():
        return
    entry = entry_at(text, start)
    columns = open_columns(text, entry, mistake.problem)
    wide = {len(lead.expandtabs(width)) for width in WIDTHS}
    fitting = [column for column in columns if column in wide] or columns
    for column in fitting or [0]:
        hint = f"{indented(column)}; YAML does not allow tabs"
        splice = Splice(start, start + len(lead), " " * column)
        yield Repair(start, start + len(lead), (splice,), "a tab is used as indentation", hint, len(fitting) == 1)


def indented(column: int) -> str:
    """What somebody shall do so that a line begins at a column (0-based)."""
    return f"indent it with {column} space{'' if column == 1 else 's'}" if column else "do not indent it"


def open_columns(text: str, entry: Entry, problem: str = "") -> list[int]:
    """The columns but the first at which a line may begin, by the lines above it; the deepest first."""
    is_item, has_key = entry.dash is not None and "-" in text[entry.start : entry.lead], bool(entry.key)
    columns: list[int] = []
    least, over = 10**9, above(text, entry.start)
    if over and (over.value >= over.end or text[over.value] in "|>") and over.key:
        columns.append(over.indent + 2)
    elif over and not has_key and not is_item:
        return [over.indent + 2 if over.key or over.dash is not None else over.indent]
    while over and least > 0:
        own = len(text[over.start : over.lead]) - len(text[over.start : over.lead].lstrip(" "))
        is_keyed = over.key or JOINED.match(text, over.lead, over.line_end)
        if has_key and not is_item and is_keyed and 0 < over.indent < least:
            columns.append(over.indent)
        if is_item and over.dash is not None and 0 < own < least:
            columns.append(own)
        least = min(least, own)
        over = above(text, over.start)
    return columns
