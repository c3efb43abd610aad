"""The ways to write a report, one a file: a function `render(report) -> str` for all of it.

A function `tell(report, told) -> str` writes what happened in a period, and nothing else. A file has one of the two, or
both.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from pirgen.errors import PirgenError
from pirgen.report.table import Report
from pirgen.runtime import modules

if TYPE_CHECKING:
    from pirgen.runtime.plugins import Plugin


def names(plugins: Iterable[Plugin] = ()) -> list[str]:
    """The names of all exports, without importing them."""
    return modules.names(__file__, plugins=plugins)


def render(name: str, report: Report, plugins: Iterable[Plugin] = ()) -> str:
    """The report, or what happened in its period, in the export called `name`; it ends with a line end.

    Raises PirgenError for an export that does not write that, and where it is a plugin's and its module is not sound.
    """
    module = modules.load(__name__, __file__, name, plugins)
    text: str
    if report.told:
        if not hasattr(module, "tell"):
            raise PirgenError(f"{name} writes no story of a period; leave out --since, or take another --export")
        text = modules.call(module, "tell", str, report, report.told)
    else:
        if not hasattr(module, "render"):
            raise PirgenError(f"{name} tells what happened in a period; add one, such as --since 1w")
        text = modules.call(module, "render", str, report)
    return text
