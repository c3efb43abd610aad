"""A report for a person at a terminal, with colours and as wide as the terminal, by rich."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Literal

from pirgen.report.sections import Section, cell, head_lines, sections
from pirgen.report.table import Report
from pirgen.runtime import environment, extras

if TYPE_CHECKING:
    from rich.console import Console

LEAST = 110
"""The least width at which every table is whole; a narrower terminal wraps its lines, as those of the plain table."""
STYLES = {"NO": "bold red", "yes": "green", "unknown": "dim", "not enough": "dim", "not reached": "dim"}


def is_available() -> bool:
    """Whether rich is installed."""
    return extras.is_installed("rich")


def render(report: Report) -> str:
    """What the table says. Raises PirgenError where rich is not installed."""
    extras.require("rich")
    from rich.console import Console

    written = io.StringIO()
    plain = bool(environment.variable("NO_COLOR"))
    console = Console(
        file=written,
        width=max(environment.columns(), LEAST),
        force_terminal=not plain,
        color_system=None if plain else "standard",
        highlight=False,
        emoji=False,
    )
    console.print("\n".join(head_lines(report)), markup=False, style="bold")
    for section in sections(report):
        _print(console, section)
    return written.getvalue()


def _print(console: Console, section: Section) -> None:
    from rich.box import SIMPLE_HEAD
    from rich.table import Table
    from rich.text import Text

    if section.title:
        alarming = section.alarming and section.rows
        console.print(Text(f"\n{section.heading}", style="bold red" if alarming else "bold"))
    if not section.rows:
        return
    grid = Table(box=SIMPLE_HEAD, pad_edge=False)
    values = [[column.said(row) for column in section.columns] for row in section.rows]
    for index, column in enumerate(section.columns):
        number = all(isinstance(line[index], int | None) for line in values)
        justify: Literal["right", "left"] = "right" if number else "left"
        grid.add_column(column.title, justify=justify, no_wrap=not column.least, min_width=column.least or None)
    for line in values:
        grid.add_row(*(Text(shown, style=STYLES.get(shown, "")) for shown in map(cell, line)))
    console.print(grid)
