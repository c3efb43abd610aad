"""Every incident: the table `incidents` of the report, but for the services, which have a table of their own."""

from collections.abc import Iterator

from pirgen.report import incidents
from pirgen.report.table import Row
from pirgen.warehouse.tables import Source, Table


def _rows(source: Source) -> Iterator[Row]:
    for row in incidents.rows(source.ledger):
        yield {key: value for key, value in row.items() if key != "services"}


TABLE = Table(
    incidents.NAME,
    "A row for each incident ever seen, also a withdrawn one.",
    ("incident_id",),
    tuple(column for column in incidents.COLUMNS if column.key != "services"),
    _rows,
    prose=("title",),
)
