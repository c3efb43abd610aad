"""pirgen history: what git proves about reviews and action items, commit by commit."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, datetime
from operator import itemgetter
from typing import Any

import click

from pirgen.commands import emit
from pirgen.errors import PirgenError
from pirgen.exports.table import grid
from pirgen.fact import Fact
from pirgen.ledger import Ledger, read_ledger
from pirgen.metrics import instant
from pirgen.project import Project
from pirgen.terminal import printable


@click.command("history")
@click.argument("incident_id", metavar="[ID]", required=False)
@click.option("--as-of", metavar="DATE|REV", help="End with that day, or with that revision.")
@click.option("--export", type=click.Choice(["table", "json"]), default="table", help="How to write it.")
@click.option("--allow-shallow", is_flag=True, help="Read a shallow clone, whose history may be wrong.")
@click.pass_obj
def command(project: Project, incident_id: str | None, as_of: str | None, export: str, allow_shallow: bool) -> None:
    """Tell when each review and action item was opened, moved, closed or removed, by whom and in which commit.

    With ID only of that incident. Without --as-of the worktree counts as the last revision.
    """
    now = datetime.now(UTC)
    ledger = read_ledger(project.root, project.config, now=now, as_of=as_of, allow_shallow=allow_shallow)
    if incident_id and incident_id not in ledger.incidents:
        raise PirgenError(f"history knows no incident `{incident_id}`")
    facts = [fact for fact in ledger.facts if incident_id in (None, fact.incident_id)]
    emit(_json(ledger, facts) if export == "json" else _table(ledger, facts))


def _json(ledger: Ledger, facts: list[Fact]) -> str:
    head: dict[str, Any] = {
        "head": ledger.head,
        "shallow": ledger.shallow,
        "clock_adjusted": ledger.clock_adjusted,
        "unreadable_revisions": [asdict(revision) for revision in ledger.unreadable],
    }
    return json.dumps({**head, "facts": [{**asdict(fact), "at": instant(fact.at)} for fact in facts]}, indent=2) + "\n"


def _table(ledger: Ledger, facts: list[Fact]) -> str:
    if not facts:
        return "history says nothing about reviews yet\n"
    rows = [
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
    titles = {"when": "When", "what": "What", "event": "Event", "change": "Change", "who": "By", "commit": "Commit"}
    text = grid([(title, itemgetter(key)) for key, title in titles.items()], rows)
    if ledger.unreadable:
        text += f"\nRevisions that cannot be read, so that what they followed went on: {len(ledger.unreadable)}\n"
        for one in ledger.unreadable:
            text += (
                f"  {one.commit[:10] if one.commit else 'uncommitted'} {printable(one.path)}: {printable(one.reason)}\n"
            )
    if ledger.clock_adjusted:
        text += f"\nCommits dated before their predecessor, whose date is shown instead: {ledger.clock_adjusted}\n"
    if ledger.shallow:
        text += "\nThis clone is shallow: older history is missing, so every date above may be wrong.\n"
    return text


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
