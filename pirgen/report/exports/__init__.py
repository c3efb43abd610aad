"""The ways to write a report, one a file: a function `render(report) -> str`."""

from __future__ import annotations

from importlib import import_module

from pirgen.report.table import Report
from pirgen.runtime import modules


def names() -> list[str]:
    """The names of all exports, without importing them."""
    return modules.names(__file__)


def render(name: str, report: Report) -> str:
    """The report in the export called `name`, ending with a line end."""
    text: str = import_module(f"{__name__}.{name}").render(report)
    return text
