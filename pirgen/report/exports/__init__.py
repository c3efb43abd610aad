"""The ways to write a report, one a file: a function `render(report) -> str` for all of it.

A function `tell(report, told) -> str` writes what happened in a period, and nothing else. A file has one of the two, or
both.
"""

from __future__ import annotations

from importlib import import_module

from pirgen.errors import PirgenError
from pirgen.report.table import Report
from pirgen.runtime import modules


def names() -> list[str]:
    """The names of all exports, without importing them."""
    return modules.names(__file__)


def render(name: str, report: Report) -> str:
    """The report, or what happened in its period, in the export called `name`; it ends with a line end.

    Raises PirgenError for an export that does not write that.
    """
    module = import_module(f"{__name__}.{name}")
    text: str
    if report.told:
        if not hasattr(module, "tell"):
            raise PirgenError(f"{name} writes no story of a period; leave out --since, or take another --export")
        text = module.tell(report, report.told)
    else:
        if not hasattr(module, "render"):
            raise PirgenError(f"{name} tells what happened in a period; add one, such as --since 1w")
        text = module.render(report)
    return text
