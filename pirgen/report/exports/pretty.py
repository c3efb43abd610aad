"""The table with colours, for a person at a terminal."""

from __future__ import annotations

import click

from pirgen.report.exports import table
from pirgen.report.table import Report, Told
from pirgen.runtime import environment

COLOURS = {"NO": "red", "yes": "green", "unknown": "bright_black", "not enough": "bright_black"}
"""The colours of the words that say how something stands. Each word says it without its colour, too."""


def render(report: Report) -> str:
    """What the table says; without colours where NO_COLOR is set."""
    return table.render(report, str if environment.variable("NO_COLOR") else paint)


def tell(report: Report, told: Told) -> str:
    """The same for a story."""
    return table.tell(report, told, str if environment.variable("NO_COLOR") else paint)


def paint(text: str) -> str:
    """A cell in the colour of its word."""
    return click.style(text, fg=COLOURS[text], bold=text == "NO" or None) if text in COLOURS else text
