"""Edits action items of a review: judges the result, writes it, renders the page and makes the commit."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, NamedTuple

from pirgen.diagnostic import Severity
from pirgen.errors import PirgenError
from pirgen.review.calendar import WEEKDAYS
from pirgen.review.timeline import parse_date
from pirgen.workspace import ItemChange, ItemsChange, Workspace

if TYPE_CHECKING:
    from pirgen.git.repository import Repository
    from pirgen.project import Project


class Edited(NamedTuple):
    """What an edit did to a file."""

    made: ItemsChange
    warnings: tuple[str, ...]
    """What lint warns about since the edit."""
    had_changes: bool
    """Whether the file had changes before that were not committed; False where nobody asked git."""

    @property
    def is_new(self) -> bool:
        """Whether the file was written, because it did not say so already."""
        return self.made.source != self.made.before


class Page(NamedTuple):
    """The page of a review."""

    path: str
    """Relative to the project's root."""
    was_there: bool
    is_new: bool
    """Whether it was written, because it did not say so already."""


def edit(project: Project, change: Callable[[Workspace], ItemsChange], repository: Repository | None = None) -> Edited:
    """Write a change of action items. `repository` is asked whether the file had other changes.

    Raises PirgenError, and writes nothing, where the change cannot be made or lint finds an error that it did not find
    before.
    """

    def work(workspace: Workspace) -> Edited:
        made = change(workspace)
        if made.source == made.before:
            return Edited(made, (), False)
        warnings = _judged(project, workspace, made)
        had_changes = repository is not None and repository.is_changed(made.source.name)
        workspace.replace(made.before, made.source)
        return Edited(made, tuple(warnings), had_changes)

    return project.edit(work)


def _judged(project: Project, workspace: Workspace, made: ItemsChange) -> list[str]:
    from pirgen.lint import Linter

    linter = Linter(workspace, cached=project.can_keep)
    linter.lint([project.root / made.before.name])
    before = {(one.rule, one.message) for one in linter.check(made.before)}
    warnings = []
    for one in linter.check(made.source):
        said = f"{one.message}" + (f"; {one.hint}" if one.hint else "") + f" ({one.rule})"
        if (one.rule, one.message) in before or one.severity is Severity.ADVICE:
            continue
        if one.severity is Severity.ERROR:
            raise PirgenError(said)
        warnings.append(said)
    return warnings


def page_path(project: Project, incident_id: str) -> str:
    """The path of the page of a review, relative to the project's root."""
    return f"{project.config.pages}/{incident_id}.md"


def render(project: Project, incident_id: str) -> Page | None:
    """Bring the page of a review up to date; None where the review is not valid, so that it has no page."""
    from pirgen.site import write_page

    file = project.root / page_path(project, incident_id)
    before = file.read_bytes() if file.is_file() else None
    path = write_page(project.root, project.config, project.workspace(), incident_id)
    return Page(path, before is not None, file.read_bytes() != before) if path else None


def recordable(project: Project) -> Repository:
    """The repository that takes a commit. Raises PirgenError before anything is written where it would not."""
    from pirgen.files import top_of
    from pirgen.git.repository import Repository

    if not top_of(project.root):
        raise PirgenError(f"{project.root} is not in a git repository; leave out --commit: nothing was changed")
    repository = Repository(project.root)
    repository.require_recordable()
    return repository


def commit(repository: Repository, files: list[str], message: str) -> str:
    """Commit the files of an edit, and return the commit's id.

    Raises PirgenError that says that the edit stays, where git refuses.
    """
    try:
        return repository.record(files, message)
    except PirgenError as error:
        named = " ".join(files)
        raise PirgenError(
            f"the change is in {' and '.join(files)}, but there is no commit: {error}; then `git commit -- {named}`"
        ) from None


def message(incident_id: str, made: ItemsChange, what: str) -> str:
    """The message of the commit of an edit; `what` is what happened to the items, such as `done`."""
    new = [item for item in made.items if item.values]
    body = "\n".join(f"{item.action_id}: {changes(item)}" for item in new)
    return f"{incident_id} {', '.join(item.action_id for item in new)}: {what}\n\n{body}"


def changes(item: ItemChange) -> str:
    """The changed fields of an item in words, such as `status open → done`; empty without changes."""
    none: Mapping[str, str] = {"status": "open"}
    return ", ".join(
        f"{key} {before or none.get(key, 'none')} → {after or 'none'}{_weekday(key, after)}"
        if before or key in none or "action" not in item.values
        else f"{key} {after}{_weekday(key, after)}"
        for key, (before, after) in item.values.items()
    )


def _weekday(key: str, day: str | None) -> str:
    found = parse_date(day or "") if key == "due" else None
    return f" ({WEEKDAYS[found.weekday()].capitalize()})" if found else ""
