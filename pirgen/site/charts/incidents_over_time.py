"""How many incidents there were, by month and severity."""

from collections import Counter

from pirgen.ledger import Ledger
from pirgen.report.metrics import incidents
from pirgen.report.metrics.recurrences import began
from pirgen.review.related import Relations
from pirgen.site import period
from pirgen.site.charts import Chart, across, counts, height, labels, severities

PAGE = "report"
WIDEST = 60
"""How wide a column and the room around it are at most, in pixels."""


def draw(ledger: Ledger, relations: Relations) -> Chart:
    """Counts the incidents that the metrics include, by the month, quarter or year in which they began."""
    known = [(day, one.severity) for one in incidents(ledger) if (day := began(ledger, one))]
    unknown = sum(began(ledger, one) is None for one in incidents(ledger))
    axis, looks = period.axis(day for day, _ in known), severities(ledger, (severity for _, severity in known))
    spans = axis.spans
    found = Counter((period.place(spans, day), severity) for day, severity in known)
    table = [[found[number, severity] for severity in looks] for number in range(len(spans))]
    drawing = None
    if len(spans) > 1:
        lines = [*counts(max(map(sum, table)))]
        highest = int(lines[-1][1])
        parts = []
        for number, values in enumerate(table):
            start, end = map(across, axis.bounds(number))
            width = min(end - start, WIDEST)
            left = (start + end - width) / 2
            for place, (value, look) in enumerate(zip(values, looks.values(), strict=True)):
                low, high = height(sum(values[:place]) / highest), height(sum(values[: place + 1]) / highest)
                if value:
                    told = f"{spans[number].name}, {look.name}: {value}"
                    x = round(left + width * 0.15, 1)
                    parts.append((x, high, round(width * 0.7, 1), round(low - high, 1), look, told))
        drawing = {
            "legend": list(looks.values()),
            "lines": lines,
            "columns": labels(axis),
            "bars": parts,
            "present": True,
        }
    filled = [(span.name, values) for span, values in zip(spans, table, strict=True) if any(values)]
    rows: list[tuple[str | int, ...]] = [(name, *values, sum(values)) for name, values in filled]
    text = f"{len(known)} incident{'' if len(known) == 1 else 's'}." + (
        f" Without a known day: {unknown}." if unknown else ""
    )
    names = [look.name for look in looks.values()]
    return Chart("incidents_over_time", "Incidents", text, "columns", drawing, ("Period", *names, "All"), rows)
