"""Sets a repository up for reviews: what to write is planned first, and then all of it is written, or nothing."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from pirgen.config import FILE
from pirgen.errors import ChangedError, PirgenError
from pirgen.files import inside, remove, top_of, write
from pirgen.git.hosts import kind_of, place
from pirgen.git.repository import Repository
from pirgen.project import Project
from pirgen.review.timeline import zone_of
from pirgen.runtime.extras import is_installed
from pirgen.setup.files import Around, Step, steps
from pirgen.setup.files.example import ID as EXAMPLE
from pirgen.setup.files.site import FILES as SITES

HOSTS = ("github", "gitlab")
"""The code hosts for whose CI there is a file."""
NOTHING = "none"
"""The answer that leaves something out."""


class Answers(NamedTuple):
    """What a person said; an empty text where nobody did."""

    timezone: str = ""
    ci: str = ""
    site: str = ""
    requirement: str = ""
    with_example: bool = False


class Plan(NamedTuple):
    """What setting up will do, and what it leaves to a person."""

    top: Path
    steps: tuple[Step, ...]
    left: tuple[str, ...]
    """What is left to do: each a sentence, which may be followed by lines to copy."""
    needs_zone: bool = False
    """Whether nobody has said the time zone of a configuration that will be written."""


def plan(project: Project, answers: Answers) -> Plan:
    """What has to be written for a project; nothing that is there already.

    Raises PirgenError outside of a git repository, for a time zone that does not exist, and where a file to write is
    behind a link that leads out of the repository.
    """
    top = top_of(project.root)
    if top is None:
        raise PirgenError(f"{project.root} is not in a git repository; run `git init` there first")
    if answers.timezone and zone_of(answers.timezone) is None:
        raise PirgenError(f"there is no time zone `{answers.timezone}`; write one such as Europe/Berlin, or +02:00")
    repository = Repository(project.root)
    around = _around(project, repository, answers)
    found = tuple(steps(around))
    for step in found:
        inside(top, top / step.path)
    left = [step.left for step in found if step.left]
    written = [step.path for step in found if step.text is not None]
    has_example = any(PurePosixPath(path).stem == EXAMPLE for path in written)
    if has_example or (around.baseline and around.own(FILE) in written):
        left.append("`pirgen render`: it writes the reviews' pages")
    if written:
        left.append("commit these files: they are for everybody")
    return Plan(top, found, tuple(left), not answers.timezone and around.own(FILE) in written)


def carry_out(plan: Plan) -> None:
    """Write what a plan says. Whatever goes wrong, all is as it was before.

    Raises PirgenError where a file was made or changed by another program meanwhile, or cannot be written.
    """
    done: list[Step] = []
    folders: list[Path] = []
    try:
        for step in plan.steps:
            if step.text is None:
                continue
            file = plan.top / step.path
            folders += reversed([one for one in file.parents if not os.path.lexists(one)])
            done.append(step)
            write(file, step.text, root=plan.top, exclusive=step.before is None, instead_of=step.before)
    except BaseException as error:
        is_theirs = isinstance(error, FileExistsError | ChangedError)
        _undo(plan.top, done[:-1] if is_theirs else done, folders)
        if is_theirs:
            name = getattr(error, "filename", "") or error
            raise PirgenError(f"{name}: another program wrote it meanwhile; nothing was written, try again") from None
        if isinstance(error, OSError):
            raise PirgenError(f"{error.filename}: {error.strerror or error}; nothing was written") from None
        raise


def _undo(top: Path, done: Sequence[Step], folders: Sequence[Path]) -> None:
    """Take back what was written, but for what somebody has changed since. The last step may not have been written."""
    for step in reversed(done):
        assert step.text is not None
        file = top / step.path
        with suppress(OSError, PirgenError):
            if step.before is not None:
                write(file, step.before, root=top, instead_of=step.text.encode())
            elif file.read_bytes() == step.text.encode():
                remove(file, root=top)
    for folder in reversed(folders):
        with suppress(OSError):
            folder.rmdir()


def _around(project: Project, repository: Repository, answers: Answers) -> Around:
    """What is known about the repository; what a person said comes first."""
    where = place(repository.remote())
    baseline, loose = _reviews(project, repository)
    return Around(
        project,
        timezone=answers.timezone,
        host=_chosen(answers.ci, _host(project, where)),
        place=where if kind_of(where.partition("/")[0]) else "",
        branch=_branch(repository),
        generator=_chosen(answers.site, _generator(project)),
        baseline=baseline,
        loose=loose,
        requirement=answers.requirement or _requirement(),
        with_example=answers.with_example,
    )


def _branch(repository: Repository) -> str:
    """The branch that others start from: that of the remote, else the one that is checked out."""
    return repository.default_branch() or repository.branch() or "main"


def _chosen(said: str, found: str) -> str:
    return "" if said == NOTHING else said or found


def _host(project: Project, where: str) -> str:
    """The code host of the remote, else the one that the repository has files of; empty for another or none."""
    top = top_of(project.root) or project.root
    kind = kind_of(where.partition("/")[0])
    if kind:
        return kind if kind in HOSTS else ""
    return "github" if (top / ".github").is_dir() else "gitlab" if (top / ".gitlab-ci.yml").exists() else ""


def _generator(project: Project) -> str:
    """The site generator that is configured here, else one that is installed; MkDocs where neither is known."""
    for name, files in SITES.items():
        if any((project.root / file).exists() for file in files):
            return name
    return next((name for name in SITES if is_installed(name)), next(iter(SITES)))


def _reviews(project: Project, repository: Repository) -> tuple[str, int]:
    """The commit that holds the reviews of before pirgen came, and how many reviews and logs no commit holds.

    The commit is empty where there are no such reviews, and where it has a configuration already.
    """
    workspace = project.workspace()
    there, head = {*workspace.reviews, *workspace.logs}, ""
    committed: set[str] = set()
    with suppress(PirgenError):  # there is no commit yet
        head = repository.head()
        committed = {*repository.tree(head, (*project.config.reviews, *project.config.incidents))}
    if there & committed:
        return "" if repository.file(head, FILE) else head, 0
    return "", len(there)


def _requirement() -> str:
    """What pip has to install to get the pirgen that runs, if others can get it too: a commit, or a release.

    Empty for a copy of this machine, such as a working copy (PEP 610).
    """
    from importlib.metadata import PackageNotFoundError, distribution

    try:
        package = distribution("pirgen")
        told = json.loads(package.read_text("direct_url.json") or "null")
    except (PackageNotFoundError, ValueError, OSError):
        return ""
    if told is None:
        return f"pirgen=={package.version}"
    url, commit = told.get("url", ""), told.get("vcs_info", {}).get("commit_id", "")
    return f"pirgen @ git+{url}@{commit}" if commit and url.startswith("https://") and "@" not in url else ""
