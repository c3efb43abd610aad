"""The style and the script of the pages."""

from collections.abc import Iterator
from pathlib import Path

from pirgen.site.pages import Page, Subject

FOLDER = Path(__file__).parents[2] / "assets"
STYLE, SCRIPT = "pirgen.css", "pirgen.js"


def make(subject: Subject) -> Iterator[Page]:
    """The style and the script, unchanged."""
    yield from (Page(name, (FOLDER / name).read_text(encoding="utf-8")) for name in (STYLE, SCRIPT))
