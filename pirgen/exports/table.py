"""A report for a person at a terminal."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from pirgen.table import Report, Row
from pirgen.terminal import printable, width
from pirgen.timeline import format_duration

TITLES = {
    "mttd": "MTTD (mean time to detect)",
    "mtta": "MTTA (mean time to acknowledge)",
    "mttm": "MTTM (mean time to mitigate)",
    "mttr": "MTTR (mean time to resolve)",
    "review_completion": "PIR completion rate",
    "action_completion": "Action items done",
    "action_on_time": "Action items done on time",
    "response_target": "Acknowledged within target",
    "resolution_target": "Resolved within target",
}
MAX_TEXT = 60

Column = tuple[str, Callable[[Row], Any]]


def render(report: Report) -> str:
    """The metrics beside their targets, then what is overdue and what is open, each with its count."""
    tables = report.tables
    parts = [_head(report), _metrics(tables["metrics"].rows)]
    parts.append(_section("Overdue reviews", tables["overdue_reviews"].rows, REVIEWS))
    parts.append(_section("Overdue action items", tables["overdue_actions"].rows, ACTIONS))
    due = {(row["incident_id"], row["action_id"]) for row in tables["overdue_actions"].rows}
    later = [row for row in tables["open_actions"].rows if (row["incident_id"], row["action_id"]) not in due]
    parts.append(_section("Other open action items", later, ACTIONS))
    parts.append(_section("Closed action items", tables["closed_actions"].rows, CLOSED))
    return "\n".join(parts)


def grid(columns: Sequence[Column], rows: Sequence[Row], indent: str = "") -> str:
    """Rows under a head, in columns as wide as they need; numbers to the right."""
    cells = [[_cell(value(row)) for _, value in columns] for row in rows]
    head = [title for title, _ in columns]
    widths = [max(width(line[i]) for line in (head, *cells)) for i in range(len(head))]
    right = [bool(rows) and all(isinstance(value(row), int | None) for row in rows) for _, value in columns]

    def line(texts: Sequence[str]) -> str:
        padded = (
            " " * (wide - width(text)) + text if to_right else text + " " * (wide - width(text))
            for text, wide, to_right in zip(texts, widths, right, strict=True)
        )
        return (indent + "  ".join(padded)).rstrip() + "\n"

    return "".join(map(line, (head, *cells)))


def _metrics(rows: Sequence[Row]) -> str:
    columns: list[Column] = [
        ("Metric", lambda row: TITLES.get(row["name"], row["name"])),
        ("Target", _target),
        ("Current", _current),
        ("Met", lambda row: {True: "yes", False: "NO", None: ""}[row["met"]]),
        ("n", lambda row: row["n"]),
        ("Missing", lambda row: row["missing"]),
        ("Assumed", lambda row: row["assumed"]),
        ("Inferred", lambda row: row["inferred"]),
        ("Median", lambda row: _minutes(row["median_minutes"])),
        ("p90", lambda row: _minutes(row["p90_minutes"])),
    ]
    return grid(columns, rows)


def _target(row: Row) -> str:
    if row["target"] is None:
        return ""
    return f"<{_minutes(row['target'])}" if row["of"] is None else f"{row['target']:g}%"


def _current(row: Row) -> str:
    if row["of"] is None:
        return _minutes(row["mean_minutes"]) or "unknown"
    return "unknown" if row["percent"] is None else f"{row['percent']}% ({row['done']} of {row['of']})"


def _minutes(value: float | None) -> str:
    return "" if value is None else format_duration(value * 60)


def _commit(row: Row, key: str = "commit") -> str:
    return row[key][:10] if row[key] else "uncommitted"


REVIEWS: tuple[Column, ...] = (
    ("Incident", lambda row: row["incident_id"]),
    ("Severity", lambda row: row["severity"]),
    ("Deadline", lambda row: row["deadline"]),
    ("Days late", lambda row: row["days_late"]),
    ("Reason", lambda row: row["reason"]),
)
_ITEM: tuple[Column, ...] = (
    ("Incident", lambda row: row["incident_id"]),
    ("Item", lambda row: row["action_id"]),
    ("Owner", lambda row: row["owner"] or "nobody"),
    ("Due", lambda row: row["due"] or "no date"),
)
ACTIONS: tuple[Column, ...] = (
    *_ITEM,
    ("Days late", lambda row: row["days_late"]),
    ("Slips", lambda row: row["slips"]),
    ("Age", lambda row: f"{row['age_days']}d"),
    ("Opened by", _commit),
    ("Action", lambda row: row["action"]),
)
CLOSED: tuple[Column, ...] = (
    *_ITEM,
    ("Closed", lambda row: (row["closed_at"] or row["completed_on"] or "unknown")[:10]),
    ("Closed by", lambda row: _commit(row, "closed_commit") if row["closed_at"] else "first revision"),
    ("Action", lambda row: row["action"]),
)


def _section(title: str, rows: Sequence[Row], columns: Sequence[Column]) -> str:
    if not rows:
        return f"{title}: none\n"
    return f"{title}: {len(rows)}\n" + grid(columns, rows, "  ")


def _head(report: Report) -> str:
    return "".join(f"{line}\n" for line in _head_lines(report))


def _head_lines(report: Report) -> Iterator[str]:
    since = f", incidents from {report.since}" if report.since else ""
    yield f"As of {report.as_of:%Y-%m-%d %H:%M} {report.timezone} at {report.revision[:10]}{since}"
    if report.uncommitted:
        yield "  with changes in the worktree that no commit proves yet"
    if report.shallow:
        yield "  from a shallow clone: older history is missing, so every date and figure may be wrong"
    if report.clock_adjusted:
        yield f"  {report.clock_adjusted} commit times were moved, because clocks ran backwards or ahead"
    for found in report.unreadable_revisions:
        commit = found["commit"][:10] if found["commit"] else "the worktree"
        yield printable(f"  {found['path']} in {commit} cannot be read ({found['reason']}); its last good state counts")
    for path in report.shadowed_files:
        yield printable(f"  {path} is left out: another file has its incident's id")


def _cell(value: Any) -> str:
    text = printable("" if value is None else str(value))
    return text if len(text) <= MAX_TEXT else text[: MAX_TEXT - 1] + "…"
