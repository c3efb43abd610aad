"""What happened to reviews and action items, commit by commit."""

from collections.abc import Iterator
from typing import Any

from pirgen.report.columns import COUNT, DATE, INCIDENT, INSTANT, TEXT, commit, maybe
from pirgen.report.incidents import exact
from pirgen.report.table import Column, Row
from pirgen.text.terminal import readable
from pirgen.warehouse.tables import Source, Table

VALUES = {"status": TEXT, "owner": TEXT, "due": DATE, "severity": TEXT, "incident_id": TEXT, "action_id": TEXT}
"""The values that a fact may change, and their types."""
_SIDES = ("before", "after")


def _rows(source: Source) -> Iterator[Row]:
    for number, fact in enumerate(source.ledger.facts):
        values: dict[str, Any] = {}
        for side, said in zip(_SIDES, (fact.before, fact.after), strict=True):
            values |= {f"{name}_{side}": said.get(name) for name in VALUES}
        yield {
            "fact": number,
            "occurred_at": exact(fact.at),
            "commit": fact.commit,
            "author": fact.author,
            "path": readable(fact.path),
            "incident_id": fact.incident_id,
            "action_id": fact.action_id,
            "event": fact.event,
            **values,
        }


TABLE = Table(
    "facts",
    "A row for each thing that history proves, oldest first.",
    ("fact",),
    (
        Column("fact", "", "Its number in the repository's history.", COUNT),
        Column("occurred_at", "", "The time of the commit, in UTC.", INSTANT),
        commit("commit", "", "The commit, or null for the worktree."),
        Column("author", "", "Who made it.", maybe(TEXT)),
        Column("path", "", "The file.", TEXT),
        INCIDENT,
        Column("action_id", "", "The action item's id; null for the review or the incident itself.", maybe(TEXT)),
        Column("event", "", "What happened.", TEXT),
        *(
            Column(f"{name}_{side}", "", f"The {name.replace('_', ' ')} {side} it.", maybe(kind))
            for side in _SIDES
            for name, kind in VALUES.items()
        ),
    ),
    _rows,
    authors=("author",),
)
