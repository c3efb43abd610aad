"""Lint: which files, the verdict on each, and what they add up to.

A pure function of the files: the same files give the same answer on any day, in any repository or none.
"""

import os
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cached_property
from operator import attrgetter
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from pirgen.config import FILE, Config
from pirgen.diagnostic import Diagnostic, Severity
from pirgen.errors import PirgenError
from pirgen.files import SUFFIXES, Source, find, is_below
from pirgen.lint.cache import BRIEF, Survey, incident_id
from pirgen.lint.cross_file import Index
from pirgen.lint.engine import Judge, of_data
from pirgen.lint.suppressions import Ignore
from pirgen.workspace import Workspace

__all__ = ["Linter", "Result", "lint", "new_since"]


class Result(NamedTuple):
    """What lint found, and in how many files it looked."""

    diagnostics: tuple[Diagnostic, ...]
    files: int
    ignores: tuple[Ignore, ...] = ()
    """The comments that silence rules; whether one has expired is not lint's to say, which knows no date."""

    def number(self, severity: Severity) -> int:
        """How many diagnostics have this severity."""
        return sum(diagnostic.severity is severity for diagnostic in self.diagnostics)


def lint(
    root: Path, config: Config, paths: Sequence[Path] = (), workspace: Workspace | None = None, *, cached: bool = False
) -> Result:
    """Check reviews and incident logs: those at `paths` (files or folders), by default all of the project.

    With `cached`, verdicts of earlier runs are used where nothing has changed, and kept for the next.
    Raises PirgenError for a path that does not exist and for a rule that crashes.
    """
    return Linter(workspace or Workspace(root, config), cached=cached).lint(paths)


class Linter:
    """Judges the files of a project, as few of them as the answer needs."""

    def __init__(self, workspace: Workspace, *, cached: bool = False) -> None:
        self.workspace, self.index = workspace, Index()
        self.judge = Judge(workspace, self.index)
        # rules of somebody else may look at anything, so nothing says how long their findings hold
        self.survey = Survey(workspace, cached=cached and not workspace.config.plugins)
        self._known: list[str] = []

    def lint(self, paths: Sequence[Path] = ()) -> Result:
        """The verdicts on the files at `paths`, or on all; raises like the function `lint`."""
        workspace, survey = self.workspace, self.survey
        chosen = self._chosen(paths)
        logs = [name for name in chosen if is_below(name, workspace.config.incidents)]
        reviews = [name for name in chosen if not is_below(name, workspace.config.incidents)] if logs else chosen
        survey.look([*dict.fromkeys((*workspace.logs, *logs))], set(logs), self.judge.log)
        self.index.logs = {row[2]: (name, row[1]) for name, row in survey.rows.items() if row[2]}
        self._known = [*dict.fromkeys((*workspace.reviews, *reviews))]
        fresh = survey.look(self._known, set(reviews), self.judge.review)
        if doubtful := reviews if survey.moved else fresh:
            self.index.settle(self.ids.items())
            survey.judge([name for name in doubtful if not self._still_holds(name)], self.judge.review)
        survey.save()
        verdicts = [of_data(row[2:]) for row in map(survey.rows.__getitem__, chosen) if row[BRIEF] or row[BRIEF + 1 :]]
        found = sorted((one for verdict in verdicts for one in verdict.diagnostics), key=attrgetter("order"))
        return Result(tuple(found), len(chosen), tuple(one for verdict in verdicts for one in verdict.ignores))

    @cached_property
    def ids(self) -> dict[str, str]:
        """The id in each review file."""
        return {name: self.survey.rows[name][2] for name in self._known}

    def _still_holds(self, name: str) -> bool:
        row = self.survey.rows[name]
        return self.index.holds(row[BRIEF + 1] if len(row) > BRIEF + 1 else {}, row[2], name)

    def check(self, source: Source) -> list[Diagnostic]:
        """What `lint` would find in a review if its file were this source."""
        name = incident_id(source)
        if not self.index.settled or self.ids.get(source.name) != name:
            self.ids[source.name] = name
            self.index.settle(self.ids.items())
        return sorted(self.judge.review(source).diagnostics, key=attrgetter("order"))

    def _chosen(self, paths: Sequence[Path]) -> list[str]:
        """The names of the files to judge."""
        workspace = self.workspace
        if not paths:
            return sorted({*workspace.reviews, *workspace.logs})
        if workspace.sources is None:
            return sorted(set(self._expand(paths)))
        named = [_name(workspace.root, path) for path in paths]
        return [name for name in workspace.sources if name in named or is_below(name, named)]

    def _expand(self, paths: Sequence[Path]) -> Iterator[str]:
        for path in paths:
            if not os.path.lexists(path):
                raise PirgenError(f"{path}: no such file or folder")
            files = [path / name for name in find(path, ["."])] if path.is_dir() else [path]
            if not files:
                raise PirgenError(f"{path}: there are no YAML files in this folder")
            for file in files:
                name = _name(self.workspace.root, file)
                if name != FILE and (file.suffix in SUFFIXES or file == path):
                    self.workspace.places[name] = str(file)
                    yield name


def _name(root: Path, path: Path) -> str:
    for full in (Path(os.path.abspath(path)), path.parent.resolve() / path.name):  # noqa: PTH100 - keeps links
        if full.is_relative_to(root):
            return full.relative_to(root).as_posix()
    return path.as_posix()


def new_since(now: Result, before: Result) -> tuple[Diagnostic, ...]:
    """What is found now and was not found before, judged by what it says and not by its line or its file's folder."""
    known = Counter(_meaning(found) for found in before.diagnostics)
    fresh = []
    for found in now.diagnostics:
        known[_meaning(found)] -= 1
        if known[_meaning(found)] < 0:
            fresh.append(found)
    return tuple(fresh)


def _meaning(found: Diagnostic) -> tuple[str, str, str]:
    return PurePosixPath(found.file).name, found.rule, found.message
