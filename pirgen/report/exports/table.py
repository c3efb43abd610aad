"""A report as plain text, for a terminal or a log."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import zip_longest

from pirgen.report import telling
from pirgen.report.sections import Section, cell, head_lines, sections
from pirgen.report.table import Column, Report, Row, Told
from pirgen.runtime import environment
from pirgen.text.terminal import width

MAX_TEXT = 60
"""How wide a column is at most, but for a note, and for one that may take what a terminal has left."""
_GAP, _FOLD = "  ", "    "


def render(report: Report, paint: Callable[[str], str] = str) -> str:
    """The metrics beside their targets, then what is overdue and what is open, each with its count."""
    head = "".join(f"{line}\n" for line in head_lines(report))
    return "\n".join((head, *(section(one, paint) for one in sections(report))))


def section(found: Section, paint: Callable[[str], str] = str) -> str:
    """A titled grid with its count, or one line that says that there is nothing."""
    if not found.title:
        return grid(found.columns, found.rows, paint=paint)
    return f"{found.heading}\n" + (grid(found.columns, found.rows, "  ", paint=paint) if found.rows else "")


def tell(report: Report, told: Told, paint: Callable[[str], str] = str) -> str:
    """What happened, a grid for each kind, then what is overdue and due next, a grid for each owner."""
    first, *others = telling.opening(report, told)
    wide = environment.columns()
    lines = [first, *(f"  {line}" for line in others)]
    head = "".join(f"{line}\n" for one in lines for line in (wrapped(cell(one), wide) if wide else [cell(one)]))
    parts = [_part(one, "", paint) for one in telling.events(report, told)]
    owned = "".join(_part(one, "  ", paint) for one in telling.duties(told))
    return "\n".join((head, *parts, f"{paint(telling.duties_title(report, told))}\n{owned}"))


def _part(part: telling.Part, indent: str, paint: Callable[[str], str]) -> str:
    heading = f"{indent}{paint(cell(part.heading))}\n"
    return heading + grid(telling.columns(part), telling.rows(part), f"{indent}  ", paint=paint, titled=False)


def grid(
    columns: Sequence[Column],
    rows: Sequence[Row],
    indent: str = "",
    wide: int | None = None,
    paint: Callable[[str], str] = str,
    *,
    titled: bool = True,
) -> str:
    """Rows under a head, unless they are not `titled`; numbers to the right.

    No line is wider than `wide`, or than the terminal where it is None.

    A column that has a least width is made narrower first: a longer text is cut, or wrapped where it is a note.
    Then the last columns go onto lines of their own, under the first ones. Without a terminal a row stays on one line.
    `paint` gives the text of a cell its colours.
    """
    wide = wide or environment.columns()
    room = wide - len(indent) if wide else None
    cells = [[cell(column.said(row)) for column in columns] for row in rows]
    head = [column.title if titled else "" for column in columns]
    natural = [max(map(width, texts)) for texts in zip(head, *cells, strict=True)]
    wanted = [
        one if column.kind == "note" or (wide and column.least) else min(one, MAX_TEXT)
        for one, column in zip(natural, columns, strict=True)
    ]
    right = [bool(rows) and all(isinstance(column.said(row), int | None) for row in rows) for column in columns]
    lines, widths = _laid_out(wanted, columns, room)

    def shown(texts: Sequence[str]) -> Iterator[str]:
        for index, places in enumerate(lines):
            if index and not any(texts[i] for i in places):
                continue
            fitted = [_fitted(texts[i], widths[i], is_note=columns[i].kind == "note") for i in places]
            margin = indent + (_FOLD if index else "")
            for line in zip_longest(*fitted, fillvalue=""):
                padded = [_padded(text, widths[i], right[i], paint) for i, text in zip(places, line, strict=True)]
                yield f"{margin}{_GAP.join(padded)}".rstrip() + "\n"

    return "".join(line for texts in ((head, *cells) if titled else cells) for line in shown(texts))


def _padded(text: str, wide: int, to_right: bool, paint: Callable[[str], str]) -> str:
    blanks = " " * (wide - width(text))
    return blanks + paint(text) if to_right else paint(text) + blanks


def _fitted(text: str, wide: int, *, is_note: bool) -> list[str]:
    """The lines of a cell: one that is cut, or as many as a note takes."""
    return wrapped(text, wide) if is_note else [cut(text, wide)]


def wrapped(text: str, wide: int) -> list[str]:
    """A printable text in lines that are at most so many columns wide, broken at blanks; a longer word is cut."""
    lines = [""]
    for word in text.split(" "):
        longer = f"{lines[-1]} {word}" if lines[-1] else word
        if width(longer) <= wide or not lines[-1]:
            lines[-1] = cut(longer, wide)
        else:
            lines.append(cut(word, wide))
    return lines


def cut(text: str, wide: int) -> str:
    """A printable text that is at most so many columns wide; a longer one ends with `…`."""
    if width(text) <= wide:
        return text
    room = wide - 1
    for place, char in enumerate(text):
        room -= width(char)
        if room < 0:
            return f"{text[:place]}…"
    return text


def _laid_out(wanted: Sequence[int], columns: Sequence[Column], room: int | None) -> tuple[list[list[int]], list[int]]:
    """Which columns stand on which line of a row, and how wide each of them is.

    `wanted` are the widths with which nothing is cut or wrapped, `room` is that of a line, None for any.
    """
    if room is None:
        return [[*range(len(wanted))]], [*wanted]
    widths = [min(one, column.least or one) for one, column in zip(wanted, columns, strict=True)]
    lines: list[list[int]] = []
    left = 0
    for index, one in enumerate(widths):
        if not lines or one + len(_GAP) > left:
            lines.append([])
            left = room - (len(_FOLD) if len(lines) > 1 else 0)
            widths[index] = min(one, left)
        left -= widths[index] + (len(_GAP) if len(lines[-1]) else 0)
        lines[-1].append(index)
    for number, places in enumerate(lines):
        used = sum(widths[i] for i in places) + len(_GAP) * (len(places) - 1)
        left = room - used - (len(_FOLD) if number else 0)
        for i in places:
            more = min(wanted[i] - widths[i], left)
            widths[i] += more
            left -= more
    return lines, widths
