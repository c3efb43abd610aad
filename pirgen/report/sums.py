"""What a figure is counted from, what that adds up to, and the row that says it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import datetime
from math import ceil
from statistics import fmean
from typing import Any, NamedTuple

from pirgen.ledger import Incident, Item, Ledger
from pirgen.report import confidence, survival
from pirgen.report.columns import COUNT, TEXT, maybe
from pirgen.report.table import Column, Figure, Row

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
    """When the time began to run; may be None where `seconds` is."""
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
    """How many count, for a share."""
    median: float | None = None
    p90: float | None = None
    mean: float | None = None
    around: confidence.Bounds | None = None
    """The confidence interval of the mean."""


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
