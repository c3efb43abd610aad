"""The owners and teams of action items: how each is named in an address, and what each has to do."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from hashlib import blake2b
from typing import NamedTuple

from pirgen.ledger import Ledger
from pirgen.report.columns import today
from pirgen.report.headline import SOON
from pirgen.report.selection import NOBODY, Selection
from pirgen.report.table import Report, Row

RECENT = timedelta(days=90)
"""How long ago an item may have been closed to be counted beside an owner."""
_SIMPLE = re.compile(r"\A[a-z0-9][a-z0-9-]{0,63}\Z")


class Owner(NamedTuple):
    """An owner or a team. Its anchor depends on nothing but its name, and no other one has it."""

    name: str
    anchor: str
    selection: Selection

    @property
    def calendar(self) -> str:
        """The file of its calendar, in the folder of the pages."""
        return f"due/{self.anchor}.ics"


class Share(NamedTuple):
    """What an owner or a team has to do."""

    of: Owner
    overdue: int
    soon: int
    """How many open items are due within two weeks."""
    later: int
    """How many open items are due after that, or have no due date."""
    closed: int
    """How many items were closed in the last 90 days."""
    next: Sequence[Row]
    """The open items, earliest due date first, without one last."""

    @property
    def open(self) -> int:
        """How many items are open."""
        return self.overdue + self.soon + self.later


def owners(ledger: Ledger) -> Iterator[Owner]:
    """Everybody who has or had an action item, by name; nobody last. Case makes no difference."""
    found: dict[str, str] = {}
    for item in ledger.items:
        found.setdefault(item.said.owner.lower(), item.said.owner)
    for key in sorted(found, key=lambda name: (not name, name)):
        name = found[key] or NOBODY
        yield Owner(name, _anchor("owner", key) if key else NOBODY, Selection(frozenset((key,)), asked=(name,)))


def teams(ledger: Ledger) -> Iterator[Owner]:
    """The teams of the configuration, by name, each with its members."""
    named = {name.lower(): (name, members) for name, members in ledger.config.teams.items()}
    for key, (name, members) in sorted(named.items()):
        meant = Selection(frozenset(map(str.lower, members)), frozenset((key,)), (f"team {name}",))
        yield Owner(name, _anchor("team", f"@{key}"), meant)


def shares(ledger: Ledger, report: Report, some: Iterable[Owner]) -> list[Share]:
    """What each of some owners or teams has to do; who has most overdue comes first, then who has most open."""
    day = today(ledger, ledger.as_of)
    still, done = _by_owner(report.tables["open_actions"].rows), _by_owner(report.tables["closed_actions"].rows)
    found = [_share(one, day, still, done) for one in some]
    return sorted(found, key=lambda one: (-one.overdue, -one.open, -one.closed, one.of.name))


def _share(one: Owner, day: date, still: Mapping[str, list[Row]], done: Mapping[str, list[Row]]) -> Share:
    meant = one.selection.owners
    if one.selection.teams:
        meant = frozenset(owner for owner in (*still, *done) if one.selection.has(owner))
    mine = [row for owner in meant for row in still.get(owner, ())]
    mine.sort(key=lambda row: (row["due"] is None, row["due"], row["incident_id"], row["action_id"]))
    closed = [row["closed_on"] for owner in meant for row in done.get(owner, ())]
    overdue, soon = sum(map(is_late, mine)), sum(is_soon(row, day) for row in mine)
    since = str(day - RECENT)
    return Share(
        one, overdue, soon, len(mine) - overdue - soon, sum(bool(one) and since <= one for one in closed), mine
    )


def is_late(row: Row) -> bool:
    """Whether an open item is overdue."""
    return row["days_late"] is not None


def is_soon(row: Row, day: date) -> bool:
    """Whether an open item is due on a day or within two weeks from then."""
    return bool(row["due"]) and str(day) <= row["due"] <= str(day + SOON)


def _by_owner(rows: Iterable[Row]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault((row["owner"] or "").lower(), []).append(row)
    return found


def _anchor(kind: str, name: str) -> str:
    """A name in an address for a name in lower case: the name of a handle itself, else its words and a hash of it."""
    plain = name.removeprefix("@")
    if name.startswith("@") and _SIMPLE.match(plain):
        return f"{kind}-{plain}"
    words = re.sub("[^a-z0-9]+", "-", plain)[:40].strip("-")
    return f"{kind}-{words}.{blake2b(name.encode('utf-8', 'replace'), digest_size=8).hexdigest()}"
