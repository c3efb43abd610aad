"""What happened in a period, as an HTML page for a mail: no script, no style sheet, nothing that is loaded."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from pirgen.report import telling
from pirgen.report.sections import cell
from pirgen.report.table import Report, Told

LONGEST = 100_000
"""How many characters a page has, about; some mail programs show no more."""


def tell(report: Report, told: Told) -> str:
    """The page; where it would be too long, each list has fewer lines and says so."""
    text = ""
    for most in telling.SIZES:
        text = "".join(f"{line}\n" for line in _lines(report, told, most))
        if len(text) <= LONGEST:
            break
    return text


def _lines(report: Report, told: Told, most: int) -> Iterator[str]:
    yield '<!DOCTYPE html>\n<html lang="en">\n<head><meta charset="utf-8">'
    yield f"<title>{telling.TITLE}</title></head>\n<body>\n<h1>{telling.TITLE}</h1>"
    yield from (f"<p>{_shown(line)}</p>" for line in telling.opening(report, told))
    for part in telling.events(report, told, most):
        yield f"<h2>{_shown(part.heading)}</h2>"
        yield from _list(part)
    yield f"<h2>{_shown(telling.duties_title(report, told))}</h2>"
    for part in telling.duties(told, most):
        yield f"<h3>{_shown(part.heading)}</h3>"
        yield from _list(part)
    yield "</body>\n</html>"


def _list(part: telling.Part) -> Iterator[str]:
    yield "<ul>"
    for line in part.lines:
        action = f" {_shown(telling.shortened(line.action))}" if line.action else ""
        yield f"<li><strong>{_shown(line.subject)}</strong>{action}: {_shown(line.rest)}</li>"
    if part.more:
        yield f"<li>{_shown(part.more.replace('`', ''))}</li>"
    yield "</ul>"


def _shown(text: str) -> str:
    return escape(cell(text))
