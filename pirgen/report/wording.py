"""The figures of a report in a person's words."""

from __future__ import annotations

from collections.abc import Iterable

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


def metrics_texts(rows: Iterable[Row], figures: Iterable[Figure]) -> list[Row]:
    """Rows of the table `metrics` in words, for these figures; what is not known says so."""
    titled = {one.name: one.title for one in figures}
    return [_texts(row, titled[row["name"]]) for row in rows]


def _texts(row: Row, title: str) -> Row:
    is_share = row["of"] is not None
    is_spread = row["p90_minutes"] is not None and row["n"] > 1
    spread = f"; median {minutes(row['median_minutes'])}, p90 {minutes(row['p90_minutes'])}" if is_spread else ""
    if is_share:
        current = "unknown" if row["percent"] is None else f"{row['percent']}%"
    elif row["censored"] is not None:
        current = median_text(row)
    else:
        current = mean_text(row) or "unknown"
    return {
        "title": title,
        "target": target_text(row),
        "current": current,
        "met": "NO" if row["met"] == NO else row["met"] or "",
        "rests_on": f"{rests_on(row)}{spread}",
    }


def target_text(row: Row) -> str:
    """The target of a figure; empty where it has none."""
    if row["target"] is None:
        return ""
    return f"{row['target']:g}%" if row["of"] is not None else f"<{minutes(row['target'])}"


def mean_text(row: Row) -> str:
    """The mean of times; empty where it is unknown."""
    text = minutes(row["mean_minutes"])
    if text and text == minutes(row["target"]):  # rounded, it would not tell why the target is met, or is not
        return format_duration(row["mean_minutes"] * 60, exact=True)
    return text


def median_text(row: Row) -> str:
    """A median of times of which some may still run: not reached where too few have come to their end."""
    return minutes(row["median_minutes"]) or ("not reached" if row["censored"] else "unknown")


def rests_on(row: Row) -> str:
    """On how many of how many a figure rests, what is left out, and what was assumed."""
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
    return "; ".join(text for text in (counted, ", ".join(states)) if text) or "nothing yet"


def figure(row: Row) -> str:
    """A figure with how many it rests on of how many; `*` marks one that rests on assumed or inferred times."""
    mark = "*" if row["assumed"] or row["inferred"] else ""
    if row["of"] is not None:
        return "unknown" if row["percent"] is None else f"{row['percent']}%{mark} ({row['done']} of {row['of']})"
    known = f"({row['n']} of {row['n'] + row['missing'] + (row['censored'] or 0)})"
    if row["censored"] is not None:
        return median_text(row) if median_text(row) == "unknown" else f"{median_text(row)} {known}"
    return "unknown" if row["mean_minutes"] is None else f"{minutes(row['mean_minutes'])}{mark} {known}"


def days(number: int) -> str:
    """A number of days in words."""
    return "1 day" if number == 1 else f"{number} days"


def minutes(value: float | None) -> str:
    """A time in minutes as people write it; empty where it is unknown."""
    return "" if value is None else format_duration(value * 60)
