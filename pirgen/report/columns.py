"""The columns that several metrics share, and the rows that fill them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from typing import Any

from pirgen.ledger import CLOSED, LEVELS, Adjustment, Item, Ledger
from pirgen.report.table import Column, Row
from pirgen.review.incident_log import TYPES

Type = Mapping[str, Any]
"""A JSON Schema."""


def maybe(kind: Type) -> Type:
    """The JSON Schema of a value that may be unknown."""
    return {**kind, "type": [kind["type"], "null"]}


TEXT: Type = {"type": "string"}
DATE: Type = {"type": "string", "format": "date"}
INSTANT: Type = {"type": "string", "format": "pirgen-timestamp"}
COMMIT: Type = {"type": "string", "pattern": "^[0-9a-f]{40}([0-9a-f]{24})?$"}
COUNT: Type = {"type": "integer", "minimum": 0}
DAYS_LATE: Type = {"type": "integer", "minimum": 1}
TRUTH: Type = {"type": "boolean"}


def commit(key: str, title: str, description: str, known_by: str = "") -> Column:
    """A column of commits; without a commit, a fact is one of the worktree.

    `known_by` is the column that says when it was, and is empty where the first revision said so already.
    """

    def text(row: Row) -> str:
        if known_by and not row[known_by]:
            return "first revision"
        return row[key][:10] if row[key] else "uncommitted"

    return Column(key, title, description, maybe(COMMIT), text, kind="commit")


def or_else(key: str, otherwise: str) -> Callable[[Row], Any]:
    """What people read of a value that may be unknown."""
    return lambda row: row[key] or otherwise


INCIDENT = Column("incident_id", "Incident", "The incident.", TEXT, kind="incident")
SEVERITY = Column(
    "severity", "Severity", "Its severity, the review's before the log's.", maybe(TEXT), or_else("severity", "unknown")
)
TYPE = Column(
    "type",
    "Type",
    "Its type, the review's before the log's.",
    {"enum": [*TYPES]},
    lambda row: row["type"].replace("_", " "),
)
DEADLINE = Column("deadline", "Deadline", "The day by which the review was due.", DATE, kind="whole")
REASON = Column("reason", "Reason", "Why it does not count as complete.", TEXT, least=24)

ITEM = (
    INCIDENT,
    Column("action_id", "Item", "The action item's id in its review.", TEXT, kind="whole"),
    SEVERITY,
    Column("action", "Action", "What is to be done.", TEXT, least=24),
    Column("owner", "Owner", "Who answers for it.", maybe(TEXT), or_else("owner", "nobody")),
    Column(
        "status",
        "Status",
        "What its last revision says, or `removed` where it vanished while open.",
        TEXT,
        lambda row: row["status"].replace("_", " "),
    ),
    Column(
        "proof",
        "Proof",
        "What shows that it is done: it only says so (claimed), it names an issue or a change elsewhere (linked), or a "
        "commit of the mainline shows it (proven); null where it is not done, or where this cannot be looked up.",
        {"enum": [*LEVELS, None]},
        lambda row: row["proof"] or ("unknown" if row["status"] == "done" else ""),
    ),
    Column("due", "Due", "The due date as it stands.", maybe(DATE), or_else("due", "no date"), kind="whole"),
    Column(
        "first_due",
        "First due",
        "The due date when the review first was complete, else the first one seen.",
        maybe(DATE),
        or_else("first_due", "no date"),
        kind="whole",
    ),
    Column("slips", "Slips", "How often the due date was moved later.", COUNT, kind="number"),
    Column(
        "slipped_days",
        "Slipped",
        "By how many days all slips together moved the due date.",
        COUNT,
        lambda row: f"{row['slipped_days']}d",
    ),
    Column("reopened", "Reopened", "How often it was reopened.", COUNT, kind="number"),
    Column("opened_at", "Opened", "When git first saw it, in UTC.", INSTANT, kind="whole"),
    commit("commit", "Opened by", "The commit that opened it, or null for the worktree."),
)
"""What every listing of action items says of one."""
AGED = (
    *ITEM,
    Column(
        "days_late",
        "Days late",
        "Whole days since the due date; null where it is not overdue.",
        maybe(DAYS_LATE),
        kind="number",
    ),
    Column("age_days", "Age", "Whole days since git first saw it.", COUNT, lambda row: f"{row['age_days']}d"),
)
"""What a listing says of action items that may still be open."""
WHOSE = ("incident_id", "action_id", "owner", "due")
"""What people see first of every action item."""
STANDING = (*WHOSE, "days_late", "slips", "age_days", "commit", "action")
"""What people see of an action item that is open."""


def item_row(ledger: Ledger, item: Item) -> dict[str, Any]:
    """The values of `ITEM` for an action item; days are those of the project's zone."""
    said = item.said
    return {
        "incident_id": item.incident_id,
        "action_id": said.id,
        "severity": ledger.incidents[item.incident_id].severity or None,
        "action": said.action,
        "owner": said.owner or None,
        "status": said.status if item.removed_at is None or said.status in CLOSED else "removed",
        "proof": ledger.proofs.of(item).level if item.is_done else None,
        "due": day_text(said.due),
        "first_due": day_text(item.first_due),
        "slips": item.slips,
        "slipped_days": item.slipped_days,
        "reopened": item.reopened,
        "opened_at": instant(item.opened_at),
        "commit": item.opened_commit,
    }


def aged_row(ledger: Ledger, item: Item, day: date) -> dict[str, Any]:
    """The values of `AGED` for an action item: how late and how old it is on a day, in whole calendar days."""
    return {
        **item_row(ledger, item),
        "days_late": (day - item.said.due).days if item.said.due and item.is_overdue(day) else None,
        "age_days": (day - today(ledger, item.opened_at)).days,
    }


def today(ledger: Ledger, as_of: datetime) -> date:
    """The project's date at a moment."""
    return as_of.astimezone(ledger.config.zone).date()


def day_text(day: date | None) -> str | None:
    """A date as the exports write it; None for an unknown one."""
    return day.isoformat() if day else None


def instant(at: datetime) -> str:
    """A moment by RFC 3339, in UTC, to the second."""
    return f"{at.astimezone(UTC).isoformat(timespec='seconds')[:-6]}Z"


def adjustment_row(one: Adjustment) -> Row:
    """A commit whose date is not believed, as the exports write it."""
    return {
        "commit": one.commit,
        "committer_date": instant(one.committer_date),
        "taken_as": instant(one.taken_as),
    }


def maybe_instant(at: datetime | None) -> str | None:
    """A moment as `instant` writes it; None for an unknown one."""
    return instant(at) if at else None
