"""pirgen sync: keep action items and the issues of a tracker alike."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import accumulate
from typing import TYPE_CHECKING, Any

import click

from pirgen.commands import emit, examples, hint, no_cache
from pirgen.commands.action import complete_incident
from pirgen.errors import PirgenError
from pirgen.project import Project
from pirgen.runtime import environment
from pirgen.text.terminal import printable

if TYPE_CHECKING:
    from pirgen.followup.plan import Row
    from pirgen.followup.sync import Done, Planned
    from pirgen.git.repository import Repository
    from pirgen.trackers import Tracker

BRANCH = "pirgen/sync"
MOST_PROPOSAL = 60_000
"""How many characters the list in a pull request has at most; code hosts refuse texts of more than 65,536."""


@click.command("sync", epilog=examples("sync", "sync --apply --pr"))
@click.option("--apply", "applies", is_flag=True, help="Do what the plan says. Without it nothing changes anywhere.")
@click.option("--commit", "commits", is_flag=True, help="With --apply: commit the edits of reviews to a branch.")
@click.option("--pr", "proposes", is_flag=True, help="With --apply: push that branch and open a pull request; commits.")
@click.option("--branch", metavar="NAME", default=BRANCH, show_default=True, help="The branch of --commit and --pr.")
@click.option(
    "--incident", "incidents", metavar="ID", multiple=True, shell_complete=complete_incident, help="Only these."
)
@click.option(
    "--format",
    "--export",
    "export",
    type=click.Choice(["table", "json"]),
    default="table",
    help="How to write the plan.",
)
@click.option("--allow-shallow", is_flag=True, help="Read a shallow clone, whose history may be wrong.")
@no_cache
@click.pass_obj
def command(
    project: Project, applies: bool, commits: bool, proposes: bool, branch: str, incidents: tuple[str, ...],
    export: str, allow_shallow: bool, cached: bool,
) -> None:  # fmt: skip
    """Keep an issue for each open action item, and bring back what happened to it.

    It prints a plan: which issues would be made, changed, closed or reopened, and which items of reviews would be
    edited because their issues were closed, reopened or given to somebody else. What changed on both sides since they
    last agreed is a conflict, which is listed and left alone; then, and where a review cannot be edited, the exit code
    is 1. What git has not committed yet waits. The token is that of GITHUB_TOKEN, GH_TOKEN or `gh`.
    """
    from pirgen.followup.place import require_allowed, tracker_of
    from pirgen.followup.sync import planned
    from pirgen.git.repository import Repository
    from pirgen.ledger import read_ledger
    from pirgen.text.suggest import did_you_mean

    if (commits or proposes) and not applies:
        raise click.UsageError("--commit and --pr go along with --apply")
    repository = Repository(project.root)
    repository.require_worktree()
    tracker = tracker_of(project, repository)
    if applies:
        require_allowed(tracker)
    how: Any = {"now": environment.now(), "allow_shallow": allow_shallow, "cached": cached and project.can_keep}
    ledger = read_ledger(project.root, project.config, **how)
    for name in incidents:
        if name not in ledger.incidents:
            raise PirgenError(f"history knows no incident `{name}`{did_you_mean(name, ledger.incidents)}")
    plan = planned(project, repository, tracker, ledger)
    if incidents:
        plan = plan._replace(rows=[row for row in plan.rows if row.incident_id in incidents])
    done: list[Done] = []
    if not applies:
        emit(_json(plan) if export == "json" else _told(plan, tracker))
    else:
        emit(_json(plan) if export == "json" else _table(plan.rows))
        done = _apply(project, repository, tracker, plan, branch if commits or proposes else None, proposes=proposes)
    is_left = any(row.kind == "conflict" for row in plan.rows) or any(one.failure for one in done)
    raise SystemExit(1 if is_left else 0)


def _apply(
    project: Project, repository: Repository, tracker: Tracker, plan: Planned, branch: str | None, *, proposes: bool
) -> list[Done]:
    """Do what the plan says, on a branch where one is named, and return what became of its rows."""
    from pirgen.followup.place import code_host
    from pirgen.followup.sync import SUBJECT, apply, message
    from pirgen.git.repository import Repository

    done: list[Done] = []
    if branch is None:
        for one in apply(project, tracker, plan):
            done.append(one)
            _tell(one)
        if any(one.file for one in done):
            hint("Commit the reviews; the next run goes on from that commit.")
        return done
    base, host = repository.branch(), code_host(tracker, repository) if proposes else None
    if proposes and not base:
        raise PirgenError("no branch is checked out that a pull request could go to; check one out: nothing was done")
    before = repository.require_branch(branch, SUBJECT, "origin" if proposes else "")
    with repository.beside(plan.head) as root:
        try:
            for one in apply(Project(root, root), tracker, plan):
                done.append(one)
                _tell(one)
        finally:
            if edited := [*dict.fromkeys(one.file for one in done if one.file)]:
                commit = Repository(root).record(edited, message(done))
                repository.move(branch, commit, before, SUBJECT)
                hint(f"Committed as {commit[:10]} on {branch}.")
    if not edited:
        hint("No review was changed, so there is nothing to commit.")
    elif host:
        repository.push(branch)
        emit(f"{printable(host.propose(branch, base, SUBJECT, _proposal(done)))}\n")
    return done


def _proposal(done: Iterable[Done]) -> str:
    """The text of the pull request."""
    from pirgen.followup.issue_text import quiet
    from pirgen.text.markdown import inline

    rows = (one.row for one in done if one.file)
    lines = [f"- {quiet(inline(f'{row.incident_id} {row.action_id}: {row.note}'))}" for row in rows]
    fits = sum(size <= MOST_PROPOSAL for size in accumulate(len(line) + 1 for line in lines))
    more = [f"- and {len(lines) - fits} more"] if fits < len(lines) else []
    said = ["Issues were made, closed, reopened or given to somebody else:", "", *lines[:fits], *more]
    return "\n".join(said) + "\n"


def _tell(one: Done) -> None:
    """Say what became of a row, on stderr."""
    name = f"{one.row.incident_id} {one.row.action_id}"
    if one.failure:
        click.echo(printable(f"warning: {name}: {one.failure}"), err=True)
    else:
        hint(printable(f"{name}: {one.row.kind} {one.issue}"))


def _told(plan: Planned, tracker: Tracker) -> str:
    """The plan for people, and how to make the issues by hand where there is no token."""
    text = _table(plan.rows)
    if plan.elsewhere:
        text += f"\n{plan.elsewhere} more have an issue elsewhere and are left alone\n"
    if tracker.has_token:
        return text
    commands = [tracker.by_hand(row.draft) for row in plan.rows if row.draft]
    about = f"There is no token for {printable(tracker.place.host)}, so only reviews were read."
    if not any(commands):
        return f"{text}\n{about}\n"
    lines = "\n\n".join(filter(None, commands))
    return f"{text}\n{about} By hand, then add the address as `issue`:\n\n{lines}\n"


def _table(rows: Sequence[Row]) -> str:
    from pirgen.report.exports.table import grid
    from pirgen.report.table import Column

    if not rows:
        return "reviews and issues say the same\n"
    titles = {"kind": "Plan", "incident_id": "Incident", "action_id": "Item", "issue": "Issue", "note": "What and why"}
    columns = [Column(key, title, "", {}, least=30 if key == "note" else 0, kind="note" if key == "note" else "")
               for key, title in titles.items()]  # fmt: skip
    counts = Counter(row.kind for row in rows)
    said = ", ".join(f"{count} {kind}" for kind, count in counts.items())
    return grid(columns, [_row(row) for row in rows]) + f"\n{said}\n"


def _row(row: Row) -> dict[str, Any]:
    return {"kind": row.kind, "incident_id": row.incident_id, "action_id": row.action_id, "issue": row.issue,
            "note": row.note}  # fmt: skip


def _json(plan: Planned) -> str:
    """The plan for programs."""
    rows = [
        {**_row(row), "issue": row.issue or None, "review": dict(row.values) or None,
         "changes": {key: value for key, value in _draft(row).items() if value is not None} or None}
        for row in plan.rows
    ]  # fmt: skip
    return json.dumps({"head": plan.head, "elsewhere": plan.elsewhere, "rows": rows}, indent=2) + "\n"


def _draft(row: Row) -> dict[str, Any]:
    if row.draft is None:
        return {}
    said = row.draft._asdict()
    return {**said, "due": row.draft.due.isoformat() if row.draft.due else None}
