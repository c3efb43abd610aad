"""The incidents that go on, with pirgen's own clocks: the report's listing, in which roles are one text."""

from collections.abc import Iterator

from pirgen.report.columns import COUNT, TEXT, maybe
from pirgen.report.metrics.open_incidents import open_incidents
from pirgen.report.table import Column, Row
from pirgen.warehouse.tables import Source, Table

_OF = {column.key: column for column in open_incidents.columns}
ROLES = Column("roles", "Roles", "Who holds which role, in words; null where nobody does.", maybe(TEXT))


def _rows(source: Source) -> Iterator[Row]:
    ledger = source.ledger
    for number, row in enumerate(open_incidents.rows(ledger, ledger.as_of), 1):
        yield {**row, "roles": _OF["roles"].said(row) if row["roles"] else None, "urgency": number}


TABLE = Table(
    open_incidents.name,
    "A row for each incident, near miss or drill that is open.",
    ("incident_id",),
    (
        *(ROLES if column.key == ROLES.key else column for column in open_incidents.columns),
        Column("urgency", "", "Its place among those of its repository, 1 for the most urgent.", COUNT),
    ),
    _rows,
    prose=("title",),
)
