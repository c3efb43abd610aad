"""The libraries that only some of the work needs, and the extra of the package that each comes with."""

from __future__ import annotations

from importlib.util import find_spec

from pirgen.errors import PirgenError

EXTRAS = {
    "detect_secrets": "redact",
    "duckdb": "warehouse",
    "feedgenerator": "feed",
    "icalendar": "ical",
    "pygls": "lsp",
    "mcp": "mcp",
    "prometheus_client": "openmetrics",
    "re2": "redact",
    "urllib3": "tracker",
}
"""The name of the extra by the name of the module."""


def is_installed(library: str) -> bool:
    """Whether the module `library` can be imported."""
    return find_spec(library) is not None


def needed(library: str) -> str:
    """The sentence that says which extra to install."""
    return f'this needs {library}: `pip install "pirgen[{EXTRAS[library]}]"`'


def require(library: str) -> None:
    """Raise PirgenError, with what to install, where the module `library` is not installed."""
    if not is_installed(library):
        raise PirgenError(needed(library))
