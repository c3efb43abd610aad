"""Reminders as text, Markdown or JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator

from pirgen.ledger import Ledger
from pirgen.report.caveats import caveats
from pirgen.report.exports.table import grid
from pirgen.report.period import Period
from pirgen.report.remind import Reminder, by_owner, reminders, row
from pirgen.report.sections import cell
from pirgen.report.table import Column
from pirgen.text.markdown import inline

EXPORTS = ("text", "markdown", "json")
_COLUMNS = (Column("what", "What"), Column("when", "When"), Column("action", "Action", least=24))


def render(export: str, ledger: Ledger, period: Period) -> str:
    """The reminders of a period in one of `EXPORTS`, owner by owner."""
    found = reminders(ledger, period.since, period.until)
    if export == "json":
        told = {**period.ends, "head": ledger.head}
        return json.dumps({**told, "reminders": [row(one) for one in found]}, indent=2) + "\n"
    lines = _markdown if export == "markdown" else _text
    return "".join(f"{line}\n" for line in lines(found, ledger, period))


def _opening(found: list[Reminder], period: Period) -> str:
    said = f"{len(found)} reminder{'' if len(found) == 1 else 's'}" if found else "Nobody is to be reminded of anything"
    return f"{said} from {period.since_name} to {period.until_name}"


def _text(found: list[Reminder], ledger: Ledger, period: Period) -> Iterator[str]:
    yield _opening(found, period)
    yield from (f"  {caveat}" for caveat in caveats(ledger))
    for owner, theirs in by_owner(found):
        yield f"\n{cell(owner)}: {len(theirs)}"
        rows = [{"what": _what(one), "when": _when(one), "action": one.action} for one in theirs]
        yield grid(_COLUMNS, rows, "  ", titled=False).rstrip("\n")


def _markdown(found: list[Reminder], ledger: Ledger, period: Period) -> Iterator[str]:
    yield f"{inline(_opening(found, period))}."
    yield from (f"\n{inline(caveat)}" for caveat in caveats(ledger))
    for owner, theirs in by_owner(found):
        yield f"\n### {inline(cell(owner))}: {len(theirs)}\n"
        for one in theirs:
            action = f" {inline(cell(one.action))}" if one.action else ""
            yield f"- **{inline(cell(_what(one)))}**{action}: {inline(_when(one))}"


def _what(one: Reminder) -> str:
    return f"{one.incident_id} {one.action_id or 'review'}"


def _when(one: Reminder) -> str:
    return f"{one.when} ({one.due}{', settled since' if one.settled else ''})"
