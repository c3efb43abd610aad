"""The table with colours, for a person at a terminal."""

from __future__ import annotations

from pirgen.report.exports import table
from pirgen.report.table import Report, Told
from pirgen.runtime import environment
from pirgen.text.terminal import painted

COLOURS = {"NO": ("red", "bold"), "yes": ("green",), "unknown": ("grey",), "not enough": ("grey",)}
"""The styles of the words that say how something stands. Each word says it without its colour, too."""


def render(report: Report) -> str:
    """What the table says; without colours where NO_COLOR is set."""
    return table.render(report, str if environment.variable("NO_COLOR") else paint)


def tell(report: Report, told: Told) -> str:
    """The same for a story."""
    return table.tell(report, told, str if environment.variable("NO_COLOR") else paint)


def paint(text: str) -> str:
    """A cell in the style of its word."""
    return painted(text, *COLOURS.get(text, ()))
