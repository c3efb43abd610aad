"""The four numbers at the top of the front page and of the action items, each with what it rests on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from statistics import median
from typing import NamedTuple

from pirgen.ledger import Ledger
from pirgen.report import Report, Row
from pirgen.report.columns import today
from pirgen.report.metrics import incidents
from pirgen.report.metrics.recurrences import began
from pirgen.report.sums import NOT_ENOUGH
from pirgen.report.wording import days, median_text, minutes

QUARTERS = 8
"""How many quarters the small picture shows; the last one is the present one."""


class Number(NamedTuple):
    """A number, what it is, and in short sentences what it rests on."""

    title: str
    value: str
    rests_on: tuple[str, ...]
    look: str = ""
    bars: tuple[int, ...] = ()
    """The same over time, oldest first."""


def numbers(report: Report, ledger: Ledger) -> list[Number]:
    """How quickly incidents are resolved, whether reviews are complete, what is overdue, and how much happens."""
    metrics = {row["name"]: row for row in report.tables["metrics"].rows}
    return [
        _time(metrics["mttr"], metrics["resolution_target"]),
        _reviews(metrics["review_completion"]),
        _items(report),
        _incidents(ledger),
    ]


def of_action_items(report: Report, count: int) -> list[Number]:
    """How many of the action items are closed in time, how quickly, what slipped, and what came too late."""
    metrics = {row["name"]: row for row in report.tables["metrics"].rows}
    moved, again = (report.tables[name].rows for name in ("slipped_actions", "recurrences"))
    return [
        _on_time(metrics["action_on_time"]),
        _to_close(metrics["action_time_to_close"]),
        _moved([row["slipped_days"] for row in moved], count),
        _again(again),
    ]


def _on_time(row: Row) -> Number:
    said = [f"{row['done']} of {row['of']} that were due"] if row["of"] else []
    if row["confidence_low"] is not None:
        said.append(f"between {row['confidence_low']:.0f} and {row['confidence_high']:.0f}% by chance alone")
    value = "none due" if row["percent"] is None else f"{row['percent']}%"
    return Number("Closed on time", value, tuple(said), "bad" if row["met"] == "no" else "")


def _to_close(row: Row) -> Number:
    said = [f"{row['n']} closed", *(f"{count} {state}" for state, count in (row["states"] or {}).items())]
    return Number("Half are closed within", median_text(row), tuple(said))


def _moved(slipped: Sequence[int], count: int) -> Number:
    said = [f"of {count} action items"]
    if slipped:
        said.append(f"by {median(slipped):g} days in the median")
    return Number("Moved later", str(len(slipped)), tuple(said))


def _again(rows: Sequence[Row]) -> Number:
    said = [f"{row['incident_id']} {row['action_id']} before {row['again']}" for row in rows[:2]]
    return Number("Open when it happened again", str(len(rows)), tuple(said), "bad" if rows else "good")


def _time(row: Row, target: Row) -> Number:
    said = [f"{row['n']} of {row['n'] + row['missing']} incidents known"]
    if row["p90_minutes"] is not None and row["n"] > 1:
        said.append(f"nine in ten within {minutes(row['p90_minutes'])}")
    if target["of"]:
        said.append(f"within their target: {target['done']} of {target['of']}")
    said += ["too few to judge"] if row["met"] == NOT_ENOUGH else []
    return Number("Median time to resolve", minutes(row["median_minutes"]) or "unknown", tuple(said))


def _reviews(row: Row) -> Number:
    value = "none due" if row["percent"] is None else f"{row['percent']}%"
    said = [f"{row['done']} of {row['of']} that were due"] if row["of"] else []
    said += [f"{count} {state}" for state, count in (row["states"] or {}).items()]
    return Number("Reviews complete", value, tuple(said), "bad" if row["met"] == "no" else "")


def _items(report: Report) -> Number:
    late, still_open = (report.tables[name].rows for name in ("overdue_actions", "open_actions"))
    said = [f"of {len(still_open)} open"]
    if late:
        said.append(f"the oldest {days(late[0]['days_late'])}, {late[0]['owner'] or 'nobody’s'}")
    return Number("Action items overdue", str(len(late)), tuple(said), "bad" if late else "good")


def _incidents(ledger: Ledger) -> Number:
    now = _quarter(*_day(ledger))
    found = [now - quarter for quarter in _quarters(ledger)]
    counts = tuple(found.count(ago) for ago in reversed(range(QUARTERS)))
    before = counts[-1 - min(max(found, default=0), QUARTERS - 1) : -1]
    said: tuple[str, ...] = ()
    if len(before) == 1:
        said = (f"{before[0]} in the quarter before",)
    elif before:
        said = (f"{sum(before) / len(before):.1f} a quarter in the {len(before)} before",)
    return Number("Incidents this quarter", str(counts[-1]), said, bars=counts)


def _quarters(ledger: Ledger) -> Iterator[int]:
    """The quarter in which each incident began, of those of which that is known."""
    for incident in incidents(ledger):
        if day := began(ledger, incident):
            yield _quarter(day.year, day.month)


def _day(ledger: Ledger) -> tuple[int, int]:
    day = today(ledger, ledger.as_of)
    return day.year, day.month


def _quarter(year: int, month: int) -> int:
    """The number of a quarter, counted from the year 0."""
    return year * 4 + (month - 1) // 3
