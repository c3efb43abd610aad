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
from pirgen.lint.cache import VerdictCache
from pirgen.lint.cross_file import CrossFile
from pirgen.lint.engine import Engine
from pirgen.lint.records import NOTHING
from pirgen.lint.rules import names
from pirgen.lint.suppressions import Ignore
from pirgen.text.pattern import fits
from pirgen.workspace import Workspace, require_inside

__all__ = ["Ignore", "Linter", "Result", "lint", "name_of", "new_since"]


class Result(NamedTuple):
    """What lint found, and in how many files it looked."""

    diagnostics: tuple[Diagnostic, ...]
    files: int
    ignores: tuple[Ignore, ...] = ()
    """The comments that silence rules; whether one has expired is not lint's to say, which knows no date."""
    older: int = 0
    """How many errors and warnings are left out because they were there before."""

    def number(self, severity: Severity) -> int:
        """How many diagnostics have this severity."""
        return sum(diagnostic.severity is severity for diagnostic in self.diagnostics)


def lint(
    root: Path, config: Config, paths: Sequence[Path] = (), workspace: Workspace | None = None, *, cached: bool = False
) -> Result:
    """Check reviews and incident logs: those at `paths` (files or folders), by default all of the project.

    With `cached`, verdicts of earlier runs are used where nothing has changed, and kept for the next.
    Raises PirgenError for a path that does not exist.
    """
    return Linter(workspace or Workspace(root, config), cached=cached).lint(paths)


class Linter:
    """Judges the files of a project, as few of them as the answer needs."""

    def __init__(self, workspace: Workspace, *, cached: bool = False) -> None:
        self.workspace, self._cross_file = workspace, CrossFile()
        self._engine = Engine(workspace, self._cross_file)
        # rules of somebody else may look at anything, so nothing says how long their findings hold
        plugins = workspace.config.plugins
        self._cache = VerdictCache(workspace, cached=cached and not (plugins and names(plugins) != names()))
        self._known: list[str] | None = None

    def lint(self, paths: Sequence[Path] = ()) -> Result:
        """The verdicts on the files at `paths`, or on all; raises like the function `lint`."""
        cache, chosen = self._cache, self._chosen(paths)
        logs = [name for name in chosen if self._is_log(name)]
        reviews = [name for name in chosen if not self._is_log(name)] if logs else chosen
        fresh = self._look(reviews, logs)
        if doubtful := reviews if cache.moved else fresh:
            self._cross_file.settle(self.ids.items())
            cache.judge([name for name in doubtful if not self._still_holds(name)], self._engine.review)
        cache.save()
        verdicts = [verdict for name in chosen if (verdict := cache.rows[name].verdict or NOTHING) is not NOTHING]
        found = sorted((one for verdict in verdicts for one in verdict.diagnostics), key=attrgetter("order"))
        return Result(tuple(found), len(chosen), tuple(one for verdict in verdicts for one in verdict.ignores))

    def learn(self) -> None:
        """Learn which file holds which incident, as `check` needs it, and judge nothing."""
        self._look([], [])
        self._cross_file.settle(self.ids.items())
        self._cache.save()

    def _look(self, reviews: Sequence[str], logs: Sequence[str]) -> list[str]:
        """Look at all files, and judge these as far as they are not known; the reviews that were judged."""
        workspace, cache = self.workspace, self._cache
        cache.look([*dict.fromkeys((*workspace.logs, *logs))], set(logs), self._engine.log)
        found = {row.incident_id: (name, row.digest) for name, row in cache.rows.items() if row.incident_id}
        self._cross_file.logs = found
        self._known = [*dict.fromkeys((*workspace.reviews, *reviews))]
        return cache.look(self._known, set(reviews), self._engine.review)

    def _is_log(self, name: str) -> bool:
        return is_below(name, self.workspace.config.incidents)

    @cached_property
    def ids(self) -> dict[str, str]:
        """The id in each review file."""
        return {name: self._cache.rows[name].incident_id for name in self._known or ()}

    @property
    def log_ids(self) -> dict[str, str]:
        """The id in each incident log; of several with one id, in the last one."""
        return {name: incident_id for incident_id, (name, _) in self._cross_file.logs.items()}

    def _still_holds(self, name: str) -> bool:
        row = self._cache.rows[name]
        return self._cross_file.holds((row.verdict or NOTHING).answers, row.incident_id, name)

    def check(self, source: Source) -> list[Diagnostic]:
        """What `lint` would find in a review or a log if its file were this source.

        Before `lint` or `learn` has looked at the other files, each incident that it names is taken to be known.
        """
        if self._is_log(source.name):
            return sorted(self._engine.log(source).diagnostics, key=attrgetter("order"))
        name = self.workspace.incident_id(source)
        if self._known is not None and (not self._cross_file.settled or self.ids.get(source.name) != name):
            self.ids[source.name] = name
            self._cross_file.settle(self.ids.items())
        return sorted(self._engine.review(source).diagnostics, key=attrgetter("order"))

    def home(self, source: Source) -> str:
        """The name of the file that a review belongs into: of the one that has its id, else of a new one.

        It is empty where the id is none that names a file. `lint` or `learn` has looked at the other files.
        """
        incident_id = self.workspace.incident_id(source)
        known = [name for name, one in self.ids.items() if incident_id and one == incident_id]
        if known or fits(self.workspace.config.review_schema.schema["properties"]["incident_id"])(incident_id):
            return min(known, default=f"{self.workspace.config.reviews[0]}/{incident_id}{SUFFIXES[0]}")
        return ""

    def _chosen(self, paths: Sequence[Path]) -> list[str]:
        """The names of the files to judge."""
        workspace = self.workspace
        if not paths:
            return sorted({*workspace.reviews, *workspace.logs})
        if workspace.sources is None:
            return sorted({name for name in self._expand(paths) if not workspace.config.excludes(name)})
        named = {PurePosixPath(name_of(workspace.root, path)) for path in paths}
        return [
            name
            for name in workspace.sources
            if not named.isdisjoint((place := PurePosixPath(name), *place.parents))
            and not workspace.config.excludes(name)
        ]

    def _expand(self, paths: Sequence[Path]) -> Iterator[str]:
        for path in paths:
            if not os.path.lexists(path):
                raise PirgenError(f"{path}: no such file or folder")
            require_inside(self.workspace.root, os.path.abspath(path))  # noqa: PTH100 - keeps links
            files = [path / name for name in find(path, ["."])] if path.is_dir() else [path]
            if not files:
                raise PirgenError(f"{path}: there are no YAML files in this folder")
            for file in files:
                name = name_of(self.workspace.root, file)
                if file.name != FILE and (file.suffix in SUFFIXES or file == path):
                    self.workspace.places[name] = str(file)
                    yield name


def name_of(root: Path, path: Path) -> str:
    """The name of a file in the workspace at `root`; its path where it lies elsewhere."""
    for full in (Path(os.path.abspath(path)), path.parent.resolve() / path.name):  # noqa: PTH100 - keeps links
        if full.is_relative_to(root):
            return full.relative_to(root).as_posix()
    return path.as_posix()


def new_since(now: Result, then: Workspace) -> Result:
    """What is found now and would not have been found then, by what it says and not by its line or its file's folder.

    Of the files of then only those are judged that the answer needs.
    """
    doubtful = {PurePosixPath(found.file).name for found in now.diagnostics}
    paths = [then.root / name for name in (*then.reviews, *then.logs) if PurePosixPath(name).name in doubtful]
    known = Counter(map(_meaning, lint(then.root, then.config, paths, then).diagnostics if paths else ()))
    fresh = []
    for found in now.diagnostics:
        known[_meaning(found)] -= 1
        if known[_meaning(found)] < 0:
            fresh.append(found)
    new = now._replace(diagnostics=tuple(fresh))
    return new._replace(older=_told(now) - _told(new))


def _told(result: Result) -> int:
    return result.number(Severity.ERROR) + result.number(Severity.WARNING)


def _meaning(found: Diagnostic) -> tuple[str, str, str]:
    return PurePosixPath(found.file).name, found.rule, found.message
