"""The ledger and the metrics to one report."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

from pirgen.config import Config
from pirgen.ledger import Incident, Ledger, read_ledger
from pirgen.report.groups import dimensions, grouped
from pirgen.report.metrics import measure
from pirgen.report.metrics.recurrences import began
from pirgen.report.period import Period
from pirgen.report.story import story
from pirgen.report.table import Group, Older, Report, Row, Table, Told

__all__ = ["Group", "Report", "Row", "Table", "dimensions", "report", "report_of"]


def report(
    root: Path,
    config: Config,
    *,
    now: datetime,
    as_of: str | None = None,
    since: date | None = None,
    by: Iterable[str] = (),
    allow_shallow: bool = False,
    cached: bool = False,
) -> Report:
    """What git proves about the reviews and action items of the project at `root`.

    `now` is aware. `as_of` is a date or a revision, see `History`; `since` leaves out incidents that began
    before that day; `by` names the dimensions to group by, see `grouped`. Raises PirgenError and
    HistoryMissingError as `read_ledger` does.
    """
    ledger = read_ledger(root, config, now=now, as_of=as_of, allow_shallow=allow_shallow, cached=cached)
    return report_of(ledger, since=since, by=by)


def report_of(
    ledger: Ledger, *, since: date | None = None, by: Iterable[str] = (), period: Period | None = None
) -> Report:
    """What a ledger proves, see `report`; with `period` also what happened then, for a ledger of now."""
    config, older = ledger.config, None
    if since:
        kept = {name: found for name, found in ledger.incidents.items() if _is_from(ledger, found, since)}
        rest = replace(ledger, incidents={name: ledger.incidents[name] for name in ledger.incidents.keys() - kept})
        ledger, older = replace(ledger, incidents=kept), Older(len(rest.incidents), len(rest.items))
    return Report(
        as_of=ledger.as_of.astimezone(config.zone),
        since=since,
        revision=ledger.revision,
        head=ledger.head,
        is_forecast=ledger.is_forecast,
        timezone=config.clock.zone,
        shallow=ledger.shallow,
        uncommitted=ledger.uncommitted,
        clock_adjusted=ledger.clock_adjusted,
        unreadable=ledger.unreadable,
        shadowed=ledger.shadowed,
        left_out=ledger.left_out,
        tables=measure(ledger, ledger.as_of),
        groups={dimension: grouped(ledger, dimension) for dimension in by},
        older=older,
        told=Told(period, story(ledger, period.since, period.until)) if period else None,
    )


def _is_from(ledger: Ledger, incident: Incident, since: date) -> bool:
    """Whether the incident began on or after a day; of unknown ones it is assumed."""
    day = began(ledger, incident)
    return day is None or day >= since
