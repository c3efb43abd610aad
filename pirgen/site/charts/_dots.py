"""Draws times of incidents as dots over a logarithmic axis, with medians: by date or by severity."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pirgen.ledger import Incident, Ledger
from pirgen.report import survival
from pirgen.report.columns import today
from pirgen.report.metrics import Taken
from pirgen.report.metrics.recurrences import began
from pirgen.review.duration import format_duration
from pirgen.site import period, scale
from pirgen.site.charts import Chart, across, height, labels, severities

FEWEST = 3
"""Fewer times than these are no picture."""
Dot = tuple[float, str, float, Taken]
"""A dot: its position from left to right, its severity, its time in seconds, and the measurement behind it."""


def by_period(ledger: Ledger, name: str, title: str, times: Iterable[Taken]) -> Chart:
    """A chart of times by the day on which their incidents began, with the median of each month, quarter or year."""
    times = [*times]
    known = [
        (day, time) for time in times if time.seconds is not None and (day := began(ledger, _incident(ledger, time)))
    ]
    axis = period.axis(day for day, _ in known)
    rows: list[tuple[str, list[Taken]]] = [(span.name, []) for span in axis.spans]
    for day, time in known:
        rows[period.place(axis.spans, day)][1].append(time)
    drawing = None
    if len(known) >= FEWEST:
        dots = [(across(axis.at(day)), _severity(ledger, time), time.seconds or 0, time) for day, time in known]
        bounds = [axis.bounds(number) for number in range(len(rows))]
        medians = [(across(start), across(end), inside) for (start, end), (_, inside) in zip(bounds, rows, strict=True)]
        drawing = {**_drawing(ledger, dots, labels(axis), medians), "present": True}
    table = [(label, *_summary(inside)) for label, inside in rows if inside]
    text = _said(times, len(known))
    if drawing:
        text += f" A line is the median of {_span(axis.spans)}."
    return Chart(name, title, text, "dots", drawing, ("Period", "Incidents", "Median", "Longest"), table)


def by_severity(ledger: Ledger, name: str, title: str, times: Iterable[Taken]) -> Chart:
    """A chart of times by severity, each severity from its first incident to its last, with its median."""
    times = [*times]
    known = [time for time in times if time.seconds is not None and time.began]
    known.sort(key=lambda time: time.began.timestamp() if time.began else 0)
    looks = severities(ledger, (_severity(ledger, time) for time in known))
    dots: list[Dot] = []
    columns, medians, table = [], [], []
    for place, (severity, look) in enumerate(looks.items()):
        mine = [time for time in known if _severity(ledger, time) == severity]
        start, end = across(place / len(looks)), across((place + 1) / len(looks))
        columns.append(((start + end) / 2, scale.short(look.name, end - start)))
        inside = (end - start) * 0.8
        left = start + (end - start) * 0.1
        for number, time in enumerate(mine):
            dots.append((round(left + inside * (number + 0.5) / len(mine), 1), severity, time.seconds or 0, time))
        medians.append((left, left + inside, mine))
        table.append((look.name, *_summary(mine)))
    drawing = _drawing(ledger, dots, columns, medians) if len(known) >= FEWEST and len(looks) > 1 else None
    text = _said(times, len(known))
    if drawing:
        text += " A line is the median of a severity."
    return Chart(name, title, text, "dots", drawing, ("Severity", "Incidents", "Median", "Longest"), table)


def _incident(ledger: Ledger, time: Taken) -> Incident:
    return ledger.incidents[time.of.incident_id]


def _severity(ledger: Ledger, time: Taken) -> str:
    return _incident(ledger, time).severity


def _drawing(
    ledger: Ledger,
    dots: Sequence[Dot],
    columns: Sequence[tuple[float, str]],
    medians: Sequence[tuple[float, float, Sequence[Taken]]],
) -> Mapping[str, Any]:
    looks = severities(ledger, (severity for _, severity, _, _ in dots))
    seconds = [max(value, 60) for _, _, value, _ in dots]
    lines = scale.spans(min(seconds), max(seconds))

    def y(value: float) -> float:
        return height(scale.part(value, lines[0], lines[-1]))

    return {
        "legend": list(looks.values()),
        "lines": [(y(line), format_duration(line)) for line in lines],
        "columns": columns,
        "medians": [(start, end, y(half)) for start, end, inside in medians if (half := _median(inside)) is not None],
        "dots": [
            (x, y(value), looks[severity], _told(ledger, time), bool(time.state)) for x, severity, value, time in dots
        ],
    }


def _told(ledger: Ledger, time: Taken) -> str:
    """The text shown when somebody points at a dot."""
    day = today(ledger, time.began) if time.began else "unknown"
    marks = [word for word, so in (("assumed start", time.assumed), ("inferred", time.inferred)) if so]
    marks += [time.state] if time.state else []
    took = format_duration(time.seconds or 0, exact=True)
    return f"{time.of.incident_id}, {day}: {', '.join([took, *marks])}"


def _said(times: Sequence[Taken], drawn: int) -> str:
    missing, assumed = len(times) - drawn, sum(time.assumed for time in times)
    waiting = sum(bool(time.state) for time in times if time.seconds is not None)
    told = f"{drawn} of {len(times)} incidents"
    told += ", on a logarithmic scale" if drawn >= FEWEST else ", too few for a picture"
    if missing:
        told += f"; of the others the time is not known: {missing}"
    if waiting:
        told += f"; hollow, at their time so far, are those that are still open: {waiting}"
    return told + (f"; with an assumed start: {assumed}." if assumed else ".")


def _span(spans: Sequence[period.Period]) -> str:
    name = spans[0].name if spans else ""
    return "a quarter" if "Q" in name else "a year" if len(name) == 4 else "a month"


def _summary(times: Sequence[Taken]) -> tuple[int, str, str]:
    """What the table says of some times that are known: how many, their median, and the longest."""
    half = _median(times)
    longest = max(time.seconds or 0 for time in times)
    return len(times), "not reached" if half is None else format_duration(half), format_duration(longest, exact=True)


def _median(times: Sequence[Taken]) -> float | None:
    """The median of times that are known, in seconds; None where it is not reached."""
    return survival.median(
        [time.seconds or 0 for time in times if not time.state], [time.seconds or 0 for time in times if time.state]
    )
