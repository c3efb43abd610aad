"""A report for a person at a terminal."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any

from pirgen.exports import metric_texts, other_open
from pirgen.table import Report, Row
from pirgen.terminal import printable, width

MAX_TEXT = 60

Column = tuple[str, Callable[[Row], Any]]


def render(report: Report) -> str:
    """The metrics beside their targets, then what is overdue and what is open, each with its count."""
    tables = report.tables
    parts = [_head(report), _metrics(tables["metrics"].rows)]
    parts.append(section("Overdue reviews", tables["overdue_reviews"].rows, REVIEWS))
    if undated := tables["reviews_without_deadline"].rows:
        parts.append(section("Reviews without a deadline, because nothing says when it was resolved", undated, UNDATED))
    parts.append(section("Overdue action items", tables["overdue_actions"].rows, ACTIONS))
    parts.append(section("Other open action items", other_open(report), ACTIONS))
    parts.append(section("Closed action items", tables["closed_actions"].rows, CLOSED))
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
        (title, partial(lambda key, row: row[key], key))
        for title, key in (
            ("Metric", "title"),
            ("Target", "target"),
            ("Current", "current"),
            ("Met", "met"),
            ("Known", "n"),
            ("Missing", "missing"),
            ("Assumed", "assumed"),
            ("Inferred", "inferred"),
            ("Median", "median"),
            ("p90", "p90"),
        )
    ]
    return grid(columns, [metric_texts(row) for row in rows])


def _commit(row: Row, key: str = "commit") -> str:
    return row[key][:10] if row[key] else "uncommitted"


REVIEWS: tuple[Column, ...] = (
    ("Incident", lambda row: row["incident_id"]),
    ("Severity", lambda row: row["severity"]),
    ("Deadline", lambda row: row["deadline"]),
    ("Days late", lambda row: row["days_late"]),
    ("Reason", lambda row: row["reason"]),
)
UNDATED: tuple[Column, ...] = (REVIEWS[0], REVIEWS[1], REVIEWS[4])
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


def section(title: str, rows: Sequence[Row], columns: Sequence[Column]) -> str:
    """A titled grid with its count, or one line that says that there is nothing."""
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
