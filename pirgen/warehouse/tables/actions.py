"""Every action item, and what became of it."""

from collections.abc import Iterator

from pirgen.report.columns import AGED, COUNT, DATE, INSTANT, TEXT, TRUTH, aged_row, commit, day_text, maybe, today
from pirgen.report.incidents import exact
from pirgen.report.table import Column, Row
from pirgen.warehouse.tables import Source, Table

NUMBER = Column("item", "", "Its number in the repository, by which the table `measures` names it.", COUNT)
_ENDS = ("closed", "declined", "removed")


def _rows(source: Source) -> Iterator[Row]:
    ledger = source.ledger
    day = today(ledger, ledger.as_of)
    for number, item in enumerate(ledger.items):
        ends: dict[str, str | None] = {}
        for end in _ENDS:
            at = getattr(item, f"{end}_at")
            ends |= {f"{end}_at": exact(at) if at else None, f"{end}_commit": getattr(item, f"{end}_commit")}
        yield {
            "item": number,
            **aged_row(ledger, item, day),
            "is_open": item.is_open,
            **ends,
            "completed_on": day_text(item.said.completed_on),
            "issue": item.said.issue or None,
        }


TABLE = Table(
    "actions",
    "A row for each action item ever seen.",
    ("item",),
    (
        NUMBER,
        *(one._replace(type=maybe(TEXT)) if one.key == "action" else one for one in AGED),
        Column("is_open", "", "Whether somebody still has to do it.", TRUTH),
        *(
            column
            for end in _ENDS
            for column in (
                Column(f"{end}_at", "", f"When git saw it {end}, in UTC.", maybe(INSTANT)),
                commit(f"{end}_commit", "", f"The commit by which it was {end}."),
            )
        ),
        Column("completed_on", "", "The day on which its review says it was done.", maybe(DATE)),
        Column("issue", "", "The issue that it names.", maybe(TEXT)),
    ),
    _rows,
    prose=("action",),
)
