"""The action items that nobody will do, with why and the commits that say so."""

from datetime import datetime

from pirgen.ledger import Ledger
from pirgen.report.columns import (
    DATE,
    INSTANT,
    ITEM,
    TEXT,
    WHOSE,
    commit,
    day_text,
    item_row,
    maybe,
    maybe_instant,
    or_else,
    today,
)
from pirgen.report.metrics import listing
from pirgen.report.table import Column, Row


@listing(
    title="Declined action items",
    description="Action items that nobody will do; they leave the share of those done.",
    columns=(
        *ITEM,
        Column(
            "declined_at",
            "",
            "When git saw it declined, in UTC; null where it was when first seen.",
            maybe(INSTANT),
        ),
        Column(
            "declined_on",
            "Declined",
            "That day in the project's zone.",
            maybe(DATE),
            or_else("declined_on", "unknown"),
            kind="whole",
        ),
        commit(
            "declined_commit",
            "Declined by",
            "The commit that declined it, or null for the worktree.",
            known_by="declined_at",
        ),
        Column("reason", "Reason", "Why, as the review says.", maybe(TEXT), or_else("reason", "none given"), least=24),
    ),
    shown=(*WHOSE, "declined_on", "declined_commit", "reason", "action"),
    page="actions",
)
def declined_actions(ledger: Ledger, as_of: datetime) -> list[Row]:
    """Lists declined items, latest first; one that was declined when first seen has no such commit."""
    rows = []
    for item in ledger.items:
        if item.said.status == "declined":
            told = {
                "declined_at": maybe_instant(item.declined_at),
                "declined_on": day_text(today(ledger, item.declined_at)) if item.declined_at else None,
                "declined_commit": item.declined_commit,
                "reason": item.said.reason or None,
            }
            rows.append({**item_row(ledger, item), **told})
    return sorted(rows, key=lambda row: row["declined_at"] or "", reverse=True)
