"""The ways to write a report, one a file: a function `render(report) -> str`."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

from pirgen.report.table import Report


def names() -> list[str]:
    """The names of all exports, without importing them."""
    return sorted(file.stem for file in Path(__file__).parent.glob("[!_]*.py"))


def render(name: str, report: Report) -> str:
    """The report in the export called `name`, ending with a line end."""
    text: str = import_module(f"{__name__}.{name}").render(report)
    return text
