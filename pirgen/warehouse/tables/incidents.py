"""Every incident: the table `incidents` of the report, with the review's address.

The services have a table of their own.
"""

from collections.abc import Iterator

from pirgen.report import incidents
from pirgen.report.columns import TEXT, maybe
from pirgen.report.table import Column, Row
from pirgen.warehouse.tables import Source, Table


def _rows(source: Source) -> Iterator[Row]:
    for row in incidents.rows(source.ledger):
        incident = source.ledger.incidents[row["incident_id"]]
        has_review = incident.snapshot is not None and not incident.deleted
        address = source.links.to_file(incident.path) if has_review else ""
        yield {**{key: value for key, value in row.items() if key != "services"}, "review_url": address or None}


REVIEW_URL = Column(
    "review_url", "", "Where its review is on the code host; null where that is not known.", maybe(TEXT)
)
TABLE = Table(
    incidents.NAME,
    "A row for each incident ever seen, also a withdrawn one.",
    ("incident_id",),
    (
        *(column for column in incidents.COLUMNS if column.key != "services"),
        REVIEW_URL,
    ),
    _rows,
    prose=("title",),
)
