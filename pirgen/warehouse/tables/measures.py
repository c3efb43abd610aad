"""What each incident and each action item brings to each figure, so that others need but count, add up and sort."""

from collections.abc import Iterator

from pirgen.ledger import Item
from pirgen.report.columns import COUNT, INCIDENT, TEXT, TRUTH, maybe
from pirgen.report.metrics import figures
from pirgen.report.sums import STATES, Taken, Verdict
from pirgen.report.table import Column, Row
from pirgen.warehouse.tables import Source, Table


def _rows(source: Source) -> Iterator[Row]:
    ledger = source.ledger
    numbers = {id(item): number for number, item in enumerate(ledger.items)}
    for figure in figures(source.ledger.config.plugins):
        for part in figure.parts(ledger, ledger.as_of):
            yield {
                "metric": figure.name,
                "incident_id": part.of.incident_id,
                "item": numbers[id(part.of)] if isinstance(part.of, Item) else None,
                "seconds": part.seconds if isinstance(part, Taken) else None,
                "counts": part.counts if isinstance(part, Verdict) else None,
                "assumed": part.assumed,
                "inferred": part.inferred,
                "state": part.state or None,
            }


TABLE = Table(
    "measures",
    "A row for each incident or action item that a figure asks about.",
    ("metric", "incident_id", "item"),
    (
        Column("metric", "", "The figure, as the report's table `metrics` names it.", TEXT),
        INCIDENT,
        Column(
            "item", "", "The action item, by its number in the table `actions`; null for an incident.", maybe(COUNT)
        ),
        Column(
            "seconds",
            "",
            "The time that it took, for a mean or a median; null where that is not known.",
            {"type": ["number", "null"], "minimum": 0},
        ),
        Column("counts", "", "Whether it counts, for a share; null where that is not known.", maybe(TRUTH)),
        Column("assumed", "", "Whether the detection stands in for the start.", TRUTH),
        Column("inferred", "", "Whether it rests on a milestone that was read from an event's words.", TRUTH),
        Column(
            "state",
            "",
            "For a time, why it has not come to its end, which makes it a censored one; for a share, how it stands. "
            "Null else.",
            {"enum": [*STATES, None]},
        ),
    ),
    _rows,
)
