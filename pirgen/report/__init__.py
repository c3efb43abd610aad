"""The ledger and the metrics to one report."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

from pirgen.config import Config
from pirgen.ledger import Incident, Ledger, read_ledger
from pirgen.report import incidents
from pirgen.report.groups import dimensions, grouped
from pirgen.report.metrics import figures, listings, measure, measured
from pirgen.report.metrics.recurrences import began
from pirgen.report.period import Period
from pirgen.report.selection import Selection
from pirgen.report.story import story
from pirgen.report.table import Group, Older, Report, Row, Table, Told

__all__ = ["Group", "Report", "Row", "Table", "dimensions", "figures_of", "head_of", "report", "report_of"]

ASKING = ("action_proven",)
"""The figures that ask git about each item, which takes too long to be done for many days."""


def report(
    root: Path,
    config: Config,
    *,
    now: datetime,
    as_of: str | None = None,
    since: date | None = None,
    by: Iterable[str] = (),
    selection: Selection | None = None,
    allow_shallow: bool = False,
    cached: bool = False,
) -> Report:
    """What git proves about the reviews and action items of the project at `root`.

    With a `selection` the report is only about action items that are theirs: there is no table and no figure about
    incidents. `now` is aware. `as_of` is a date or a revision, see `History`; `since` leaves out incidents that began
    before that day; `by` names the dimensions to group by, see `grouped`. Raises PirgenError and
    HistoryMissingError as `read_ledger` does.
    """
    ledger = read_ledger(root, config, now=now, as_of=as_of, allow_shallow=allow_shallow, cached=cached)
    return report_of(ledger, since=since, by=by, selection=selection)


def report_of(
    ledger: Ledger,
    *,
    since: date | None = None,
    by: Iterable[str] = (),
    selection: Selection | None = None,
    period: Period | None = None,
) -> Report:
    """What a ledger proves, see `report`; with `period` also what happened then, for a ledger of now."""
    older = None
    if since:
        kept = {name: found for name, found in ledger.incidents.items() if _is_from(ledger, found, since)}
        rest = replace(ledger, incidents={name: ledger.incidents[name] for name in ledger.incidents.keys() - kept})
        ledger, older = replace(ledger, incidents=kept), Older(len(rest.incidents), len(rest.items))
    happened = story(ledger, period.since, period.until) if period else None
    if selection:
        ledger, happened = selection.ledger(ledger), happened and happened.of(selection)
    found = replace(
        head_of(ledger),
        since=since,
        tables={**measure(ledger, ledger.as_of), incidents.NAME: Table(incidents.NAME, (*incidents.rows(ledger),))},
        groups={dimension: grouped(ledger, dimension) for dimension in by},
        older=older,
        told=Told(period, happened) if period and happened else None,
    )
    return _of(found, selection) if selection else found


def _of(found: Report, selection: Selection) -> Report:
    """A report on the items of some owners without what is about incidents."""
    kept = {"metrics", *(one.name for one in found.listings if one.is_of_items)}
    tables = {name: table for name, table in found.tables.items() if name in kept}
    about = {one.name: one.about for one in found.figures}
    tables["metrics"] = Table("metrics", _of_actions(tables["metrics"].rows, about))
    groups = {
        dimension: {
            name: group._replace(incidents=None, overdue_reviews=None, metrics=_of_actions(group.metrics, about))
            for name, group in some.items()
            if group.open_actions or any(row["of"] or row["n"] for row in _of_actions(group.metrics, about))
        }
        for dimension, some in found.groups.items()
    }
    return replace(found, owners=selection.asked, tables=tables, groups=groups)


def _of_actions(rows: Iterable[Row], about: Mapping[str, str]) -> tuple[Row, ...]:
    return tuple(row for row in rows if about[row["name"]] == "actions")


def head_of(ledger: Ledger) -> Report:
    """What a report on a ledger says of itself, without any table."""
    config = ledger.config
    return Report(
        as_of=ledger.as_of.astimezone(config.zone),
        since=None,
        owners=None,
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
        tables={},
        figures=tuple(figures(config.plugins)),
        listings=tuple(listings(config.plugins)),
        groups={},
    )


def figures_of(ledger: Ledger) -> Report:
    """The figures of a ledger alone, without any list, and without those that ask git about each item."""
    counted = [one for one in figures(ledger.config.plugins) if one.name not in ASKING]
    rows = (measured(figure, ledger, ledger.as_of) for figure in counted)
    return replace(head_of(ledger), tables={"metrics": Table("metrics", tuple(rows))})


def _is_from(ledger: Ledger, incident: Incident, since: date) -> bool:
    """Whether the incident began on or after a day; of unknown ones it is assumed."""
    day = began(ledger, incident)
    return day is None or day >= since
