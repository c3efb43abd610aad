"""What an agent may change where that is allowed. Every file is a review or log of the project, and stays in it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from pirgen.errors import PirgenError
from pirgen.lint import Linter
from pirgen.mcp.reading import findings, is_own, source_of, text_of
from pirgen.project import Project
from pirgen.runtime import environment
from pirgen.workspace import Workspace

FIELDS = ("status", "owner", "due", "evidence", "reason", "kind", "priority", "issue")
"""What `action` sets of an item, in the words of the schema."""


def new(project: Project, incident_id: str = "", severity: str = "", title: str = "", date: str = "") -> Any:
    """Write a draft review, by default for the next free id. Nothing that exists is overwritten."""
    from pirgen.setup.new import new as start

    started = start(
        project,
        incident_id or None,
        now=environment.now(),
        severity=severity or None,
        title=title or None,
        day=date or None,
    )
    return review_after(project, started.path.relative_to(project.root).as_posix())


def fix(project: Project, files: Sequence[str] = (), unsafe: bool = False) -> Any:
    """Mend what lint can mend by itself, in these files or in all; then say what is left.

    With `unsafe` also what may not be what the author meant; show that to a person.
    """
    from pirgen.lint.fix import fix_files

    paths = [project.root / source_of(project, file).name for file in files]
    mended: dict[str, list[str]] = {}

    def work(workspace: Workspace) -> None:
        for before, after, fixed in fix_files(Linter(workspace, cached=project.can_keep), paths, unsafe=unsafe):
            if is_own(project, before.name):
                workspace.replace(before, after)
                mended[before.name] = [f"{one.rule}: {one.message}" for one in fixed]

    project.edit(work)
    return {"mended": mended, "left": findings(project, files)}


def edit(project: Project, file: str, old: str, new: str) -> Any:
    """Replace a part of the text of a review or log, which must stand in it exactly once; then say what lint finds.

    The text is replaced as it is, so take whole lines with their indentation.
    """
    name = source_of(project, file).name

    def work(workspace: Workspace) -> None:
        before = workspace.source(name)
        text = text_of(before)
        count = text.count(old) if old else 0
        if count != 1:
            raise PirgenError(f"old: this text stands {count} times in {name}, not once; `review` has its text")
        workspace.replace(before, before._replace(data=text.replace(old, new).encode()))

    project.edit(work)
    return review_after(project, name)


def action(
    project: Project,
    incident_id: str,
    action_ids: Sequence[str] = (),
    add: str = "",
    status: str = "",
    owner: str = "",
    due: str = "",
    evidence: str = "",
    reason: str = "",
    kind: str = "",
    priority: str = "",
    issue: str = "",
) -> Any:
    """Change action items of a review, or `add` one with this text. What is empty stays as it is.

    `status` is open, in_progress, done or declined, the last with a `reason`. `due` is a day such as 2026-01-31 or +1w.
    An edit that would make the review invalid is not made.
    """
    from pirgen.followup import editing
    from pirgen.review.calendar import read_day

    if bool(add) == bool(action_ids):
        raise PirgenError("name the action_ids to change, or say what to add")
    if status == "declined" and not reason:
        raise PirgenError("reason: say why nobody will do it")
    if due:
        today = environment.now().astimezone(project.config.zone).date()
        due = read_day(due, today, ahead=True, what="due").isoformat()
    given = (status, owner, due, evidence, reason, kind, priority, issue)
    values = {key: value for key, value in zip(FIELDS, given, strict=True) if value}
    source_of(project, project.workspace().find_review(incident_id).file)
    if add:
        made = editing.edit(project, lambda workspace: workspace.add_item(incident_id, {"action": add, **values}))
    elif values:
        made = editing.edit(project, lambda workspace: workspace.set_items(incident_id, action_ids, values))
    else:
        raise PirgenError(f"say what to change: {', '.join(FIELDS)}")
    changed = {item.action_id: editing.changes(item) or "says so already" for item in made.made.items}
    return {"file": made.made.source.name, "changed": changed, "warnings": made.warnings}


def review_after(project: Project, file: str) -> Any:
    """A file's text as it is now, and what lint finds in it."""
    return {"file": file, "text": text_of(source_of(project, file)), "findings": findings(project, [file])}


WRITING: dict[str, Callable[..., Any]] = {"new": new, "fix": fix, "edit": edit, "action": action}
"""The tools that change files, by name."""
