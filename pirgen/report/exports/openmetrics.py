"""A report for Prometheus, by prometheus_client. What is not known has no sample; it is never 0."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from pirgen.report.sums import NO, YES
from pirgen.report.table import Report, Row
from pirgen.runtime import extras
from pirgen.text.terminal import uncontrolled

Sample = tuple[tuple[str, ...], float | None]
LABELS = ("metric", "by", "group")

GAUGES: dict[str, tuple[str, str]] = {
    "pirgen_time_mean_seconds": ("The mean of a time.", "mean_minutes"),
    "pirgen_time_median_seconds": ("The median of a time; without a sample where it is not reached.", "median_minutes"),
    "pirgen_time_p90_seconds": ("The 90th percentile of a time, by nearest rank.", "p90_minutes"),
    "pirgen_share_ratio": ("A share, from 0 to 1.", "percent"),
    "pirgen_known": ("How many incidents or action items a figure rests on.", "n"),
    "pirgen_missing": ("How many lack what a figure needs and are left out.", "missing"),
    "pirgen_censored": ("How many have not come to their end, for a median time.", "censored"),
    "pirgen_assumed": ("In how many the detection stands in for the start.", "assumed"),
    "pirgen_inferred": ("In how many a milestone was read from an event's words.", "inferred"),
    "pirgen_target_met": ("Whether a target is met; without a sample where too little is known.", "met"),
}
"""The name of each gauge of the metrics, what it says, and the key of its figure."""


def render(report: Report) -> str:
    """The exposition in OpenMetrics. Raises PirgenError where prometheus_client is not installed."""
    extras.require("prometheus_client")
    from prometheus_client import CollectorRegistry, Gauge
    from prometheus_client.openmetrics import exposition

    registry = CollectorRegistry()

    def gauge(name: str, says: str, labels: Sequence[str], samples: Iterator[Sample] | list[Sample]) -> None:
        made = Gauge(name, says, labels, registry=registry)
        for values, figure in samples:
            if figure is not None:
                (made.labels(*map(uncontrolled, values)) if labels else made).set(figure)

    for name, (says, key) in GAUGES.items():
        gauge(name, says, LABELS, _figures(report, key))
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


def _figures(report: Report, key: str) -> Iterator[Sample]:
    for row in report.tables["metrics"].rows:
        yield (row["name"], "", ""), _base(row, key)
    for dimension, groups in report.groups.items():
        for name, group in groups.items():
            for row in group.metrics:
                yield (row["name"], dimension, name), _base(row, key)


def _base(row: Row, key: str) -> float | None:
    """In base units; the share as exactly as the counts give it."""
    if key == "percent":
        return row["done"] / row["of"] if row["of"] else None
    if key == "met":
        return {YES: 1.0, NO: 0.0}.get(row[key])
    value = row[key]
    return None if value is None else round(value * 60, 1) if key.endswith("_minutes") else float(value)
