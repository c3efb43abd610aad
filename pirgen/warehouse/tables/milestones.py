"""The milestones that each incident reached."""

from collections.abc import Iterator

from pirgen.report.columns import INCIDENT, INSTANT, TRUTH
from pirgen.report.incidents import exact
from pirgen.report.table import Column, Row
from pirgen.review.milestones import MILESTONES
from pirgen.warehouse.tables import Source, Table


def _rows(source: Source) -> Iterator[Row]:
    for _, incident in sorted(source.ledger.incidents.items()):
        reached = incident.milestones
        for name in (name for name in MILESTONES if name in reached):
            yield {
                "incident_id": incident.incident_id,
                "milestone": name,
                "reached_at": exact(reached[name].at),
                "inferred": reached[name].inferred,
                "approximate": reached[name].approximate,
            }


TABLE = Table(
    "milestones",
    "A row for each milestone that an incident reached.",
    ("incident_id", "milestone"),
    (
        INCIDENT,
        Column("milestone", "", "Which one.", {"enum": [*MILESTONES]}),
        Column("reached_at", "", "When, in UTC.", INSTANT),
        Column("inferred", "", "Whether an event's words say so, and no explicit kind.", TRUTH),
        Column("approximate", "", "Whether the time is approximate.", TRUTH),
    ),
    _rows,
)
