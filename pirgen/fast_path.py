"""The answer to `pirgen lint FILE…` where every file is fine, as in most runs of an editor or a hook.

It does without the library that reads command lines, which takes a fifth of such a run.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from pirgen.diagnostic import Severity
from pirgen.lint import formats, lint
from pirgen.project import Project
from pirgen.projects import chosen
from pirgen.runtime import environment

FEW = 10
"""How many files may be named: where one is not fine, the command looks at all of them once more."""


def answer(names: Sequence[str]) -> str | None:
    """Return what `pirgen lint` prints for these words where it finds nothing and exits with 0; None in any other case.

    Raises PirgenError, and what else may go wrong, where the command would tell of it.
    """
    if not 0 < len(names) <= FEW or any(name.startswith("-") or not Path(name).is_file() for name in names):
        return None
    environment.is_trusted()
    here = Project(Path())
    files = 0
    for project, paths in chosen(here, [here.locate(Path(name)) for name in names]):
        result = lint(project.root, project.config, paths, project.workspace(), cached=project.can_keep)
        if any(found.severity is not Severity.ADVICE for found in result.diagnostics):
            return None
        files += result.files
    return formats.render("text", (), files, environment.wants_colour())
