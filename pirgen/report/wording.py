"""The figures of a report in a person's words."""

from __future__ import annotations

from pirgen.report.table import Report, Row
from pirgen.review.duration import format_duration

TITLES = {
    "mttd": "MTTD (mean time to detect)",
    "mtta": "MTTA (mean time to acknowledge)",
    "mttm": "MTTM (mean time to mitigate)",
    "mttr": "MTTR (mean time to resolve)",
    "review_completion": "PIR completion rate",
    "review_lead_time": "Time to review",
    "action_completion": "Action items done",
    "action_on_time": "Action items done on time",
    "action_time_to_close": "Time to close an action item",
    "response_target": "Acknowledged within target",
    "resolution_target": "Resolved within target",
}


def other_open(report: Report) -> tuple[Row, ...]:
    """The open action items that are not overdue."""
    overdue = {(row["incident_id"], row["action_id"]) for row in report.tables["overdue_actions"].rows}
    rows = report.tables["open_actions"].rows
    return tuple(row for row in rows if (row["incident_id"], row["action_id"]) not in overdue)


def metric_texts(row: Row) -> Row:
    """A row of the table `metrics` in words; what is not known says so."""
    target, is_share = row["target"], row["of"] is not None
    if is_share:
        current = "unknown" if row["percent"] is None else f"{row['percent']}% ({row['done']} of {row['of']})"
    else:
        current = minutes(row["mean_minutes"]) or "unknown"
        if current == minutes(target):  # rounded, it would not tell why the target is met, or is not
            current = format_duration(row["mean_minutes"] * 60, exact=True)
    return {
        "title": TITLES.get(row["name"], row["name"]),
        "target": "" if target is None else f"{target:g}%" if is_share else f"<{minutes(target)}",
        "current": current,
        "met": {True: "yes", False: "NO", None: ""}[row["met"]],
        **{key: row[key] for key in ("n", "missing", "assumed", "inferred")},
        "median": minutes(row["median_minutes"]),
        "p90": minutes(row["p90_minutes"]),
    }


def minutes(value: float | None) -> str:
    """A time in minutes as people write it; empty where it is unknown."""
    return "" if value is None else format_duration(value * 60)
