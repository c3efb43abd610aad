"""A rollup as people and programs read it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

from pirgen.report.exports.json import line
from pirgen.report.exports.table import section
from pirgen.report.metrics import figures
from pirgen.report.sections import Section, by_group, cell
from pirgen.report.table import Column
from pirgen.report.wording import METRIC_COLUMNS, metrics_texts
from pirgen.warehouse.rollup import Rollup

MOST = 50
"""How many rows of a list people are shown; programs get all."""
_WHERE = (Column("repo", "Repository", kind="whole"), Column("incident_id", "Incident", kind="incident"))
_LATE = Column("days_late", "Days late", kind="number")
_REVIEWS = (
    *_WHERE,
    Column("severity", "Severity"),
    Column("deadline", "Deadline", kind="whole"),
    _LATE,
    Column("review_status", "Review", text=lambda row: (row["review_status"] or "none").replace("_", " ")),
)
_ACTIONS = (
    *_WHERE,
    Column("action_id", "Item", kind="whole"),
    Column("owner", "Owner", text=lambda row: row["owner"] or "nobody"),
    Column("due", "Due", kind="whole"),
    _LATE,
    Column("action", "Action", least=24),
)


def table(found: Rollup) -> str:
    """What the rollup is of, the figures, the groups, and what is overdue; of long lists the first rows."""
    head = "".join(f"{cell(one)}\n" for one in _head(found))
    return "\n".join((head, *(section(one) for one in _sections(found))))


def as_json(found: Rollup) -> str:
    """One JSON object with all of it, a row to a line."""
    fields = [f'  "{name}": {_rows(getattr(found, name))}' for name in ("runs", "metrics")]
    groups = {
        dimension: {name: group._asdict() for name, group in some.items()} for dimension, some in found.groups.items()
    }
    fields += [f'  "groups": {line(groups).decode()}', f'  "hidden_groups": {json.dumps(found.hidden)}']
    fields += [f'  "{name}": {_rows(getattr(found, name))}' for name in ("overdue_reviews", "overdue_actions")]
    fields += [f'  "failures": {_rows([one._asdict() for one in found.failures])}']
    return "{\n" + ",\n".join(fields) + "\n}\n"


RENDERERS: dict[str, Callable[[Rollup], str]] = {"table": table, "json": as_json}
"""How a rollup can be written."""


def _head(found: Rollup) -> Iterator[str]:
    count = len(found.runs)
    moments = sorted({row["as_of"] for row in found.runs})
    when = f" as of {moments[0][:16]} UTC" if moments else ""
    until = f" to {moments[-1][:16]} UTC" if len(moments) > 1 else ""
    yield f"{count} {'repository' if count == 1 else 'repositories'}{when}{until}"
    for key, says in (
        ("shallow", "from shallow clones, so that every date and figure may be wrong"),
        ("uncommitted", "with changes that no commit proves yet"),
    ):
        if names := [row["repo"] for row in found.runs if row[key]]:
            more = f" and {len(names) - 3} more" if len(names) > 3 else ""
            yield f"  {says}: {', '.join(names[:3])}{more}"


def _sections(found: Rollup) -> Iterator[Section]:
    yield Section("metrics", "", metrics_texts(found.metrics, figures()), METRIC_COLUMNS, is_list=False)
    for dimension, groups in found.groups.items():
        left_out = found.hidden.get(dimension, 0)
        for one in by_group(figures(), dimension, groups):
            yield one._replace(title=f"{one.title}, without {left_out} small ones" if left_out else one.title)
    for title, rows, columns in (
        ("Overdue reviews", found.overdue_reviews, _REVIEWS),
        ("Overdue action items", found.overdue_actions, _ACTIONS),
    ):
        shown = f"{title}: {len(rows) or 'none'}{f', the first {MOST} here' if len(rows) > MOST else ''}"
        yield Section("", shown, rows[:MOST], columns, is_list=False)


def _rows(rows: Any) -> str:
    return (b"[\n    " + b",\n    ".join(map(line, rows)) + b"\n  ]").decode() if rows else "[]"
