"""The metrics, one a file: a function under `@mean`, `@median`, `@share` or `@listing`, or a mean by `between`.

The name in the module is the file's. A metric says its title, its columns and its rows; the exports, the pages and
report.schema.json are made from that. Definitions are those of docs/explanation/numbers.md.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from functools import cache
from math import ceil
from statistics import fmean
from typing import TYPE_CHECKING, Any, NamedTuple

from pirgen.config import Config
from pirgen.errors import PirgenError
from pirgen.ledger import Incident, Item, Ledger
from pirgen.report import confidence, survival
from pirgen.report.columns import COUNT, TEXT, maybe
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
YES, NO, NOT_ENOUGH = VERDICTS = ("yes", "no", "not enough")
"""Whether a target is met. A figure that rests on too little says neither yes nor no."""
STATES = ("overdue", "not yet due", "without a deadline", "still open", "declined", "removed")
"""The states that people are told beside a figure, in their order."""
_MINUTES = {"type": ["number", "null"], "minimum": 0}
FIGURE = (
    Column("name", "", "Which metric it is.", TEXT),
    Column("definition", "", "How it is derived.", TEXT),
    Column("n", "Known", "How many incidents or action items it rests on.", COUNT, kind="number"),
    Column("missing", "Missing", "How many lack what it needs and are left out.", COUNT, kind="number"),
    Column("assumed", "Assumed", "In how many the detection stands in for the start.", COUNT, kind="number"),
    Column("inferred", "Inferred", "In how many a milestone was read from an event's words.", COUNT, kind="number"),
    Column(
        "censored",
        "",
        "For a median time, how many have not come to their end: their time so far counts as the least that they take.",
        maybe(COUNT),
    ),
    Column(
        "states",
        "",
        "How many are in which state that people are told beside the figure; null where there is nothing to tell.",
        {"type": ["object", "null"], "propertyNames": {"enum": [*STATES]}, "additionalProperties": COUNT},
    ),
    Column(
        "median_minutes",
        "Median",
        "The median, for a mean time and for a median time; that of the latter is null where it is not reached.",
        _MINUTES,
    ),
    Column("p90_minutes", "p90", "The 90th percentile by nearest rank, for a mean time.", _MINUTES),
    Column("mean_minutes", "", "The mean, for a mean time; this is held to the target.", _MINUTES),
    Column("done", "", "How many count, for a share.", maybe(COUNT)),
    Column("of", "", "Of how many, for a share.", maybe(COUNT)),
    Column("percent", "", "The share in percent, rounded down.", {**maybe(COUNT), "maximum": 100}),
    Column("target", "Target", "The target: minutes for a mean time, percent for a share.", _MINUTES),
    Column(
        "met",
        "Met",
        "Whether the target is met, or that too little is known to say; null without a target or anything to judge.",
        {"enum": [*VERDICTS, None]},
    ),
    Column(
        "confidence_low", "", "The lower end of the confidence interval of 95 %, in the unit of `target`.", _MINUTES
    ),
    Column(
        "confidence_high",
        "",
        "The upper end of that interval; both are null for a median time, and for fewer than two times.",
        _MINUTES,
    ),
)
"""The columns of the table `metrics`."""
MEAN, MEDIAN, SHARE = "mean", "median", "share"
"""The kinds of figures: a mean time, a median time, a share."""
_EMPTY: Row = {column.key: 0 if column.type is COUNT else None for column in FIGURE}


class Taken(NamedTuple):
    """The time that something took in one incident, or for one action item."""

    of: Incident | Item
    began: datetime | None
    """When the time began to run; None where that is not known."""
    seconds: float | None
    """None where it is not known, or negative."""
    assumed: bool = False
    inferred: bool = False
    state: str = ""
    """One of `STATES` where it has not come to its end, which makes its time a censored one; else empty."""


class Verdict(NamedTuple):
    """Whether one incident or action item counts for a share; None where that is not known, or not known yet."""

    of: Incident | Item
    counts: bool | None
    assumed: bool = False
    inferred: bool = False
    state: str = ""
    """One of `STATES` that people are told beside the share; with it, what is not known yet is not missing."""


Parts = Callable[[Ledger, datetime], Iterable[Taken] | Iterable[Verdict]]
"""What yields the parts that a figure is counted from: all times, or all verdicts."""


class Sums(NamedTuple):
    """What the parts of one figure add up to; times are in seconds. It is all that a figure's row is made from."""

    n: int
    missing: int
    assumed: int
    inferred: int
    states: Mapping[str, int]
    """How many are in which of `STATES`, without those that none is in."""
    done: int = 0
    """How many count, for a share; of a time all do."""
    median: float | None = None
    p90: float | None = None
    mean: float | None = None
    around: confidence.Bounds | None = None
    """The confidence interval of the mean."""


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
        reached = incident.milestones
        taken = interval.measure(reached)
        if taken is None or taken.seconds < 0:
            first = interval.began(reached)
            yield Taken(incident, first[1].at if first else None, None)
        else:
            yield Taken(incident, taken.began, taken.seconds, taken.assumed, taken.inferred)


def add_up(parts: Iterable[Taken | Verdict]) -> Sums:
    """What the parts of a figure add up to, which are either all times or all verdicts."""
    every = [*parts]
    times = [part for part in every if isinstance(part, Taken)]
    return _times(times) if times else _verdicts([part for part in every if isinstance(part, Verdict)])


def _times(times: Collection[Taken]) -> Sums:
    """An unknown time is missing, one with a state is censored. The 90th percentile is by nearest rank."""
    known = [(time.seconds, time.state) for time in times if time.seconds is not None]
    ended = sorted(seconds for seconds, state in known if not state)
    return Sums(
        n=len(ended),
        missing=len(times) - len(known),
        assumed=sum(time.assumed for time in times),
        inferred=sum(time.inferred for time in times),
        states=Counter(state for _, state in known if state),
        done=len(ended),
        median=survival.median(ended, [seconds for seconds, state in known if state]),
        p90=ended[ceil(0.9 * len(ended)) - 1] if ended else None,
        mean=fmean(ended) if ended else None,
        around=confidence.bootstrap([round(time) for time in ended]),
    )


def _verdicts(verdicts: Collection[Verdict]) -> Sums:
    """A verdict that is not known is missing, unless it has a state, and not part of the share."""
    known = [verdict for verdict in verdicts if verdict.counts is not None]
    return Sums(
        n=len(known),
        missing=sum(one.counts is None and not one.state for one in verdicts),
        assumed=sum(verdict.assumed for verdict in known),
        inferred=sum(verdict.inferred for verdict in known),
        states=Counter(one.state for one in verdicts if one.state),
        done=sum(bool(one.counts) for one in known),
    )


def figure_row(figure: Figure, sums: Sums, definition: str, target: float | None, enough: int) -> Row:
    """A figure's values of `FIGURE`. `target` is in seconds or in percent; None for none."""
    states = {state: sums.states[state] for state in STATES if sums.states.get(state)} or None
    row: dict[str, Any] = {
        **_EMPTY,
        "name": figure.name,
        "definition": definition,
        "n": sums.n,
        "missing": sums.missing,
        "assumed": sums.assumed,
        "inferred": sums.inferred,
    }
    if figure.kind == SHARE:
        is_met = None if target is None else 100 * sums.done >= target * sums.n
        around = confidence.wilson(sums.done, sums.n)
        row |= {
            "states": states,
            "done": sums.done,
            "of": sums.n,
            "percent": 100 * sums.done // sums.n if sums.n else None,
            "target": target,
            "met": _met(is_met, sums.n, 0, 0) if figure.is_census else _met(is_met, sums.n, sums.missing, enough),
            "confidence_low": rounded(around and 100 * around.low),
            "confidence_high": rounded(around and 100 * around.high),
        }
        return row
    row["median_minutes"] = _minutes(sums.median)
    if figure.kind == MEDIAN:
        return row | {"states": states, "censored": sum(sums.states.values())}
    is_met = None if target is None else sums.mean is not None and sums.mean < target
    return row | {
        "p90_minutes": _minutes(sums.p90),
        "mean_minutes": _minutes(sums.mean),
        "target": _minutes(target),
        "met": _met(is_met, sums.n, sums.missing, enough),
        "confidence_low": _minutes(sums.around and sums.around.low),
        "confidence_high": _minutes(sums.around and sums.around.high),
    }


def _minutes(seconds: float | None) -> float | None:
    return None if seconds is None else rounded(seconds / 60)


def rounded(value: float | None) -> float | None:
    """A value to two places, as the exports have it; None for None."""
    return None if value is None else round(value, 2)


def _met(is_met: bool | None, known: int, missing: int, enough: int) -> str | None:
    """One of `VERDICTS`: not enough are fewer than `enough`, or under half. None without a target, or on nothing."""
    if is_met is None or not (known or missing):
        return None
    if known < enough or known < missing:
        return NOT_ENOUGH
    return YES if is_met else NO
