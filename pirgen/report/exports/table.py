"""A report as plain text, for a terminal or a log."""

from __future__ import annotations

from collections.abc import Sequence

from pirgen.report.sections import Section, cell, head_lines, sections
from pirgen.report.table import Column, Report, Row
from pirgen.text.terminal import width

MAX_TEXT = 60


def render(report: Report) -> str:
    """The metrics beside their targets, then what is overdue and what is open, each with its count."""
    head = "".join(f"{line}\n" for line in head_lines(report))
    return "\n".join((head, *map(section, sections(report))))


def section(found: Section) -> str:
    """A titled grid with its count, or one line that says that there is nothing."""
    if not found.title:
        return grid(found.columns, found.rows)
    return f"{found.heading}\n" + (grid(found.columns, found.rows, "  ") if found.rows else "")


def grid(columns: Sequence[Column], rows: Sequence[Row], indent: str = "", most: int = MAX_TEXT) -> str:
    """Rows under a head, in columns as wide as they need; numbers to the right.

    A text that may be broken has at most `most` characters, any other one at most `MAX_TEXT`.
    """
    cells = [[_short(cell(one.said(row)), most if one.least else MAX_TEXT) for one in columns] for row in rows]
    head = [column.title for column in columns]
    widths = [max(width(line[i]) for line in (head, *cells)) for i in range(len(head))]
    right = [bool(rows) and all(isinstance(column.said(row), int | None) for row in rows) for column in columns]

    def line(texts: Sequence[str]) -> str:
        padded = (
            " " * (wide - width(text)) + text if to_right else text + " " * (wide - width(text))
            for text, wide, to_right in zip(texts, widths, right, strict=True)
        )
        return (indent + "  ".join(padded)).rstrip() + "\n"

    return "".join(map(line, (head, *cells)))


def _short(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"
