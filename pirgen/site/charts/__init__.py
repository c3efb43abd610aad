"""The charts of the dashboards. Each module has a function `draw(ledger, relations) -> Chart` and its PAGE.

A chart has a drawing made by a template of `templates/charts`, a text that says what is shown and what is not, and the
data as a table. Charts have no styles of their own. Texts have the page's colour. Everything else has a contrast of at
least 3:1 on white and on black (WCAG 2.2, 1.4.11), and series also differ in shape.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from pirgen.ledger import Ledger
from pirgen.review.related import Relations
from pirgen.runtime import modules
from pirgen.site.period import Axis
from pirgen.site.scale import CHARACTER, numbers

ORDER = (
    "time_to_resolve",
    "time_to_resolve_by_severity",
    "incidents_over_time",
    "review_lead_time",
    "recurring_factors",
    "actions_over_time",
)
"""The order of the charts. A chart that is not named here comes last."""
WIDTH, LEFT, RIGHT, TOP, FLOOR = 720, 50, 50, 34, 240
"""In pixels: the width of the picture, the room left of, right of and above the drawing, and where its lower end is."""
COLOURS = ("#d1495b", "#c27803", "#3b82c4", "#8a63d2", "#2e9462", "#7a7f87")
SHAPES = ("m-4 0a4 4 0 1 0 8 0a4 4 0 1 0-8 0z", "m-4-4h8v8h-8z", "m0-5l5 9h-10z", "m0-5l5 5l-5 5l-5-5z")
"""SVG paths of a circle, a square, a triangle and a diamond, relative to their middle."""


class Chart(NamedTuple):
    """One chart. `drawing` has the values for the template called `kind`; None where there is nothing to draw.

    A drawing with a true value `present` is about time: on a narrow screen its end is seen first.
    """

    name: str
    title: str
    text: str
    kind: str
    drawing: Mapping[str, Any] | None
    columns: Sequence[str]
    rows: Sequence[Sequence[str | int]]


class Series(NamedTuple):
    """The name of a series, and the look of its marks."""

    name: str
    colour: str
    shape: str


def charts(page: str, ledger: Ledger, relations: Relations) -> list[Chart]:
    """The charts of a page, in their order. Raises PirgenError where one of a plugin is not sound."""
    found = modules.modules(__name__, __file__, ORDER, ledger.config.plugins)
    on_page = (module for module in found if page == modules.held(module, "PAGE", str))
    return [modules.call(module, "draw", Chart, ledger, relations) for module in on_page]


def series(names: Iterable[str]) -> dict[str, Series]:
    """A look for each name; the first ones differ most."""
    return {
        name: Series(name or "unknown", COLOURS[place % len(COLOURS)], SHAPES[place % len(SHAPES)])
        for place, name in enumerate(names)
    }


def severities(ledger: Ledger, used: Iterable[str]) -> dict[str, Series]:
    """A look for each severity that is used. Its place in the matrix decides, so it is the same in every chart."""
    matrix = [level.name for level in ledger.config.severities]
    known = {*used}
    looks = series([*matrix, *sorted(known - {*matrix})])
    return {name: look for name, look in looks.items() if name in known}


def across(part: float) -> float:
    """The position, in pixels, of a part (0 to 1) of the way from left to right."""
    return round(LEFT + part * (WIDTH - LEFT - RIGHT), 1)


def height(part: float) -> float:
    """The position, in pixels, of a part (0 to 1) of the way from the floor to the top."""
    return round(FLOOR - part * (FLOOR - TOP), 1)


def counts(highest: int) -> Iterator[tuple[float, str]]:
    """The lines of an axis of whole numbers, each with its position and its number."""
    steps = numbers(highest)
    yield from ((height(step / steps[-1]), str(step)) for step in steps)


def labels(axis: Axis) -> list[tuple[float, str]]:
    """The names of periods, each with its position: from the last one back, as many as have room; `…` for gaps."""
    found = [(across(middle), "…") for middle in axis.gaps]
    free = float(WIDTH)
    for number in reversed(range(len(axis.spans))):
        name, (start, end) = axis.spans[number].name, axis.bounds(number)
        middle, half = across((start + end) / 2), len(name) * CHARACTER / 2 + 6
        if middle + half <= free and all(abs(middle - gap) > half for gap, _ in found[: len(axis.gaps)]):
            found.append((middle, name))
            free = middle - half
    return found


def bars(rows: Sequence[tuple[str, Sequence[int]]], looks: Sequence[Series]) -> Mapping[str, Any] | None:
    """The values for `rows.svg.j2`: a row has a label and a bar for each count. None where all counts are 0."""
    longest = max((sum(values) for _, values in rows), default=0)
    if not longest:
        return None
    room, drawn = WIDTH - LABEL - 50, []
    for place, (label, values) in enumerate(rows):
        starts = [sum(values[:number]) for number in range(len(values))]
        parts = [
            (round(LABEL + room * start / longest, 1), round(room * value / longest, 1), look.colour)
            for start, value, look in zip(starts, values, looks, strict=True)
            if value
        ]
        shown = label if len(label) <= MOST else f"{label[: MOST - 1]}…"
        end = round(LABEL + room * sum(values) / longest + 6, 1)
        drawn.append((TOP + 22 * place, shown, parts, end, sum(values)))
    return {"rows": drawn, "legend": looks if len(looks) > 1 else (), "label": LABEL, "floor": TOP + 22 * len(rows)}


LABEL, MOST = 236, 36
"""The room for a row's label, in pixels and in characters."""
