"""The action items that are done, and the commits that prove it."""

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
    title="Closed action items",
    description="Action items that are done.",
    columns=(
        *ITEM,
        Column(
            "closed_at",
            "",
            "When git saw it become done, in UTC; null where it was done when first seen.",
            maybe(INSTANT),
        ),
        Column(
            "closed_on",
            "Closed",
            "That day in the project's zone, or the day that the review states; null where neither is known.",
            maybe(DATE),
            or_else("closed_on", "unknown"),
            kind="whole",
        ),
        commit("closed_commit", "Closed by", "The commit that closed it.", known_by="closed_at"),
        Column(
            "unproven",
            "",
            "Why it is not proven, as a sentence without a full stop; null where it is.",
            maybe(TEXT),
        ),
        Column("completed_on", "", "The day that the review itself states.", maybe(DATE)),
    ),
    shown=(*WHOSE, "closed_on", "closed_commit", "proof", "action"),
    page="actions",
    always=True,
    folded=True,
)
def closed_actions(ledger: Ledger, as_of: datetime) -> list[Row]:
    """Lists done items, latest first; one that was done when first seen has no closing commit."""
    rows = []
    for item in ledger.items:
        if item.is_done:
            stated = item.said.completed_on
            day = today(ledger, item.closed_at) if item.closed_at else stated
            closing = {
                "closed_at": maybe_instant(item.closed_at),
                "closed_on": day_text(day),
                "closed_commit": item.closed_commit,
                "unproven": ledger.proofs.of(item).why or None,
                "completed_on": day_text(stated),
            }
            rows.append({**item_row(ledger, item), **closing})
    return sorted(rows, key=lambda row: row["closed_at"] or "", reverse=True)
