"""What can be done about a finding: the edits that mend it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from pirgen.diagnostic import (
    Append,
    Diagnostic,
    Edit,
    Erase,
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
from pirgen.files import Source


class Change(NamedTuple):
    """A change that somebody may choose."""

    title: str
    finding: Diagnostic
    text: str
    """The whole text after the change."""
    is_safe: bool


def changes(
    document: Document, findings: Iterable[Diagnostic], parse: Callable[[Source], Document]
) -> Iterator[Change]:
    """The changes that mend some of these findings, but for those that cannot be made without a change elsewhere."""
    for finding in findings:
        if finding.fix and (mended := apply(document, finding.fix.edits, parse)):
            titles = dict.fromkeys(map(_title, finding.fix.edits))
            yield Change(" and ".join(titles), finding, mended.text, finding.fix.safe)


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


class Splice(NamedTuple):
    """A part of a text between two indices, and what takes its place."""

    start: int
    end: int
    text: str


def difference(before: str, after: str) -> Splice:
    """The smallest single change that makes one text of another."""
    most = min(len(before), len(after))
    start = next((index for index in range(most) if before[index] != after[index]), most)
    end = next((index for index in range(most - start) if before[-1 - index] != after[-1 - index]), most - start)
    return Splice(start, len(before) - end, after[start : len(after) - end])
