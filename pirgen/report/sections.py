"""A report as titled grids in a person's words: what the table, the pretty table and `check` print."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from operator import itemgetter
from typing import Any, NamedTuple

from pirgen.report.table import Group, Report, Row
from pirgen.report.wording import metric_texts, minutes, other_open
from pirgen.text.terminal import printable

Column = tuple[str, Callable[[Row], Any]]


class Section(NamedTuple):
    """Rows under a title; a grid without a title is the report's head piece."""

    title: str
    rows: Sequence[Row]
    columns: Sequence[Column]
    is_list: bool = True
    """Whether the number of rows says something."""

    @property
    def heading(self) -> str:
        """The title, with how many there are."""
        return f"{self.title}: {len(self.rows) or 'none'}" if self.is_list else self.title


def _columns(**keys: str) -> tuple[Column, ...]:
    return tuple((title.replace("_", " "), itemgetter(key)) for title, key in keys.items())


def _commit(key: str) -> Callable[[Row], str]:
    return lambda row: row[key][:10] if row[key] else "uncommitted"


_REVIEW = _columns(Incident="incident_id", Severity="severity")
_REASON: Column = ("Reason", itemgetter("reason"))
REVIEWS = (*_REVIEW, *_columns(Deadline="deadline", Days_late="days_late"), _REASON)
UNDATED = (*_REVIEW, _REASON)
_LATE: tuple[Column, ...] = (*REVIEWS[:4], ("Completed by", _commit("commit")))
_ITEM: tuple[Column, ...] = (
    *_columns(Incident="incident_id", Item="action_id"),
    ("Owner", lambda row: row["owner"] or "nobody"),
    ("Due", lambda row: row["due"] or "no date"),
)
_ACTION: Column = ("Action", itemgetter("action"))
ACTIONS: tuple[Column, ...] = (
    *_ITEM,
    *_columns(Days_late="days_late", Slips="slips"),
    ("Age", lambda row: f"{row['age_days']}d"),
    ("Opened by", _commit("commit")),
    _ACTION,
)
_CLOSED: tuple[Column, ...] = (
    *_ITEM,
    ("Closed", lambda row: row["closed_on"] or "unknown"),
    ("Closed by", lambda row: _commit("closed_commit")(row) if row["closed_at"] else "first revision"),
    _ACTION,
)
_DECLINED: tuple[Column, ...] = (
    *_ITEM,
    ("Declined", lambda row: row["declined_on"] or "unknown"),
    ("Declined by", lambda row: _commit("declined_commit")(row) if row["declined_at"] else "first revision"),
    ("Reason", lambda row: row["reason"] or "none given"),
    _ACTION,
)
_SLIPPED: tuple[Column, ...] = (
    *_ITEM,
    ("First due", lambda row: row["first_due"] or "no date"),
    *_columns(Slips="slips"),
    ("Slipped", lambda row: f"{row['slipped_days']}d"),
    *_columns(Status="status"),
    _ACTION,
)
_REOPENED = (*_ITEM, *_columns(Reopened="reopened", Status="status"), _ACTION)
_REMOVED: tuple[Column, ...] = (
    *_ITEM,
    *_columns(Removed="removed_on"),
    ("Removed by", _commit("removed_commit")),
    _ACTION,
)
_AGAIN: tuple[Column, ...] = (
    *_ITEM,
    *_columns(Again="again", On="again_on"),
    ("Was overdue", lambda row: {True: "yes", False: "no", None: "unknown"}[row["was_overdue"]]),
    *_columns(Status="status"),
    _ACTION,
)
_AGES: tuple[Column, ...] = (
    ("Age in days", lambda row: f"{row['from_days']}-{row['to_days']}" if row["to_days"] else f"{row['from_days']}+"),
    *_columns(Open="open", Overdue="overdue", Without_a_date="without_due"),
)
_METRICS = _columns(
    Metric="title", Target="target", Current="current", Met="met", Known="n", Missing="missing",
    Assumed="assumed", Inferred="inferred", Median="median", p90="p90",
)  # fmt: skip
WITHOUT_DEADLINE = "Reviews without a deadline, because nothing says when it was resolved"


def sections(report: Report) -> Iterator[Section]:
    """What the report says, most important first; what is only sometimes there is left out when it is not."""
    tables = {name: table.rows for name, table in report.tables.items()}
    yield Section("", [metric_texts(row) for row in tables["metrics"]], _METRICS)
    for dimension, groups in report.groups.items():
        yield from _by(dimension, groups)
    yield Section("Overdue reviews", tables["overdue_reviews"], REVIEWS)
    yield from _unless_empty(WITHOUT_DEADLINE, tables["reviews_without_deadline"], UNDATED)
    yield from _unless_empty("Reviews that git first saw complete after their deadline", tables["late_reviews"], _LATE)
    yield Section("Overdue action items", tables["overdue_actions"], ACTIONS)
    yield Section("Other open action items", other_open(report), ACTIONS)
    if tables["open_actions"]:
        yield Section("Ages of the open action items", tables["action_ages"], _AGES, is_list=False)
    title = "Action items that were open when a related incident happened again"
    yield from _unless_empty(title, tables["recurrences"], _AGAIN)
    yield from _unless_empty("Action items whose due date was moved later", tables["slipped_actions"], _SLIPPED)
    yield from _unless_empty("Reopened action items", tables["reopened_actions"], _REOPENED)
    yield from _unless_empty("Action items removed while open", tables["removed_actions"], _REMOVED)
    yield Section("Closed action items", tables["closed_actions"], _CLOSED)
    yield from _unless_empty("Declined action items", tables["declined_actions"], _DECLINED)


def _unless_empty(title: str, rows: Sequence[Row], columns: Sequence[Column]) -> Iterator[Section]:
    if rows:
        yield Section(title, rows, columns)


_FIGURES = {
    "mttd": "MTTD", "mtta": "MTTA", "mttm": "MTTM", "mttr": "MTTR", "response_target": "Acknowledged",
    "resolution_target": "Resolved", "review_completion": "Reviewed", "review_lead_time": "To review",
}  # fmt: skip
_ACTION_FIGURES = {"action_completion": "Done", "action_on_time": "On time", "action_time_to_close": "To close"}


def _by(dimension: str, groups: Mapping[str, Group]) -> Iterator[Section]:
    """A line a group. A figure is followed by how many it rests on of how many, `*` marks assumed or inferred ones."""
    if not groups:
        return
    rows = [
        {
            "group": name or ("nobody" if dimension == "owner" else "unknown"),
            **group._asdict(),
            **{row["name"]: _figure(row) for row in group.metrics},
        }
        for name, group in groups.items()
    ]
    first: Column = (dimension.capitalize(), itemgetter("group"))
    if any(group.incidents is not None for group in groups.values()):
        columns = _columns(Incidents="incidents", Overdue_reviews="overdue_reviews")
        title = f"Incidents by {dimension} (* rests on assumed or inferred times)"
        yield Section(title, rows, (first, *columns, *_named(_FIGURES)), is_list=False)
    columns = _columns(Open="open_actions", Overdue="overdue_actions")
    yield Section(f"Action items by {dimension}", rows, (first, *columns, *_named(_ACTION_FIGURES)), is_list=False)


def _named(titles: Mapping[str, str]) -> tuple[Column, ...]:
    return tuple((title, itemgetter(key)) for key, title in titles.items())


def _figure(row: Row) -> str:
    mark = "*" if row["assumed"] or row["inferred"] else ""
    if row["of"] is not None:
        return "unknown" if row["percent"] is None else f"{row['percent']}%{mark} ({row['done']} of {row['of']})"
    known = f"({row['n']} of {row['n'] + row['missing']})"
    return "unknown" if row["mean_minutes"] is None else f"{minutes(row['mean_minutes'])}{mark} {known}"


def head_lines(report: Report) -> Iterator[str]:
    """What the report is of, and what limits how far it can be believed."""
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


def cell(value: Any) -> str:
    """A value as one line of printable text."""
    return printable("" if value is None else str(value))
