"""The figures of a report in a person's words."""

from __future__ import annotations

from collections.abc import Iterable

from pirgen.report.metrics import figures
from pirgen.report.sums import FIGURE, NO
from pirgen.report.table import Column, Figure, Row
from pirgen.review.duration import format_duration

_OF = {column.key: column for column in FIGURE}
METRIC_COLUMNS = (
    Column("title", "Metric"),
    _OF["target"],
    Column("current", "Current"),
    _OF["met"],
    Column("rests_on", "Rests on", kind="note", least=30),
)
"""What people see of a figure: the keys are those of `metrics_texts`."""


def titles() -> dict[str, str]:
    """The title of each figure that a target can be set for, by its name."""
    return {one.name: one.title for one in figures()}


def metrics_texts(rows: Iterable[Row], figures: Iterable[Figure]) -> list[Row]:
    """Rows of the table `metrics` in words, for these figures; what is not known says so."""
    titled = {one.name: one.title for one in figures}
    return [_texts(row, titled[row["name"]]) for row in rows]


def _texts(row: Row, title: str) -> Row:
    target, is_share = row["target"], row["of"] is not None
    if is_share:
        current = "unknown" if row["percent"] is None else f"{row['percent']}%"
    elif row["censored"] is not None:
        current = _median(row)
    else:
        current = minutes(row["mean_minutes"]) or "unknown"
        if current == minutes(target):  # rounded, it would not tell why the target is met, or is not
            current = format_duration(row["mean_minutes"] * 60, exact=True)
    return {
        "title": title,
        "target": "" if target is None else f"{target:g}%" if is_share else f"<{minutes(target)}",
        "current": current,
        "met": "NO" if row["met"] == NO else row["met"] or "",
        "rests_on": _rests_on(row),
    }


def _rests_on(row: Row) -> str:
    """On how many of how many a figure rests, what is left out, what was assumed, and how the times are spread."""
    if row["of"] is not None:
        counted = f"{row['done']} of {row['of']}" if row["of"] else ""
    elif row["censored"] is not None:
        counted = f"{row['n']} ended" if row["n"] else ""
    else:
        counted = f"{row['n']} of {row['n'] + row['missing']}" if row["n"] + row["missing"] else ""
    states = [f"{count} {state}" for state, count in (row["states"] or {}).items()]
    if row["missing"] and (row["of"] is not None or row["censored"] is not None):
        states.append(f"{row['missing']} unknown")
    states += [f"{row[key]} {key}" for key in ("assumed", "inferred") if row[key]]
    is_spread = row["p90_minutes"] is not None and row["n"] > 1
    spread = f"median {minutes(row['median_minutes'])}, p90 {minutes(row['p90_minutes'])}" if is_spread else ""
    return "; ".join(text for text in (counted, ", ".join(states), spread) if text) or "nothing yet"


def figure(row: Row) -> str:
    """A figure with how many it rests on of how many; `*` marks one that rests on assumed or inferred times."""
    mark = "*" if row["assumed"] or row["inferred"] else ""
    if row["of"] is not None:
        return "unknown" if row["percent"] is None else f"{row['percent']}%{mark} ({row['done']} of {row['of']})"
    known = f"({row['n']} of {row['n'] + row['missing'] + (row['censored'] or 0)})"
    if row["censored"] is not None:
        return _median(row) if _median(row) == "unknown" else f"{_median(row)} {known}"
    return "unknown" if row["mean_minutes"] is None else f"{minutes(row['mean_minutes'])}{mark} {known}"


def _median(row: Row) -> str:
    """A median of times of which some still run: not reached where too few have come to their end."""
    return minutes(row["median_minutes"]) or ("not reached" if row["censored"] else "unknown")


def days(number: int) -> str:
    """A number of days in words."""
    return "1 day" if number == 1 else f"{number} days"


def minutes(value: float | None) -> str:
    """A time in minutes as people write it; empty where it is unknown."""
    return "" if value is None else format_duration(value * 60)
