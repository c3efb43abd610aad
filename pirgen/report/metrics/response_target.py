"""The share of incidents that are acknowledged within their severity's time."""

from datetime import datetime
from typing import TypedDict

from pirgen.ledger import Incident, Ledger
from pirgen.report.metrics import first, incidents, share
from pirgen.report.table import Table

POSITION = 80


def measure(ledger: Ledger, as_of: datetime) -> Table:
    """Acknowledged - detected within the response time; an open incident past it counts as missed."""
    definition = "incidents acknowledged within their severity's response time / all"
    return share(
        ledger, "response_target", definition, **within(ledger, as_of, "response", ("detected",), "acknowledged")
    )


class Tally(TypedDict):
    """Verdicts, None where unknown, and how many of them rest on assumed or inferred milestones."""

    verdicts: list[bool | None]
    assumed: int
    inferred: int


def within(ledger: Ledger, as_of: datetime, target: str, starts: tuple[str, ...], end: str) -> Tally:
    """For each incident whether it kept its severity's target; how many verdicts rest on assumptions."""
    verdicts: list[bool | None] = []
    assumed = inferred = 0
    for incident in incidents(ledger):
        level = ledger.config.severity(incident.severity)
        limit: int | None = getattr(level, target, None)
        if level is not None and limit is None:
            continue
        start, stop = first(incident, starts), incident.milestones.get(end)
        if limit is None or start is None:
            verdicts.append(None)
            continue
        taken = ((stop.at if stop else as_of) - start[1].at).total_seconds()
        verdict = taken <= limit if stop and taken >= 0 else None
        if stop is None and is_open(incident) and taken > limit:
            verdict = False
        verdicts.append(verdict)
        if verdict is not None:
            assumed += start[0] != starts[0]
            inferred += start[1].inferred or bool(stop and stop.inferred)
    return {"verdicts": verdicts, "assumed": assumed, "inferred": inferred}


def is_open(incident: Incident) -> bool:
    """Whether nothing says that the incident is over."""
    is_over = "resolved" in incident.milestones or (incident.snapshot is not None and incident.snapshot.over)
    return not is_over and not incident.is_complete
