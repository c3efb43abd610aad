"""A report for Prometheus, by prometheus_client. What is not known has no sample; it is never 0.

A family is one figure of all, or of all parts in one dimension, never both, so that its sum counts nothing twice. That
is what Prometheus asks of the labels of a metric (https://prometheus.io/docs/practices/naming/).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from pirgen.report.sums import NO, YES
from pirgen.report.table import Report, Row
from pirgen.runtime import extras
from pirgen.text.terminal import uncontrolled

Sample = tuple[tuple[str, ...], float | None]

GAUGES: dict[str, tuple[str, str]] = {
    "mean_seconds": ("The mean.", "mean_minutes"),
    "median_seconds": ("The median; without a sample where it is not reached.", "median_minutes"),
    "p90_seconds": ("The 90th percentile, by nearest rank.", "p90_minutes"),
    "ratio": ("The share, from 0 to 1.", "percent"),
    "known": ("How many incidents or action items it rests on.", "n"),
    "missing": ("How many lack what it needs and are left out.", "missing"),
    "censored": ("How many have not come to their end.", "censored"),
    "assumed": ("In how many the detection stands in for the start.", "assumed"),
    "inferred": ("In how many a milestone was read from an event's words.", "inferred"),
    "target_met": ("Whether the target is met; without a sample where too little is known.", "met"),
}
"""The end of the name of each gauge of a metric, what it says, and the key of its figure."""
TWICE = {"service": " An incident of several services counts in each."}
"""What is said of a dimension whose parts overlap."""


def render(report: Report) -> str:
    """The exposition in OpenMetrics. Raises PirgenError where prometheus_client is not installed."""
    extras.require("prometheus_client")
    from prometheus_client import CollectorRegistry, Gauge
    from prometheus_client.openmetrics import exposition

    registry = CollectorRegistry()

    def gauge(name: str, says: str, labels: Sequence[str], samples: Iterable[Sample]) -> None:
        known = [(values, figure) for values, figure in samples if figure is not None]
        made = Gauge(name, uncontrolled(says), labels, registry=registry) if known else None
        for values, figure in known:
            assert made
            (made.labels(*map(uncontrolled, values)) if labels else made).set(figure)

    for figure in report.figures:
        for end, (says, key) in GAUGES.items():
            name, told = f"pirgen_{figure.name}_{end}", f"{figure.title}. {says}"
            gauge(name, told, (), _samples((), report.tables["metrics"].rows, figure.name, key))
            for by, groups in report.groups.items():
                parts = (
                    one for group, said in groups.items() for one in _samples((group,), said.metrics, figure.name, key)
                )
                gauge(f"{name}_by_{by}", f"{told} By {by}.{TWICE.get(by, '')}", (by,), parts)
    for listing in report.listings:
        if (label := listing.counted_by) and listing.name in report.tables:
            rows = report.tables[listing.name].rows
            name, says = f"pirgen_{listing.name}", listing.description
            gauge(name, f"{says} In all.", (), [((), len(rows))])
            counted = Counter(row[label] or "" for row in rows)
            gauge(f"{name}_by_{label}", f"{says} By {label}.", (label,), [((key,), n) for key, n in counted.items()])
    gauge("pirgen_shallow", "Whether older history is missing, so that every figure may be wrong.", (),
          [((), int(report.shallow))])  # fmt: skip
    gauge("pirgen_report_time_seconds", "The moment that the report tells of.", (), [((), report.as_of.timestamp())])
    text: str = exposition.generate_latest(registry).decode()  # type: ignore[no-untyped-call]
    return text


def _samples(labels: tuple[str, ...], rows: Iterable[Row], metric: str, key: str) -> Iterator[Sample]:
    return ((labels, _base(row, key)) for row in rows if row["name"] == metric)


def _base(row: Row, key: str) -> float | None:
    """In base units; the share as exactly as the counts give it."""
    if key == "percent":
        return row["done"] / row["of"] if row["of"] else None
    if key == "met":
        return {YES: 1.0, NO: 0.0}.get(row[key])
    value = row[key]
    return None if value is None else round(value * 60, 1) if key.endswith("_minutes") else float(value)
