"""What `pirgen report --export json` promises: its head, its tables, and the JSON Schema that describes them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from pirgen.report.columns import AGED, COMMIT, COUNT, DATE, INSTANT, TEXT, TRUTH, adjustment_row, instant, maybe
from pirgen.report.groups import dimensions
from pirgen.report.incidents import COLUMNS as INCIDENTS
from pirgen.report.incidents import NAME as INCIDENT_TABLE
from pirgen.report.metrics import figures, listings
from pirgen.report.story import KINDS, Event, Pending
from pirgen.report.sums import FIGURE
from pirgen.report.table import Column, Report, Told
from pirgen.text.terminal import readable

if TYPE_CHECKING:
    from pirgen.runtime.plugins import Plugin

_UNREADABLE = (
    Column("commit", "", "The commit, or null for the worktree.", maybe(COMMIT)),
    Column("path", "", "The file.", TEXT),
    Column("reason", "", "Why it could not be read.", TEXT),
)
_LEFT_OUT = (
    Column("folder", "", "The folder that has the files now.", TEXT),
    Column("former", "", "The folder that had them, from the top of the repository.", TEXT),
    Column("commit", "", "The commit that moved them.", COMMIT),
)
_ADJUSTED = (
    Column("commit", "", "The commit.", COMMIT),
    Column("committer_date", "", "Its own date.", INSTANT),
    Column("taken_as", "", "The time that counts instead, of the commit before it.", INSTANT),
)
GROUP = (
    Column("incidents", "", "How many incidents count; null by owner, as an incident has none.", maybe(COUNT)),
    Column("open_actions", "", "How many action items are open.", COUNT),
    Column("overdue_actions", "", "How many of them are overdue.", COUNT),
    Column("overdue_reviews", "", "How many reviews are overdue; null by owner.", maybe(COUNT)),
)
"""The counts of a group."""


def object_schema(columns: Iterable[Column], **more: Any) -> dict[str, Any]:
    """The JSON Schema of a row with these columns, and of what else it has."""
    fields = {column.key: {"description": column.description, **column.type} for column in columns} | more
    return {"type": "object", "additionalProperties": False, "required": [*fields], "properties": fields}


def list_schema(description: str, items: dict[str, Any]) -> dict[str, Any]:
    """The JSON Schema of a list."""
    return {"description": description, "type": "array", "items": items}


METRICS = list_schema("One entry for each metric.", {"$ref": "#/definitions/metric"})
_GROUPS = {
    "type": "object",
    "propertyNames": {"enum": dimensions()},
    "additionalProperties": {"type": "object", "additionalProperties": {"$ref": "#/definitions/group"}},
}
_OLDER = (
    Column("incidents", "", "How many incidents.", COUNT),
    Column("actions", "", "How many action items.", COUNT),
)
_EVENT = (
    Column("kind", "", "What happened.", {"enum": [*KINDS]}),
    Column("at", "", "When, in UTC: the commit's time, or when it became overdue.", INSTANT),
    Column("commit", "", "The commit; null for the worktree, and for what became overdue.", maybe(COMMIT)),
    Column("author", "", "Who made it; null without a commit.", maybe(TEXT)),
    Column("incident_id", "", "The incident.", TEXT),
    Column("action_id", "", "The action item; null for an incident or a review.", maybe(TEXT)),
    Column("severity", "", "The incident's severity.", maybe(TEXT)),
    Column("action", "", "What is to be done; null for an incident or a review.", maybe(TEXT)),
    Column("owner", "", "Who answered for it at the period's end.", maybe(TEXT)),
    Column("status", "", "The status at the period's end; null for an incident.", maybe(TEXT)),
    Column("due", "", "The due date at the period's end, or the review's deadline.", maybe(DATE)),
    Column("before", "", "The due date or the owner before a change.", maybe(TEXT)),
    Column("after", "", "The due date or the owner after a change.", maybe(TEXT)),
    Column(
        "days",
        "",
        "By how many days it was moved, negative for earlier, or how many days late it is or was.",
        {"type": ["integer", "null"]},
    ),
    Column("related", "", "The earlier incidents, of one that happened again.", {"type": "array", "items": TEXT}),
    Column("past", "", "What it went through before, in the period.", {"type": "array", "items": TEXT}),
)
_PENDING = (
    Column("due", "", "The day by which it is to be done.", DATE),
    Column("incident_id", "", "The incident.", TEXT),
    Column("action_id", "", "The action item; null for the review.", maybe(TEXT)),
    Column("severity", "", "The incident's severity.", maybe(TEXT)),
    Column("action", "", "What is to be done; null for the review.", maybe(TEXT)),
    Column("owner", "", "The item's owner, or the incident commander.", maybe(TEXT)),
    Column("days_late", "", "How many days late it is; 0 for what is not late.", COUNT),
)
_STORY = (
    Column(
        "since",
        "",
        "When it begins, in UTC: that of a commit is not part of it.",
        INSTANT,
        lambda told: told.period.ends["since"],
    ),
    Column(
        "until",
        "",
        "When it ends, in UTC: that of a day is not part of it.",
        INSTANT,
        lambda told: told.period.ends["until"],
    ),
    Column(
        "events",
        "",
        "What happened, each thing once for how it stood at the end.",
        {"type": "array", "items": object_schema(_EVENT)},
        lambda told: [_plain(one) for one in told.story.events],
    ),
    Column(
        "pending",
        "",
        "What was overdue at the end, and what was due within a week.",
        {"type": "array", "items": object_schema(_PENDING)},
        lambda told: [_plain(one) for one in told.story.pending],
    ),
)


def _plain(one: Event | Pending) -> dict[str, Any]:
    """An event as JSON holds it; what is not known is null."""
    return {key: _value(value) for key, value in one._asdict().items()}


def _value(value: Any) -> Any:
    if isinstance(value, datetime):
        return instant(value)
    return value.isoformat() if isinstance(value, date) else None if value == "" else value


def story_row(told: Told) -> dict[str, Any]:
    """A story as JSON holds it."""
    return {one.key: one.said(told) for one in _STORY}


HEAD = (
    Column(
        "as_of",
        "",
        "The moment that the report tells of, by RFC 3339, in the project's time zone.",
        INSTANT,
        lambda report: report.as_of.isoformat(timespec="seconds"),
    ),
    Column(
        "from",
        "",
        "The day before which incidents are left out, or null for all.",
        maybe({"type": "string", "format": "date"}),
        lambda report: report.since.isoformat() if report.since else None,
    ),
    Column(
        "owners",
        "",
        "The owners and teams whose action items alone count, or null for all. With them no table and no figure is "
        "about incidents.",
        {"type": ["array", "null"], "items": TEXT},
    ),
    Column(
        "older",
        "",
        "How many incidents, and action items of theirs, are left out because of `from`; null for none.",
        {"anyOf": [object_schema(_OLDER), {"type": "null"}]},
        lambda report: report.older._asdict() if report.older else None,
    ),
    Column("revision", "", "The last commit of the mainline up to then.", COMMIT),
    Column("head", "", "The commit from which the history was read.", COMMIT),
    Column(
        "forecast",
        "",
        "Whether that day has not come yet, so that the report tells what is if nothing is done until then.",
        TRUTH,
        lambda report: report.is_forecast,
    ),
    Column("timezone", "", "The project's time zone.", {"type": "string", "format": "pirgen-timezone"}),
    Column("shallow", "", "Whether the clone is shallow, so that every figure may be wrong.", TRUTH),
    Column("uncommitted", "", "Whether the worktree says anything that no commit proves yet.", TRUTH),
    Column(
        "clock_adjusted",
        "",
        "Commits whose dates are not believed, because clocks ran backwards or ahead.",
        {"type": "array", "items": object_schema(_ADJUSTED)},
        lambda report: [*map(adjustment_row, report.clock_adjusted)],
    ),
    Column(
        "unreadable_revisions",
        "",
        "Revisions that could not be read; the last good state of their file counts.",
        {"type": "array", "items": object_schema(_UNREADABLE)},
        lambda report: [one._replace(path=readable(one.path))._asdict() for one in report.unreadable],
    ),
    Column(
        "shadowed_files",
        "",
        "Files left out because another file, whose path sorts first, has the same incident's id.",
        {"type": "array", "items": TEXT},
        lambda report: [readable(one.path) for one in report.shadowed],
    ),
    Column(
        "left_out",
        "",
        "Former folders whose history does not count, because files of theirs stayed where they were.",
        {"type": "array", "items": object_schema(_LEFT_OUT)},
        lambda report: [one._asdict() for one in report.left_out],
    ),
    Column(
        "groups",
        "",
        "The figures by dimension and group, where groups were asked for; the group of those that do not say has an "
        "empty name.",
        _GROUPS,
        lambda report: {
            dimension: {name: group._asdict() for name, group in groups.items()}
            for dimension, groups in report.groups.items()
        },
    ),
    Column(
        "story",
        "",
        "What happened in the period of `--since`; null without it.",
        {"anyOf": [object_schema(_STORY), {"type": "null"}]},
        lambda report: story_row(report.told) if report.told else None,
    ),
)
"""What the report says of itself."""


def head(report: Report) -> dict[str, Any]:
    """What a report says of itself, as JSON holds it."""
    return {one.key: one.text(report) if one.text else getattr(report, one.key) for one in HEAD}


VERSION = "Version 1. docs/reference/contracts.md says what may change."


def actions_schema() -> dict[str, Any]:
    """The JSON Schema of the list of action items."""
    columns = [column for column in HEAD if column.key != "groups"]
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "$comment": VERSION,
        "title": "pirgen action list",
        "description": "What `pirgen action list --format json` writes. What is not known is null, never 0.",
        **object_schema(columns, action_items=list_schema("The items that were asked for.", object_schema(AGED))),
        "definitions": {"group": object_schema(GROUP, metrics=METRICS), "metric": object_schema(FIGURE)},
    }


def report_schema(plugins: tuple[Plugin, ...] = ()) -> dict[str, Any]:
    """The JSON Schema of a report, made from what the metrics, also those of plugins, say of their columns."""
    name, *rest = FIGURE
    names = name._replace(type={"enum": [one.name for one in figures(plugins)]})
    tables = {one.name: list_schema(one.description, object_schema(one.columns)) for one in listings(plugins)}
    tables[INCIDENT_TABLE] = list_schema("Every incident ever seen, also a withdrawn one.", object_schema(INCIDENTS))
    whole = object_schema(HEAD, metrics=METRICS, **tables)
    incidents = [INCIDENT_TABLE, *(one.name for one in listings(plugins) if not one.is_of_items)]
    whole["required"] = [name for name in whole["required"] if name not in incidents]
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "$comment": VERSION,
        "title": "pirgen report",
        "description": "What `pirgen report --format json` writes. What is not known is null, never 0.",
        **whole,
        "if": {"properties": {"owners": {"const": None}}},
        "then": {"required": incidents},
        "definitions": {"metric": object_schema((names, *rest)), "group": object_schema(GROUP, metrics=METRICS)},
    }
