"""The metrics, one a file: a function `measure(ledger, as_of) -> Table`, and its POSITION in the report.

Tables of one name are joined, so that each figure of the table `metrics` has a file of its own. Definitions are
those of DESIGN "Numbers".
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from importlib import import_module
from math import ceil
from pathlib import Path
from statistics import fmean, median
from typing import Any, NamedTuple

from pirgen.ledger import CLOSED, Incident, Item, Ledger
from pirgen.report.table import Table
from pirgen.review.milestones import Milestone


def measure(ledger: Ledger, as_of: datetime) -> dict[str, Table]:
    """All tables, by name."""
    files = (file.stem for file in Path(__file__).parent.glob("[!_]*.py"))
    modules = sorted((import_module(f"{__name__}.{name}") for name in files), key=lambda found: found.POSITION)
    tables: dict[str, Table] = {}
    for module in modules:
        table: Table = module.measure(ledger, as_of)
        held = tables.get(table.name)
        tables[table.name] = Table(table.name, (*held.rows, *table.rows)) if held else table
    return tables


def incidents(ledger: Ledger) -> Iterator[Incident]:
    """The incidents that count: all ever seen, but for those that are withdrawn."""
    return (incident for incident in ledger.incidents.values() if not incident.is_withdrawn)


def today(ledger: Ledger, as_of: datetime) -> date:
    """The project's date at a moment."""
    return as_of.astimezone(ledger.config.zone).date()


def first(incident: Incident, kinds: tuple[str, ...]) -> tuple[str, Milestone] | None:
    """The first of these milestones that an incident has reached."""
    reached = incident.milestones
    for kind in kinds:
        if found := reached.get(kind):
            return kind, found
    return None


class Interval(NamedTuple):
    """A time that a mean is of, in seconds; None where it is not known, or negative."""

    incident: Incident
    began: datetime | None
    seconds: float | None
    assumed: bool = False
    inferred: bool = False


def intervals(ledger: Ledger, name: str) -> Iterator[Interval]:
    """Of every incident the time between the milestones that the configuration names for a mean time.

    Where no start is recorded, the detection stands in and is assumed, but for the time to detect.
    """
    start, end = ledger.config.intervals[name]
    starts = (start, "detected") if start == "started" and end != "detected" else (start,)
    for incident in incidents(ledger):
        began, stop = first(incident, starts), incident.milestones.get(end)
        if began is None or stop is None or stop.at < began[1].at:
            yield Interval(incident, began[1].at if began else None, None)
        else:
            seconds, inferred = (stop.at - began[1].at).total_seconds(), began[1].inferred or stop.inferred
            yield Interval(incident, began[1].at, seconds, began[0] != start, inferred)


def between(ledger: Ledger, name: str, words: str) -> Table:
    """A mean time between the milestones that the configuration names for it; what is not known is missing."""
    start, end = ledger.config.intervals[name]
    times = [*intervals(ledger, name)]
    assumed, inferred = sum(time.assumed for time in times), sum(time.inferred for time in times)
    definition = f"mean time to {words}: {end} - {start}"
    return mean_time(ledger, name, definition, [time.seconds for time in times], assumed, inferred)


def mean_time(
    ledger: Ledger, name: str, definition: str, times: list[float | None], assumed: int = 0, inferred: int = 0
) -> Table:
    """The mean, the median and the 90th percentile (by nearest rank) of times in seconds, None for a missing one."""
    minutes = [time / 60 for time in times if time is not None]
    target = ledger.config.targets.get(name)
    mean = fmean(minutes) if minutes else None
    return _row(
        name,
        definition,
        n=len(minutes),
        missing=len(times) - len(minutes),
        assumed=assumed,
        inferred=inferred,
        median_minutes=_round(median(minutes)) if minutes else None,
        p90_minutes=_round(sorted(minutes)[ceil(0.9 * len(minutes)) - 1]) if minutes else None,
        mean_minutes=_round(mean) if mean is not None else None,
        target=None if target is None else _round(target / 60),
        met=None if mean is None or target is None else mean * 60 < target,
    )


def share(
    ledger: Ledger, name: str, definition: str, verdicts: list[bool | None], assumed: int = 0, inferred: int = 0
) -> Table:
    """A share in percent, rounded down; a verdict that is None is missing and not part of it."""
    known = [verdict for verdict in verdicts if verdict is not None]
    done, target = sum(known), ledger.config.targets.get(name)
    percent = 100 * done // len(known) if known else None
    return _row(
        name,
        definition,
        n=len(known),
        missing=len(verdicts) - len(known),
        assumed=assumed,
        inferred=inferred,
        done=done,
        of=len(known),
        percent=percent,
        target=target,
        met=None if percent is None or target is None else 100 * done >= target * len(known),
    )


def _row(name: str, definition: str, **values: Any) -> Table:
    row: dict[str, Any] = {
        "name": name,
        "definition": definition,
        "n": 0,
        "missing": 0,
        "assumed": 0,
        "inferred": 0,
        "median_minutes": None,
        "p90_minutes": None,
        "mean_minutes": None,
        "done": None,
        "of": None,
        "percent": None,
        "target": None,
        "met": None,
    }
    return Table("metrics", ({**row, **values},))


def _round(value: float) -> float:
    return round(value, 2)


def item_row(ledger: Ledger, item: Item) -> dict[str, Any]:
    """What every table of action items says of one; days are those of the project's zone."""
    said = item.said
    return {
        "incident_id": item.incident_id,
        "action_id": said.id,
        "severity": ledger.incidents[item.incident_id].severity or None,
        "action": said.action,
        "owner": said.owner or None,
        "status": said.status if item.removed_at is None or said.status in CLOSED else "removed",
        "due": said.due.isoformat() if said.due else None,
        "first_due": item.first_due.isoformat() if item.first_due else None,
        "slips": item.slips,
        "slipped_days": item.slipped_days,
        "reopened": item.reopened,
        "opened_at": instant(item.opened_at),
        "commit": item.opened_commit,
    }


def aged_row(ledger: Ledger, item: Item, day: date) -> dict[str, Any]:
    """That, and how late and how old the item is on a day, in whole calendar days."""
    return {
        **item_row(ledger, item),
        "days_late": (day - item.said.due).days if item.said.due and item.is_overdue(day) else None,
        "age_days": (day - today(ledger, item.opened_at)).days,
    }


def instant(at: datetime) -> str:
    """A moment by RFC 3339, in UTC, to the second."""
    return f"{at.astimezone(UTC).isoformat(timespec='seconds')[:-6]}Z"
