"""pirgen: post-incident reviews as code.

The public API is three functions, imported when first used: `lint` checks reviews, `render` makes their pages,
`report` derives the figures from git.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"
__all__ = ["__version__", "lint", "render", "report"]

if TYPE_CHECKING:
    from pirgen.lint import lint
    from pirgen.report import report
    from pirgen.site import render


def __getattr__(name: str) -> Any:
    from importlib import import_module

    homes = {"lint": "pirgen.lint", "render": "pirgen.site", "report": "pirgen.report"}
    if name not in homes:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(homes[name]), name)
