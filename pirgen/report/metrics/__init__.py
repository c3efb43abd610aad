"""The metrics, one a file: a function under `@mean`, `@median`, `@share` or `@listing`, or a mean by `between`.

The name in the module is the file's. A metric says its title, its columns and its rows; the exports, the pages and
report.schema.json are made from that. Definitions are those of docs/explanation/numbers.md.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any

from pirgen.config import Config
from pirgen.errors import PirgenError
from pirgen.ledger import Incident, Ledger
from pirgen.report.sums import MEAN, MEDIAN, SHARE, Parts, add_up, figure_row
from pirgen.report.sums import Taken as Taken
from pirgen.report.sums import Verdict as Verdict
from pirgen.report.table import Column, Figure, Listing, Row, Table
from pirgen.review.incident_log import INCIDENT
from pirgen.review.milestones import INTERVALS
from pirgen.runtime import modules

if TYPE_CHECKING:
    from pirgen.runtime.plugins import Plugin

ORDER = (
    "open_incidents",
    "time_to_detect",
    "time_to_acknowledge",
    "time_to_mitigate",
    "time_to_resolve",
    "review_completion",
    "review_lead_time",
    "action_completion",
    "action_proven",
    "action_on_time",
    "action_time_to_close",
    "response_target",
    "resolution_target",
    "overdue_reviews",
    "upcoming_reviews",
    "reviews_without_deadline",
    "late_reviews",
    "near_misses_and_drills",
    "overdue_actions",
    "open_actions",
    "action_ages",
    "recurrences",
    "slipped_actions",
    "reopened_actions",
    "removed_actions",
    "broken_evidence",
    "closed_actions",
    "declined_actions",
)
"""The order in which people and programs are told the metrics. One that is not named here comes last."""

PAGES = ("report", "actions")
"""The pages of the site that a listing may be on."""
TAKEN = ("groups", "incidents", "metrics")
"""The parts of a report that are no metrics, so that none may be called like them."""


@cache
def metrics(plugins: tuple[Plugin, ...] = ()) -> tuple[Figure | Listing, ...]:
    """All metrics, in their order. Raises PirgenError where one of a plugin is not sound."""
    own = modules.names(__file__)
    found = []
    for module in modules.modules(__name__, __file__, ORDER, plugins):
        name = module.__name__.rpartition(".")[2]
        metric: Figure | Listing = modules.held(module, name, (Figure, Listing))
        found.append(metric if name in own else _sound(metric, name, f"{module.__file__}: `{name}`"))
    return tuple(found)


def _sound(metric: Figure | Listing, name: str, where: str) -> Figure | Listing:
    """A metric of a plugin that stops the run where its rows are not what it says."""
    if metric.name != name:
        raise PirgenError(f"{where} is called `{metric.name}`; a metric has the name of its file")
    if name in TAKEN:
        raise PirgenError(f"{where} is the name of a part of every report; give the metric another one")
    if isinstance(metric, Figure):
        return replace(metric, parts=lambda ledger, as_of: _counted(metric, ledger, as_of, where))
    keys = {column.key for column in metric.columns}
    if missing := sorted({*metric.shown, *filter(None, [metric.counted_by])} - keys):
        raise PirgenError(f"{where} shows {', '.join(missing)}, which is not among its columns")
    if metric.page not in PAGES:
        raise PirgenError(f"{where} has the page `{metric.page}`; use {' or '.join(PAGES)}")
    return replace(
        metric, rows=lambda ledger, as_of: [_whole(row, metric.columns, where) for row in metric.rows(ledger, as_of)]
    )


def _counted(figure: Figure, ledger: Ledger, as_of: datetime, where: str) -> list[Any]:
    parts, kind = [*figure.parts(ledger, as_of)], Verdict if figure.kind == SHARE else Taken
    if not all(isinstance(part, kind) for part in parts):
        raise PirgenError(f"{where} is a {figure.kind} and yielded something else than a {kind.__name__}")
    return parts


def _whole(row: Row, columns: Iterable[Column], where: str) -> Row:
    if missing := [column.key for column in columns if column.key not in row]:
        raise PirgenError(f"{where} returned a row without {', '.join(missing)}; what is not known is None")
    return row


def figures(plugins: tuple[Plugin, ...] = ()) -> list[Figure]:
    """The metrics that are one figure."""
    return [metric for metric in metrics(plugins) if isinstance(metric, Figure)]


def listings(plugins: tuple[Plugin, ...] = ()) -> list[Listing]:
    """The metrics that list incidents or action items."""
    return [metric for metric in metrics(plugins) if isinstance(metric, Listing)]


def measure(ledger: Ledger, as_of: datetime) -> dict[str, Table]:
    """All tables, by name: that of the figures, and one for each listing."""
    plugins = ledger.config.plugins
    tables = {"metrics": Table("metrics", tuple(measured(figure, ledger, as_of) for figure in figures(plugins)))}
    return tables | {one.name: Table(one.name, tuple(one.rows(ledger, as_of))) for one in listings(plugins)}


def measured(figure: Figure, ledger: Ledger, as_of: datetime) -> Row:
    """The row of one figure."""
    config = ledger.config
    sums = add_up(figure.parts(ledger, as_of))
    return figure_row(figure, sums, figure.definition(config), config.targets.get(figure.name), config.enough)


def listing(**says: Any) -> Callable[[Callable[[Ledger, datetime], Iterable[Row]]], Listing]:
    """Makes a listing of the function that yields its rows; see `Listing` for what else is said."""
    return lambda rows: Listing(name=rows.__name__, rows=rows, **says)


def mean(title: str, short: str, definition: str, about: str) -> Callable[[Parts], Figure]:
    """Makes a mean time of the function that yields the time that each incident or action item took."""
    return lambda parts: Figure(parts.__name__, title, short, about, MEAN, lambda _: definition, parts)


def median(title: str, short: str, definition: str, about: str) -> Callable[[Parts], Figure]:
    """Makes a median time of the function that yields the time that each took; what has a state is censored."""
    return lambda parts: Figure(parts.__name__, title, short, about, MEDIAN, lambda _: definition, parts)


def share(title: str, short: str, definition: str, about: str, *, is_census: bool = False) -> Callable[[Parts], Figure]:
    """Makes a share of the function that yields a verdict on each incident or action item.

    A census counts all there are, so that few are enough for a verdict on its target.
    """
    return lambda parts: Figure(parts.__name__, title, short, about, SHARE, lambda _: definition, parts, is_census)


def between(name: str) -> Figure:
    """The mean of an interval of `review.milestones`, from and to what the configuration says."""
    verb = INTERVALS[name].verb

    def definition(config: Config) -> str:
        interval = config.intervals[name]
        return f"mean time to {verb}: {interval.end} - {interval.start}"

    def parts(ledger: Ledger, _: datetime) -> Iterator[Taken]:
        return intervals(ledger, name)

    title = f"{name.upper()} (mean time to {verb})"
    return Figure(name, title, name.upper(), "incidents", MEAN, definition, parts)


def incidents(ledger: Ledger) -> Iterator[Incident]:
    """The incidents that figures count: `all_incidents`, but for near misses and drills."""
    return (incident for incident in all_incidents(ledger) if incident.type == INCIDENT)


def all_incidents(ledger: Ledger) -> Iterator[Incident]:
    """All incidents, near misses and drills ever seen, but for those that are withdrawn."""
    return (incident for incident in ledger.incidents.values() if not incident.is_withdrawn)


def intervals(ledger: Ledger, name: str) -> Iterator[Taken]:
    """The time that each incident took between the milestones that the configuration names for a mean time."""
    interval = ledger.config.intervals[name]
    for incident in incidents(ledger):
        taken = interval.measure(incident.milestones)
        if taken is None or taken.seconds < 0:
            yield Taken(incident, None, None)
        else:
            yield Taken(incident, taken.began, taken.seconds, taken.assumed, taken.inferred)
