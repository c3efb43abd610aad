"""The action items that vanished before anybody said that they are done or declined."""

from datetime import datetime

from pirgen.ledger import CLOSED, Ledger
from pirgen.report.columns import AGED, DATE, INSTANT, WHOSE, aged_row, commit, instant, today
from pirgen.report.metrics import listing
from pirgen.report.table import Column, Row


@listing(
    title="Action items removed while open",
    description="Action items that were removed while they were open.",
    columns=(
        *AGED,
        Column("removed_at", "", "When git saw it go, in UTC.", INSTANT),
        Column("removed_on", "Removed", "That day in the project's zone.", DATE, kind="whole"),
        commit("removed_commit", "Removed by", "The commit that removed it, or null for the worktree."),
    ),
    shown=(*WHOSE, "removed_on", "removed_commit", "action"),
    page="actions",
)
def removed_actions(ledger: Ledger, as_of: datetime) -> list[Row]:
    """Lists items that were removed while open, with the commit that took them away; latest first."""
    rows, day = [], today(ledger, as_of)
    for item in ledger.items:
        if item.removed_at and item.said.status not in CLOSED:
            gone = {
                "removed_at": instant(item.removed_at),
                "removed_on": today(ledger, item.removed_at).isoformat(),
                "removed_commit": item.removed_commit,
            }
            rows.append({**aged_row(ledger, item, day), **gone})
    return sorted(rows, key=lambda row: row["removed_at"], reverse=True)
