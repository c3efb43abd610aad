"""A rollup as people and programs read it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from pirgen.report.columns import COUNT, DAYS_LATE, DEADLINE, INCIDENT, ITEM, SEVERITY, TEXT, maybe, or_else
from pirgen.report.contract import GROUP, METRICS, VERSION, list_schema, object_schema
from pirgen.report.exports.table import section
from pirgen.report.incidents import REVIEW_STATUSES
from pirgen.report.metrics import figures
from pirgen.report.metrics.open_incidents import open_incidents, titled
from pirgen.report.sections import Section, by_group, cell
from pirgen.report.sums import FIGURE
from pirgen.report.table import Column
from pirgen.report.wording import METRIC_COLUMNS, metrics_texts
from pirgen.text.json import line
from pirgen.warehouse.rollup import Rollup
from pirgen.warehouse.tables import REPO, RUNS, tables
from pirgen.warehouse.tables.incidents import REVIEW_URL
from pirgen.warehouse.tables.open_incidents import ROLES

MOST = 50
"""How many rows of a list people are shown; programs get all."""
_LATE = Column("days_late", "Days late", "Whole days since then.", DAYS_LATE, kind="number")
_REPO = REPO._replace(title="Repository", kind="whole")


def _open(column: Column) -> Column:
    """A column of the open incidents. A title is null, too, where an export has no prose."""
    if column.key == ROLES.key:
        return ROLES._replace(text=or_else("roles", "nobody"), least=16)
    return column._replace(text=lambda row: titled(row, "")) if column.key == "title" else column


_OPEN = (_REPO, *map(_open, open_incidents.columns), REVIEW_URL)
_REVIEWS = (
    _REPO,
    INCIDENT,
    SEVERITY,
    DEADLINE,
    _LATE,
    Column(
        "review_status",
        "Review",
        "How it stands; null where there is none.",
        {"enum": [*REVIEW_STATUSES, None]},
        lambda row: (row["review_status"] or "none").replace("_", " "),
    ),
    REVIEW_URL,
)
_OF_ITEM = {column.key: column for column in ITEM}
_ACTIONS = (
    _REPO,
    INCIDENT,
    *(_OF_ITEM[key] for key in ("action_id", "severity", "owner", "status", "due")),
    _LATE,
    _OF_ITEM["slips"],
    _OF_ITEM["action"]._replace(type=maybe(TEXT), text=or_else("action", "")),
    REVIEW_URL,
)
_SHOWN = {
    "open_incidents": ("repo", *open_incidents.shown),
    "overdue_reviews": ("repo", "incident_id", "severity", "deadline", "days_late", "review_status"),
    "overdue_actions": ("repo", "incident_id", "action_id", "owner", "due", "days_late", "action"),
}
"""What people see of each list."""
_LISTS = {"open_incidents": _OPEN, "overdue_reviews": _REVIEWS, "overdue_actions": _ACTIONS}
FAILURE = (
    Column("place", "Source", "The clone or folder.", TEXT),
    Column("reason", "Why", "Why it could not be read.", TEXT),
)


def table(found: Rollup) -> str:
    """What the rollup is of, the figures, the groups, and what is overdue; of long lists the first rows."""
    first = "".join(f"{cell(one)}\n" for one in head(found))
    return "\n".join((first, *(section(one) for one in sections(found))))


def as_json(found: Rollup) -> str:
    """One JSON object with all of it, a row to a line."""
    fields = [f'  "{name}": {_rows(getattr(found, name))}' for name in ("runs", "metrics")]
    groups = {
        dimension: {name: group._asdict() for name, group in some.items()} for dimension, some in found.groups.items()
    }
    fields += [f'  "groups": {line(groups).decode()}', f'  "hidden_groups": {json.dumps(found.hidden)}']
    fields += [f'  "{name}": {_rows(getattr(found, name))}' for name in _LISTS]
    fields += [f'  "failures": {_rows([one._asdict() for one in found.failures])}']
    return "{\n" + ",\n".join(fields) + "\n}\n"


def rollup_schema() -> dict[str, Any]:
    """The JSON Schema of `as_json`."""
    groups = {
        "description": "The figures by dimension and group; the group of those that do not say has an empty name.",
        "type": "object",
        "additionalProperties": {"type": "object", "additionalProperties": object_schema(GROUP, metrics=METRICS)},
    }
    hidden = {
        "description": "How many groups are left out by dimension, because they are too small.",
        "type": "object",
        "additionalProperties": COUNT,
    }
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "$comment": VERSION,
        "title": "pirgen rollup",
        "description": "What `pirgen rollup --format json` writes. What is not known is null, never 0.",
        **object_schema(
            (),
            runs=list_schema("The run that the rows of each repository are of.", object_schema(tables()[RUNS].columns)),
            metrics=METRICS,
            groups=groups,
            hidden_groups=hidden,
            open_incidents=list_schema("The incidents, near misses and drills that go on.", object_schema(_OPEN)),
            overdue_reviews=list_schema("Reviews that are past their deadline.", object_schema(_REVIEWS)),
            overdue_actions=list_schema("Action items that are past their due date.", object_schema(_ACTIONS)),
            failures=list_schema("The sources that are left out.", object_schema(FAILURE)),
        ),
        "definitions": {"metric": object_schema(FIGURE)},
    }


def head(found: Rollup) -> Iterator[str]:
    """What the rollup is of, and what limits how far it can be believed."""
    count = len(found.runs)
    moments = sorted({f"{row['as_of'][:16].replace('T', ' ')} UTC" for row in found.runs})
    when = f" as of {moments[0]}" if moments else ""
    until = f" to {moments[-1]}" if len(moments) > 1 else ""
    yield f"{count} {'repository' if count == 1 else 'repositories'}{when}{until}"
    if count := len(found.failures):
        yield f"  without {count} {'source' if count == 1 else 'sources'} that could not be read"
    for key, says in (
        ("shallow", "from shallow clones, so that every date and figure may be wrong"),
        ("uncommitted", "with changes that no commit proves yet"),
    ):
        if names := [row["repo"] for row in found.runs if row[key]]:
            more = f" and {len(names) - 3} more" if len(names) > 3 else ""
            yield f"  {says}: {', '.join(names[:3])}{more}"


def sections(found: Rollup, most: int | None = MOST) -> Iterator[Section]:
    """What people are told, most important first, with at most so many rows of each list; None for all."""
    if found.open_incidents:
        yield _list(found, "open_incidents", "Open incidents", most)
    yield Section("metrics", "", metrics_texts(found.metrics, figures()), METRIC_COLUMNS, is_list=False)
    for dimension, groups in found.groups.items():
        left_out = found.hidden.get(dimension, 0)
        for one in by_group(figures(), dimension, groups):
            yield one._replace(title=f"{one.title}, without {left_out} small ones" if left_out else one.title)
    yield _list(found, "overdue_reviews", "Overdue reviews", most)
    yield _list(found, "overdue_actions", "Overdue action items", most)


def _list(found: Rollup, name: str, title: str, most: int | None) -> Section:
    """The first rows of a list, with how many there are."""
    rows, columns = getattr(found, name), [one for one in _LISTS[name] if one.key in _SHOWN[name]]
    shown = f"{title}: {len(rows) or 'none'}{f', the first {most} here' if most and len(rows) > most else ''}"
    return Section(name, shown, rows[:most], columns, is_list=False)


def _rows(rows: Any) -> str:
    return (b"[\n    " + b",\n    ".join(map(line, rows)) + b"\n  ]").decode() if rows else "[]"
