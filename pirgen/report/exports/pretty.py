"""A report for a person at a terminal, with colours and as wide as the terminal, by rich."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from pirgen.errors import PirgenError
from pirgen.report.sections import Section, cell, head_lines, sections
from pirgen.report.table import Report
from pirgen.runtime import environment

if TYPE_CHECKING:
    from rich.console import Console

LEAST = 110
"""The least width at which every table is whole; a narrower terminal wraps its lines, as those of the plain table."""
STYLES = {"NO": "bold red", "yes": "green", "unknown": "dim"}
PROSE = {"Action": 24, "Reason": 24, "Metric": 14}
"""The columns whose text may go on in the next line, and how wide they are at least; all else stays whole."""
ALARMS = ("Overdue reviews", "Overdue action items")


def is_available() -> bool:
    """Whether rich is installed."""
    from importlib.util import find_spec

    return find_spec("rich") is not None


def render(report: Report) -> str:
    """What the table says. Raises PirgenError where rich is not installed."""
    try:
        from rich.console import Console
    except ImportError:
        raise PirgenError('this needs rich: `pip install "pirgen[pretty]"`') from None
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
        alarming = section.title in ALARMS and section.rows
        console.print(Text(f"\n{section.heading}", style="bold red" if alarming else "bold"))
    if not section.rows:
        return
    grid = Table(box=SIMPLE_HEAD, pad_edge=False)
    values = [[value(row) for _, value in section.columns] for row in section.rows]
    for index, (title, _) in enumerate(section.columns):
        number = all(isinstance(line[index], int | None) for line in values)
        long = title in PROSE
        grid.add_column(title, justify="right" if number else "left", no_wrap=not long, min_width=PROSE.get(title))
    for line in values:
        grid.add_row(*(Text(shown, style=STYLES.get(shown, "")) for shown in map(cell, line)))
    console.print(grid)
