"""What `pirgen lint -` reads: a review that another program writes to stdin."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pirgen.commands import hint
from pirgen.config import FILE
from pirgen.errors import PirgenError
from pirgen.files import Source, read_all
from pirgen.lint import Linter, Result, name_of
from pirgen.project import Project
from pirgen.projects import chosen
from pirgen.runtime import environment
from pirgen.text.terminal import printable
from pirgen.workspace import Workspace

if TYPE_CHECKING:
    from pirgen.lint.fix import Mended

STDIN = Path("-")
"""What stands for stdin among the paths."""
NAMELESS = "<stdin>"
"""The name of a text that does not say which file it belongs into."""


class Piped:
    """A review on stdin, judged as if it stood in its file.

    `source` has the name of that file; it is empty where nobody told it, and then follows from the review's id.
    """

    def __init__(self, project: Project, source: Source, *, cached: bool) -> None:
        self.project, self._source, self._cached = project, source, cached

    @cached_property
    def workspace(self) -> Workspace:
        """The files around it."""
        return self.project.workspace()

    @cached_property
    def _linter(self) -> Linter:
        linter = Linter(self.workspace, cached=self._cached and self.project.can_keep)
        linter.learn()
        if not self._source.name:
            self._source = self._source._replace(name=linter.home(self._source) or NAMELESS)
        self.workspace.put(self._source)  # only now, because what is learned of files is kept
        return linter

    def judge(self) -> Result:
        """What `lint` finds in it; nothing where its file is excluded."""
        if self._source.name == FILE:
            return Result(tuple(self.project.judge_config(self._source)), 1)
        linter = self._linter
        if self.project.config.excludes(self._source.name):
            return Result((), 0)
        return Result(tuple(linter.check(self._source)), 1)

    def mend(self, *, unsafe: bool, advice: bool, rules: Collection[str]) -> Mended:
        """It before and after its fixes; from then on the latter is judged."""
        from pirgen.lint.fix import Mended, fix_source

        if self._source.name == FILE:
            return Mended(self._source, self._source, ())
        linter, before = self._linter, self._source
        if self.project.config.excludes(before.name):
            return Mended(before, before, ())
        mended = fix_source(linter, before, unsafe=unsafe, advice=advice, rules=rules)
        self._source = mended.after
        self.workspace.put(self._source)
        return mended


def is_stdin(paths: Sequence[Path], filename: Path | None, *, staged: bool) -> bool:
    """Whether stdin is to be read. Raises UsageError for what does not go along with it."""
    if STDIN not in paths:
        if filename is not None:
            raise click.UsageError("--stdin-filename goes along with `-`, which reads stdin")
        return False
    if len(paths) > 1:
        raise click.UsageError("`-` reads stdin and goes along with no other path")
    if staged:
        raise click.UsageError("`-` reads stdin, --staged the index")
    return True


def read_stdin(project: Project, filename: Path | None, *, cached: bool) -> Piped:
    """The review on stdin, for the project that its file is in.

    Raises PirgenError where stdin is closed, or where a folder is named.
    """
    name = ""
    if filename is not None:
        place = project.locate(filename)
        if place.is_dir():
            said = printable(str(filename))
            raise PirgenError(f"--stdin-filename: {said} is a folder; name the file that the text belongs into")
        project = chosen(project, [place])[0].project
        name = name_of(project.root, place)
    stream = environment.stdin()
    if stream is None:
        raise PirgenError("stdin is closed; pipe a review into `pirgen lint -`")
    if environment.stdin_is_terminal():
        hint("Reading the review from the terminal; end it with Ctrl-D.")
    return Piped(project, read_all(stream, name), cached=cached)
