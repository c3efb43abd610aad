"""pirgen history: what git proves about reviews and action items, commit by commit."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from operator import itemgetter
from typing import Any

import click

from pirgen.commands import emit, no_cache
from pirgen.errors import PirgenError
from pirgen.ledger import Fact, Ledger, branch_ledger, read_ledger
from pirgen.project import Project
from pirgen.report import Row
from pirgen.report.exports.table import grid
from pirgen.report.metrics import instant
from pirgen.text.markdown import inline
from pirgen.text.suggest import did_you_mean
from pirgen.text.terminal import printable


@click.command("history")
@click.argument("incident_id", metavar="[ID]", required=False)
@click.option("--as-of", metavar="DATE|REV", help="End with that day, or with that revision.")
@click.option("--since", "base", metavar="BASE", help="Only what this branch adds to BASE, as for a pull request.")
@click.option("--export", type=click.Choice(["table", "json", "markdown"]), default="table", help="How to write it.")
@click.option("--allow-shallow", is_flag=True, help="Read a shallow clone, whose history may be wrong.")
@no_cache
@click.pass_obj
def command(
    project: Project,
    incident_id: str | None,
    as_of: str | None,
    base: str | None,
    export: str,
    allow_shallow: bool,
    cached: bool,
) -> None:
    """Tell when each review and action item was opened, moved, closed or removed, by whom and in which commit.

    With ID only of that incident. Without --as-of the worktree counts as the last revision.
    """
    how: Any = {"now": datetime.now(UTC), "allow_shallow": allow_shallow, "cached": cached and project.can_keep}
    if base is not None and as_of is not None:
        raise click.UsageError("--since tells of the worktree, --as-of of the past")
    if base is not None:
        ledger = branch_ledger(project.root, project.config, base, **how)
    else:
        ledger = read_ledger(project.root, project.config, as_of=as_of, **how)
    known = {*ledger.incidents, *(fact.incident_id for fact in ledger.facts)}
    if incident_id and incident_id not in known:
        raise PirgenError(f"history knows no incident `{incident_id}`{did_you_mean(incident_id, known)}")
    facts = [fact for fact in ledger.facts if incident_id in (None, fact.incident_id)]
    if export == "json":
        emit(_json(ledger, facts))
        return
    columns = {"what": "What", "event": "Event", "change": "Change"}
    if base is None:
        columns = {"when": "When", **columns, "who": "By", "commit": "Commit"}
    nothing = "this branch changes no review" if base is not None else "history says nothing about reviews yet"
    if incident_id:
        nothing = f"{'this branch changes' if base is not None else 'history has seen'} no review of {incident_id}"
    emit((_markdown if export == "markdown" else _table)(columns, _rows(ledger, facts), _notes(ledger), nothing))


def _json(ledger: Ledger, facts: list[Fact]) -> str:
    head: dict[str, Any] = {
        "head": ledger.head,
        "shallow": ledger.shallow,
        "clock_adjusted": ledger.clock_adjusted,
        "unreadable_revisions": [revision._asdict() for revision in ledger.unreadable],
    }
    return (
        json.dumps({**head, "facts": [{**fact._asdict(), "at": instant(fact.at)} for fact in facts]}, indent=2) + "\n"
    )


def _rows(ledger: Ledger, facts: list[Fact]) -> list[Row]:
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
    text = grid([(title, itemgetter(key)) for key, title in columns.items()], rows) if rows else f"{nothing}\n"
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
