"""What each figure means, and what it is held to."""

from collections.abc import Iterator

from pirgen.report.columns import TEXT, maybe
from pirgen.report.metrics import figures
from pirgen.report.sums import MEAN, MEDIAN, SHARE
from pirgen.report.table import Column, Row
from pirgen.review.milestones import INTERVALS
from pirgen.warehouse.tables import Source, Table

_NUMBER = {"type": ["number", "null"], "minimum": 0}


def _rows(source: Source) -> Iterator[Row]:
    config = source.ledger.config
    for figure in figures(source.ledger.config.plugins):
        target = config.targets.get(figure.name)
        yield {
            "metric": figure.name,
            "severity": None,
            "kind": figure.kind,
            "definition": figure.definition(config),
            "seconds": None if figure.kind == SHARE else target,
            "percent": target if figure.kind == SHARE else None,
        }
    for level in config.severities:
        for name, interval in INTERVALS.items():
            if interval.limit:
                what = config.intervals[name]
                yield {
                    "metric": f"{interval.limit}_target",
                    "severity": level.name,
                    "kind": None,
                    "definition": f"{what.end} - {what.start}",
                    "seconds": getattr(level, interval.limit),
                    "percent": None,
                }


TABLE = Table(
    "targets",
    "A row for each figure, and for each severity that has a limit of its own.",
    ("metric", "severity"),
    (
        Column("metric", "", "The figure.", TEXT),
        Column("severity", "", "The severity whose limit it is; null for the target of the whole figure.", maybe(TEXT)),
        Column("kind", "", "Which kind of figure it is; null for a limit.", {"enum": [MEAN, MEDIAN, SHARE, None]}),
        Column("definition", "", "How it is derived. Only figures of one definition can be added up.", TEXT),
        Column("seconds", "", "The target of a time, or the limit; null for none.", _NUMBER),
        Column("percent", "", "The target of a share; null for none.", {**_NUMBER, "maximum": 100}),
    ),
    _rows,
)
