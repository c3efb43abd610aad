"""The figures once more for each severity, owner, service, month or quarter."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from pirgen.ledger import Incident, Ledger
from pirgen.report.metrics import figures, incidents, measured
from pirgen.report.metrics.open_actions import open_actions
from pirgen.report.metrics.overdue_actions import overdue_actions
from pirgen.report.metrics.overdue_reviews import overdue_reviews
from pirgen.report.metrics.recurrences import began
from pirgen.report.selection import by_owner
from pirgen.report.table import Group, Listing

UNKNOWN = ""
"""The name of the group of those that do not say; it is shown as unknown."""


def dimensions() -> list[str]:
    """What the figures can be told by."""
    return ["owner", *_DIMENSIONS]


def grouped(ledger: Ledger, dimension: str) -> dict[str, Group]:
    """The figures by group, in order of the groups' names, unknown last.

    An incident of several services counts in each; its action items count where it counts. By owner, action items
    count alone: an incident has none.
    """
    if dimension == "owner":
        parts = by_owner(ledger)
    else:
        parts = {}
        for name, incident in ledger.incidents.items():
            for group in dict.fromkeys(_DIMENSIONS[dimension](ledger, incident)):
                parts.setdefault(group, {})[name] = incident
    ledgers = {group: replace(ledger, incidents=part) for group, part in parts.items()}
    filled = (group for group, part in ledgers.items() if any(incidents(part)) or part.items)
    order = sorted(filled, key=lambda group: (group == UNKNOWN, group))
    return {group: _group(ledgers[group], owns=dimension == "owner") for group in order}


def _group(ledger: Ledger, *, owns: bool) -> Group:
    told = [one for one in figures(ledger.config.plugins) if not owns or one.about == "actions"]
    return Group(
        None if owns else len([*incidents(ledger)]),
        _count(open_actions, ledger),
        _count(overdue_actions, ledger),
        None if owns else _count(overdue_reviews, ledger),
        tuple(measured(figure, ledger, ledger.as_of) for figure in told),
    )


def _count(listing: Listing, ledger: Ledger) -> int:
    return len([*listing.rows(ledger, ledger.as_of)])


def _severity(ledger: Ledger, incident: Incident) -> Iterator[str]:
    yield incident.severity


def _service(ledger: Ledger, incident: Incident) -> Iterator[str]:
    yield from incident.services or (UNKNOWN,)


def _month(ledger: Ledger, incident: Incident) -> Iterator[str]:
    day = began(ledger, incident)
    yield f"{day:%Y-%m}" if day else UNKNOWN


def _quarter(ledger: Ledger, incident: Incident) -> Iterator[str]:
    day = began(ledger, incident)
    yield f"{day.year}-Q{(day.month + 2) // 3}" if day else UNKNOWN


_DIMENSIONS: dict[str, Callable[[Ledger, Incident], Iterator[str]]] = {
    "severity": _severity,
    "service": _service,
    "month": _month,
    "quarter": _quarter,
}
