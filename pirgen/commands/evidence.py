"""pirgen evidence: look for the commits that did action items."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import click

from pirgen.commands import Group, emit, no_cache, selected, whose
from pirgen.commands.action import complete_incident, complete_item
from pirgen.errors import PirgenError
from pirgen.project import Project
from pirgen.runtime import environment
from pirgen.text.terminal import printable

if TYPE_CHECKING:
    from pirgen.followup.suggesting import Suggestion
    from pirgen.ledger import Item, Ledger


@click.group("evidence", cls=Group)
def command() -> None:
    """Look for what shows that action items are done."""


@command.command("suggest")
@click.argument("incident_id", metavar="[INC]", required=False, shell_complete=complete_incident)
@click.argument("action_ids", metavar="[AI...]", nargs=-1, shell_complete=complete_item)
@whose
@click.option("--as-of", metavar="DATE|REV", help="What was unproven at that day's end, or in that revision.")
@click.option(
    "--format", "--export", "export", type=click.Choice(["table", "json"]), default="table", help="How to write it."
)
@click.option("--allow-shallow", is_flag=True, help="Read a shallow clone, whose history may be wrong.")
@no_cache
@click.pass_obj
def suggest_(
    project: Project, incident_id: str | None, action_ids: tuple[str, ...], owners: tuple[str, ...],
    teams: tuple[str, ...], as_of: str | None, export: str, allow_shallow: bool, cached: bool,
) -> None:  # fmt: skip
    """Name the commits that may have done an action item: their messages name it, its issue or its incident.

    Without AI it looks for the done items that no commit proves, of INC or of all incidents. Commits that change only
    reviews, logs and pages are left out.
    """
    from pirgen.followup.suggesting import suggest
    from pirgen.ledger import read_ledger

    chosen = selected(project, owners, teams)
    how: Any = {"now": environment.now(), "allow_shallow": allow_shallow, "cached": cached and project.can_keep}
    ledger = read_ledger(project.root, project.config, as_of=as_of, **how)
    items = _items(ledger, incident_id, action_ids)
    if chosen:
        items = [item for item in items if chosen.has(item.said.owner)]
    emit((_json if export == "json" else _table)(items, suggest(ledger, items)))


def _items(ledger: Ledger, incident_id: str | None, action_ids: Iterable[str]) -> list[Item]:
    """The items that are asked about. Raises PirgenError for one that history does not know."""
    from pirgen.followup.suggesting import unproven
    from pirgen.text.suggest import did_you_mean

    if incident_id is None:
        return unproven(ledger)
    if incident_id not in ledger.incidents:
        raise PirgenError(f"history knows no incident `{incident_id}`{did_you_mean(incident_id, ledger.incidents)}")
    known = ledger.incidents[incident_id].items
    for name in action_ids:
        if name not in known:
            others = f"it has {', '.join(known) or 'none'}"
            raise PirgenError(f"{incident_id} has no action item `{name}`; {others}{did_you_mean(name, known)}")
    named = [known[name] for name in dict.fromkeys(action_ids)]
    return named or [item for item in unproven(ledger) if item.incident_id == incident_id]


def _table(items: Sequence[Item], found: Sequence[Suggestion]) -> str:
    from pirgen.report.exports.table import grid
    from pirgen.report.table import Column

    if not items:
        return "every done item is proven by a commit\n"
    said = {"incident_id": "Incident", "action_id": "Item", "commit": "Commit", "date": "Date", "names": "Names",
            "author": "Author", "subject": "Subject"}  # fmt: skip
    columns = [Column(key, title, "", {}, least=24 if key == "subject" else 0) for key, title in said.items()]
    rows = [{**_row(one), "commit": one.commit[:10], "date": f"{one.at:%Y-%m-%d}"} for one in found]
    text = grid(columns, rows) if rows else ""
    named = {id(one.item) for one in found}
    lost = [item for item in items if id(item) not in named]
    if lost:
        names = ", ".join(f"{item.incident_id} {item.said.id}" for item in lost[:10])
        more = f" and {len(lost) - 10} more" if len(lost) > 10 else ""
        text += f"{chr(10) if rows else ''}no commit names {printable(names)}{more}, or its incident or issue\n"
    if best := next((one for one in found if one.names != "incident"), None):
        line = f"pirgen action done {best.item.incident_id} {best.item.said.id} --evidence {best.commit[:12]}"
        text += f"\nWhere it is the one: {printable(line)}\n"
    return text


def _row(one: Suggestion) -> dict[str, str]:
    from pirgen.report.columns import instant

    about = {"incident_id": one.item.incident_id, "action_id": one.item.said.id, "commit": one.commit}
    return {**about, "at": instant(one.at), "names": one.names, "author": one.author, "subject": one.subject}


def _json(_: Sequence[Item], found: Sequence[Suggestion]) -> str:
    return json.dumps({"suggestions": [_row(one) for one in found]}, indent=2) + "\n"
