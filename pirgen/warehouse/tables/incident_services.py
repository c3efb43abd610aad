"""The services that each incident touched."""

from collections.abc import Iterator

from pirgen.report.columns import INCIDENT, TEXT
from pirgen.report.table import Column, Row
from pirgen.warehouse.tables import Source, Table


def _rows(source: Source) -> Iterator[Row]:
    for _, incident in sorted(source.ledger.incidents.items()):
        for service in dict.fromkeys(incident.services):
            yield {"incident_id": incident.incident_id, "service": service}


TABLE = Table(
    "incident_services",
    "A row for each service that a review names.",
    ("incident_id", "service"),
    (INCIDENT, Column("service", "", "The service.", TEXT)),
    _rows,
)
