"""What git proves about reviews and action items, commit by commit, as a table, JSON or Markdown."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from pirgen.errors import PirgenError
from pirgen.ledger import Fact, Ledger
from pirgen.report.columns import instant
from pirgen.report.exports.table import grid
from pirgen.report.table import Column, Row
from pirgen.text.markdown import inline
from pirgen.text.suggest import did_you_mean
from pirgen.text.terminal import printable


def history(ledger: Ledger, incident_id: str | None = None) -> list[Fact]:
    """The facts of a ledger, oldest first, with `incident_id` those of that incident.

    Raises PirgenError where history knows no such incident.
    """
    known = {*ledger.incidents, *(fact.incident_id for fact in ledger.facts)}
    if incident_id and incident_id not in known:
        raise PirgenError(f"history knows no incident `{incident_id}`{did_you_mean(incident_id, known)}")
    return [fact for fact in ledger.facts if incident_id in (None, fact.incident_id)]


def render(export: str, ledger: Ledger, facts: Sequence[Fact], nothing: str, *, is_branch: bool = False) -> str:
    """Facts of a ledger as a `table`, `json` or `markdown`; `nothing` is said where there are none.

    The facts of a branch have neither time, author nor commit, so these columns are left out.
    """
    if export == "json":
        return _json(ledger, facts)
    columns = {"what": "What", "event": "Event", "change": "Change"}
    if not is_branch:
        columns = {"when": "When", **columns, "who": "By", "commit": "Commit"}
    return (_markdown if export == "markdown" else _table)(columns, _rows(ledger, facts), _notes(ledger), nothing)


def _json(ledger: Ledger, facts: Sequence[Fact]) -> str:
    head: dict[str, Any] = {
        "head": ledger.head,
        "shallow": ledger.shallow,
        "clock_adjusted": ledger.clock_adjusted,
        "unreadable_revisions": [revision._asdict() for revision in ledger.unreadable],
    }
    return (
        json.dumps({**head, "facts": [{**fact._asdict(), "at": instant(fact.at)} for fact in facts]}, indent=2) + "\n"
    )


def _rows(ledger: Ledger, facts: Sequence[Fact]) -> list[Row]:
    return [
        {
            "when": f"{fact.at.astimezone(ledger.config.zone):%Y-%m-%d %H:%M}",
            "what": f"{fact.incident_id} {fact.action_id or ''}".rstrip(),
            "event": fact.event.split("_", 1)[1].replace("_", " ") if fact.action_id else fact.event.replace("_", " "),
            "change": _change(fact),
            "who": (fact.author or "").split(" <")[0],
            "commit": fact.commit[:10] if fact.commit else "uncommitted",
        }
        for fact in facts
    ]


def _notes(ledger: Ledger) -> list[str]:
    """What limits how far the facts can be believed."""
    notes = [
        f"{one.path} in {one.commit[:10] if one.commit else 'the worktree'} cannot be read ({one.reason}), "
        "so that what it followed went on"
        for one in ledger.unreadable
    ]
    if ledger.clock_adjusted:
        notes.append(f"Commits whose clocks ran backwards or ahead, shown with another date: {ledger.clock_adjusted}")
    if ledger.shallow:
        notes.append("This clone is shallow: older history is missing, so every date above may be wrong.")
    return notes


def _table(columns: Mapping[str, str], rows: list[Row], notes: list[str], nothing: str) -> str:
    text = grid([Column(key, title) for key, title in columns.items()], rows) if rows else f"{nothing}\n"
    return text + "".join(f"\n{printable(note)}\n" for note in notes)


def _markdown(columns: Mapping[str, str], rows: list[Row], notes: list[str], nothing: str) -> str:
    lines = ["### Post-incident reviews", ""]
    if rows:
        lines += [f"| {' | '.join(columns.values())} |", f"|{' --- |' * len(columns)}"]
        lines += [f"| {' | '.join(inline(row[key]) for key in columns)} |" for row in rows]
    else:
        lines.append(f"{nothing.capitalize()}.")
    return "\n".join(lines) + "\n" + "".join(f"\n{inline(note)}\n" for note in notes)


def _change(fact: Fact) -> str:
    """The values that changed; of something new, those that it has."""
    told = []
    for key in {**fact.before, **fact.after}:
        before, after = fact.before.get(key), fact.after.get(key)
        if key in fact.before and key in fact.after:
            told.append(f"{key} {before or 'none'} → {after or 'none'}")
        elif after or before:
            told.append(f"{key} {after or before}")
    return ", ".join(told)
