"""What git proves about reviews and action items, commit by commit, as a table, JSON or Markdown."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from pirgen.errors import PirgenError
from pirgen.ledger import STORY_ONLY, Fact, Ledger
from pirgen.report.caveats import MARK, caveats
from pirgen.report.columns import adjustment_row, instant
from pirgen.report.exports.table import grid
from pirgen.report.period import Period
from pirgen.report.table import Column, Row
from pirgen.text.markdown import inline
from pirgen.text.suggest import did_you_mean
from pirgen.text.terminal import printable, readable


def about(ledger: Ledger, incident_id: str) -> Ledger:
    """The ledger with only the facts and the caveats of one incident.

    Raises PirgenError where history knows no such incident.
    """
    former = {was: name for name, one in ledger.incidents.items() for was in one.former_ids}
    known = {*ledger.incidents, *former}
    if incident_id not in known:
        raise PirgenError(f"history knows no incident `{incident_id}`{did_you_mean(incident_id, known)}")
    facts = ledger.told.get(incident_id if incident_id in ledger.incidents else former[incident_id], [])
    shadowed = tuple(one for one in ledger.shadowed if one.incident_id == incident_id)
    commits = {fact.commit for fact in facts}
    paths = {fact.path for fact in facts} | {one.path for one in shadowed}
    return replace(
        ledger,
        facts=facts,
        shadowed=shadowed,
        clock_adjusted=tuple(one for one in ledger.clock_adjusted if one.commit in commits),
        unreadable=tuple(one for one in ledger.unreadable if one.path in paths),
    )


def within(ledger: Ledger, period: Period) -> Ledger:
    """The ledger with only the facts of a period, and the caveats about their commits."""
    facts = [fact for fact in ledger.facts if period.since < fact.at <= period.until]
    commits = {fact.commit for fact in facts}
    moved = tuple(one for one in ledger.clock_adjusted if one.commit in commits)
    return replace(ledger, facts=facts, clock_adjusted=moved)


def render(export: str, ledger: Ledger, nothing: str, *, is_branch: bool = False) -> str:
    """The facts of a ledger as a `table`, `json` or `markdown`; `nothing` is said where there are none.

    The facts of a branch have neither time, author nor commit, so these columns are left out.
    """
    if export == "json":
        return _json(ledger)
    columns = {"what": "What", "event": "Event", "change": "Change"}
    if not is_branch:
        columns = {"when": "When", **columns, "who": "By", "commit": "Commit"}
    notes = [*caveats(replace(ledger, uncommitted=False))]  # each row says whether it is committed
    return (_markdown if export == "markdown" else _table)(columns, _rows(ledger), notes, nothing)


def unreadable(ledger: Ledger) -> str:
    """The revisions that could not be read, as a table."""
    columns = [Column("commit", "Commit"), Column("path", "File"), Column("reason", "Why")]
    rows = [{**one._asdict(), "commit": _commit(one.commit)} for one in ledger.unreadable]
    return grid(columns, rows) if rows else "every revision can be read\n"


def _json(ledger: Ledger) -> str:
    head: dict[str, Any] = {
        "head": ledger.head,
        "revision": ledger.revision,
        "shallow": ledger.shallow,
        "clock_adjusted": [*map(adjustment_row, ledger.clock_adjusted)],
        "unreadable_revisions": [one._replace(path=readable(one.path))._asdict() for one in ledger.unreadable],
    }
    facts = [{**fact._asdict(), "path": readable(fact.path), "at": instant(fact.at)} for fact in _listed(ledger)]
    return json.dumps({**head, "facts": facts}, indent=2) + "\n"


def _rows(ledger: Ledger) -> list[Row]:
    moved = {one.commit for one in ledger.clock_adjusted}
    return [
        {
            "when": f"{fact.at.astimezone(ledger.config.zone):%Y-%m-%d %H:%M}{MARK if fact.commit in moved else ''}",
            "what": f"{fact.incident_id} {fact.action_id or ''}".rstrip(),
            "event": event(fact),
            "change": change(fact),
            "who": (fact.author or "").split(" <")[0],
            "commit": _commit(fact.commit),
        }
        for fact in _listed(ledger)
    ]


def _listed(ledger: Ledger) -> list[Fact]:
    """The facts about reviews and their action items, without those that serve a period's story alone."""
    return [fact for fact in ledger.facts if fact.event not in STORY_ONLY]


def _commit(commit: str | None) -> str:
    return commit[:10] if commit else "uncommitted"


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


def event(fact: Fact) -> str:
    """What happened, in words; of an action item without saying that it is one."""
    return (fact.event.split("_", 1)[1] if fact.action_id else fact.event).replace("_", " ")


def change(fact: Fact) -> str:
    """The values that changed; of something new, those that it has."""
    told = []
    for key in {**fact.before, **fact.after}:
        before, after, name = fact.before.get(key), fact.after.get(key), key.replace("_", " ")
        if key in fact.before and key in fact.after:
            told.append(f"{name} {before or 'none'} → {after or 'none'}")
        elif after or before:
            told.append(f"{name} {after or before}")
    return ", ".join(told)
