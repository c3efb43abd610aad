"""What fixes do to the text of a file, in words and character by character."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pirgen.diagnostic import (
    Append,
    Change,
    Diagnostic,
    Edit,
    Erase,
    Fix,
    Insert,
    Remove,
    Rename,
    Reorder,
    Replace,
    Reshape,
    Rewrite,
)
from pirgen.document import Document
from pirgen.document.edit import apply
from pirgen.document.splices import Splice
from pirgen.workspace import Workspace

MOST = 1 << 22
"""How many characters are parsed for changes, about four seconds' work: each change parses the whole of its file."""


def with_changes(workspace: Workspace, diagnostics: Iterable[Diagnostic]) -> Sequence[Diagnostic]:
    """The diagnostics of files of a workspace, each with the change that its fix makes, where it can be made.

    From `MOST` characters on, the others stay without.
    """
    told, left = [], MOST
    for found in diagnostics:
        change = None
        if found.fix and left > 0:
            document = workspace.document(workspace.source(found.file))
            left -= len(document.written)
            change = _change(workspace, document, found.fix)
        told.append(found._replace(change=change) if change else found)
    return told


def _change(workspace: Workspace, document: Document, fix: Fix) -> Change | None:
    after = apply(document, fix.edits, workspace.document)
    if after is None:
        return None
    start, end, text = difference(document.written, after.written)
    span = document.range(start, end)
    head = document.written[document.index(span.line, 1) : start]
    tail = document.written[end : document.line_end(end)]
    return Change(title(fix), span, text, head + text + tail)


def title(fix: Fix) -> str:
    """What a fix does, in the imperative."""
    return " and ".join(dict.fromkeys(map(_title, fix.edits)))


def _title(edit: Edit) -> str:
    match edit:
        case Replace(value=value):
            return f"Write {_short(value)}"
        case Rename(name=name):
            return f"Rename to {_short(name)}"
        case Insert(key=key, value=value):
            return f"Add {_short(f'{key}: {value}')}"
        case Remove(path=path):
            return f"Remove {_short(str(path[-1]))}"
        case Append(path=path):
            return f"Add an item to {_short(str(path[-1]))}"
        case Rewrite(text=text):
            return f"Write the line as {_short(text)}"
        case Reshape():
            return "Write it in the form that is due"
        case Reorder():
            return "Put the entries in the order of their times"
        case Erase():
            return "Remove the comment"


def _short(text: str) -> str:
    line = " ".join(text.split())
    return f"`{line}`" if len(line) <= 60 else f"`{line[:59]}…`"


def difference(before: str, after: str) -> Splice:
    """The smallest single change that makes one text of another."""
    most = min(len(before), len(after))
    start = next((index for index in range(most) if before[index] != after[index]), most)
    end = next((index for index in range(most - start) if before[-1 - index] != after[-1 - index]), most - start)
    return Splice(start, len(before) - end, after[start : len(after) - end])
