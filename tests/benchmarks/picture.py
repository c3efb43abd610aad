"""Draws what was measured: for each comparison a bar from the peer's time to ours, on a logarithmic scale, as SVG."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from html import escape
from itertools import groupby
from math import ceil, floor, log10
from typing import NamedTuple


class Cost(NamedTuple):
    """What a process took: seconds of the processor, and MiB."""

    seconds: float
    memory: float


class Line(NamedTuple):
    """A comparison: medians of both costs, and the median, the least and the greatest of the ratios of their times."""

    what: str
    peer: str
    ours: Cost
    theirs: Cost
    ratio: float
    least: float
    most: float


WIDTH, LEFT, RIGHT, TOP, HEAD, ROW = 860, 360, 80, 76, 30, 20
"""The width of the picture, of the texts at its left and of the figures at its right; the heights of its parts."""
LESS, MORE, TEXT, PALE, RULE = "#2f6fb3", "#c26a1b", "#1f2933", "#5f6b76", "#dde3e8"
TITLE = "How much processor time pirgen takes beside other programs"
HOW = "Blue is less, orange is more. The scale is logarithmic; a thin line spans the least and the greatest ratio."


def picture(found: Sequence[Line], told: Sequence[str]) -> str:
    """The ratios of all comparisons, and below them the lines of text that say when and on what they were measured."""
    low = min(-1, floor(log10(min(line.least for line in found))))
    high = max(1, ceil(log10(max(line.most for line in found))))

    def place(ratio: float) -> float:
        return round(LEFT + (WIDTH - LEFT - RIGHT) * (log10(ratio) - low) / (high - low), 1)

    rows, y = list[str](), TOP
    for what, lines in groupby(found, key=lambda line: line.what):
        rows.append(_text(16, y + 20, what, 13, TEXT, weight=600))
        y += HEAD
        for line in lines:
            rows += _row(y, line, place)
            y += ROW
    end = y + 34 + 17 * len(told)
    parts = [
        f'<rect class="paper" width="{WIDTH}" height="{end}" rx="6" fill="#fff"/>',
        _text(16, 28, TITLE, 16, TEXT, weight=600),
        _text(16, 47, HOW, 11, PALE),
        *(_axis(place(10**power), 10**power, y + 6) for power in range(low, high + 1)),
        *rows,
        *(_text(16, y + 36 + 17 * at, one, 11, PALE) for at, one in enumerate(told)),
    ]
    head = f'viewBox="0 0 {WIDTH} {end}" role="img" aria-label="{TITLE}" font-family="system-ui, sans-serif"'
    body = "\n".join(parts)
    return f'<svg xmlns="http://www.w3.org/2000/svg" {head}>\n{body}\n</svg>\n'


def _row(y: int, line: Line, place: Callable[[float], float]) -> Iterator[str]:
    """The bar of a comparison, and beside it the peer and the ratio."""
    colour, (start, end) = LESS if line.ratio <= 1 else MORE, sorted((place(1), place(line.ratio)))
    yield _text(30, y + 13, line.peer, 12, PALE)
    yield f'<rect class="bar" x="{start}" y="{y + 3}" width="{round(end - start, 1)}" height="12" fill="{colour}"/>'
    yield f'<line x1="{place(line.least)}" x2="{place(line.most)}" y1="{y + 9}" y2="{y + 9}" stroke="{TEXT}"/>'
    yield _text(WIDTH - 16, y + 14, f"{line.ratio:.2f}", 13, colour, anchor="end", weight=600)


def _axis(x: float, ratio: float, bottom: int) -> str:
    """A line through the picture where the times have a ratio."""
    name = "as long" if ratio == 1 else f"{ratio:g} ×"
    colour, width = (PALE, 1.5) if ratio == 1 else (RULE, 1)
    line = f'<line x1="{x}" x2="{x}" y1="{TOP}" y2="{bottom}" stroke="{colour}" stroke-width="{width}"/>'
    return _text(x, TOP - 8, name, 11, PALE, anchor="middle") + line


def _text(x: float, y: float, said: str, size: int, fill: str, *, anchor: str = "start", weight: int = 400) -> str:
    style = f'font-size="{size}" fill="{fill}" text-anchor="{anchor}" font-weight="{weight}"'
    return f'<text x="{x}" y="{y}" {style}>{escape(said)}</text>'
