"""What belongs together is indented alike."""

from __future__ import annotations

from collections.abc import Iterator

from pirgen.document.repairs import Mistake, Repair
from pirgen.document.repairs._lines import above, entry_at
from pirgen.document.repairs.tabs import indented, open_columns
from pirgen.document.splices import Splice


def repairs(mistake: Mistake) -> Iterator[Repair]:
    """Move the line to a column at which a line above it begins, or below the text that it goes on with."""
    text = mistake.text
    is_text = mistake.problem.startswith("could not find expected ':'") and mistake.context is not None
    entry = entry_at(text, mistake.context if is_text and mistake.context is not None else mistake.at)
    over = above(text, entry.start)
    if over is None or not (is_text or entry.start <= mistake.at < entry.value or mistake.at == entry.lead):
        return
    own = len(text[entry.start : entry.lead]) - len(text[entry.start : entry.lead].lstrip(" "))
    if not entry.key and entry.dash is None:
        first = text[entry.lead : entry.lead + 1]
        if not (first.isalnum() or first == "@"):
            return
        columns = [over.indent + 2 if over.key or over.dash is not None else over.indent]
    else:
        columns = sorted((*open_columns(text, entry), 0), key=lambda column: abs(column - own))
    for column in columns:
        if column != own:
            hint = f"{indented(column)}; where it goes on with the text above, put both in quotes"
            splice = Splice(entry.start, entry.start + own, " " * column)
            yield Repair(entry.start + own, entry.end, (splice,), "a line is indented wrongly", hint, safe=False)
