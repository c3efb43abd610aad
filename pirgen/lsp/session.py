"""A project as an editor sees it: the texts that are open stand for their files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

from pirgen.config import FILE
from pirgen.diagnostic import Diagnostic
from pirgen.files import Source, is_source
from pirgen.lint import Linter
from pirgen.lint.rules import Rule, described
from pirgen.lint.rules import load as load_rules
from pirgen.lsp import completion, hover, lens
from pirgen.lsp.actions import Change, changes
from pirgen.lsp.completion import Choice
from pirgen.lsp.fields import of_log
from pirgen.lsp.known import Known, read
from pirgen.lsp.place import path_at, place, rule_typed, split, word
from pirgen.project import Project
from pirgen.workspace import require_inside


class Hover(NamedTuple):
    """What is shown under the pointer."""

    text: str
    is_markdown: bool


class Lens(NamedTuple):
    """A line above a line (0-based) of a text."""

    line: int
    text: str


class Session:
    """A project whose open texts are judged, completed and explained. It writes no file of the project.

    Raises PirgenError where the configuration is not valid.
    """

    def __init__(self, project: Project) -> None:
        self.project, self.config = project, project.config
        self.workspace = project.workspace()
        self.linter = Linter(self.workspace, cached=project.can_keep)
        self.known, self.is_learned = Known(), False
        self.found: dict[str, list[Diagnostic]] = {}
        """What was found in each open text, when it was last judged."""

    def learn(self, before: Known) -> None:
        """Read the project's files, as far as they have changed since `before`. It may take seconds."""
        self.linter.learn()
        self.known = read(self.workspace, self.linter.ids, self.linter.log_ids, before)
        self.is_learned = True

    def name(self, path: Path) -> str:
        """The name of a file that this project judges; empty for any other file."""
        if not path.is_relative_to(self.project.root):
            return ""
        name = path.relative_to(self.project.root).as_posix()
        folders = (*self.config.reviews, *self.config.incidents)
        is_ours = name == FILE or (is_source(name, folders) and not self.config.excludes(name))
        return name if is_ours else ""

    def put(self, name: str, text: str) -> None:
        """Let a text stand for its file, and judge it. Raises PirgenError where the file leads out of the project."""
        written = source(name, text)
        if name == FILE:
            self.found[name] = [*self.project.judge_config(written)]
            return
        require_inside(self.project.root, name)
        self.workspace.put(written)
        self.found[name] = self.linter.check(written)

    def changes(self, name: str, lines: range) -> list[Change]:
        """The changes that mend what was found on these lines (0-based) of an open text."""
        if name == FILE or name not in self.found:
            return []
        document = self.workspace.document(self.workspace.source(name))
        near = [one for one in self.found[name] if one.span.line <= lines.stop and one.span.end_line > lines.start]
        return list(changes(document, near, self.workspace.document))

    def mended(self, name: str) -> str:
        """An open review with all that can be mended safely mended; empty where nothing can."""
        from pirgen.lint.fix import fix

        if not any(one.fixable for one in self.found.get(name, ())) or name == FILE:
            return ""
        after, fixed = fix(self.workspace.source(name), self.linter.check, unsafe=False, parse=self.workspace.document)
        return after.data.decode().removeprefix("\ufeff") if fixed else ""

    def choices(self, name: str, text: str, line: int, column: int) -> tuple[list[Choice], str]:
        """What may be written at a position of an open text, and what is typed of it already."""
        lines = split(text)
        if line >= len(lines):
            return [], ""
        typed = rule_typed(lines, line, column)
        if typed is not None:
            return completion.rules(self._described, typed), typed
        where = place(lines, line, column)
        return (completion.choices(where, self._schema(name), self.known), where.typed) if where else ([], "")

    def hover(self, name: str, text: str, line: int, column: int) -> Hover | None:
        """What is said about a position of an open text: the rules that found something there, else the field."""
        lines = split(text)
        if line >= len(lines):
            return None
        said = word(lines, line, column)
        at = (line + 1, column + 1)
        found = {one.rule for one in self.found.get(name, ()) if one.span[:2] <= at < one.span[2:]}
        asked = {said} if "pirgen:" in lines[line] or name == FILE else set()
        told = hover.about_field(self._schema(name), path_at(lines, line, column), said)
        if rules := [rule for rule in self._rules if rule.name in found or rule.name in asked]:
            return Hover(hover.about_rules(rules) + hover.fenced(told), is_markdown=True)
        return Hover(told, is_markdown=False) if told else None

    def target(self, name: str, text: str, line: int, column: int) -> Path | None:
        """The review, else the log, of the incident that is named at a position; not the text itself."""
        lines = split(text)
        said = word(lines, line, column) if line < len(lines) else ""
        files = (self.known.reviews.get(said), self.known.logs.get(said))
        return next((self.project.root / file for file in files if file and file != name), None)

    def lenses(self, name: str) -> list[Lens]:
        """What the timeline of an open review proves."""
        if name not in self.workspace.reviews and name not in self.found:
            return []
        if name == FILE or any(name.startswith(f"{folder}/") for folder in self.config.incidents):
            return []
        entry = self.workspace.entry(name)
        if not entry.review.timeline:
            return []
        line = entry.document.span(("timeline",), at_key=True).line - 1
        return [Lens(line, said) for said in lens.intervals(entry.review, self.config)]

    def _schema(self, name: str) -> Mapping[str, Any]:
        if name == FILE:
            return self._config_schema
        is_log = any(name.startswith(f"{folder}/") for folder in self.config.incidents)
        return self._log_schema if is_log else self.config.review_schema.schema

    @cached_property
    def _log_schema(self) -> Mapping[str, Any]:
        return of_log(self.config.incident_schema.schema)

    @cached_property
    def _config_schema(self) -> Mapping[str, Any]:
        return self.project.schema("config")

    @cached_property
    def _rules(self) -> Sequence[Rule]:
        return load_rules(self.config.plugins)

    @cached_property
    def _described(self) -> Mapping[str, str]:
        return described(self.config.plugins)


def source(name: str, text: str) -> Source:
    """A text of an editor as the source of a file."""
    # half of a pair of surrogates is no UTF-8, and the parser says so
    return Source(name, text.removeprefix("\ufeff").encode("utf-8", "surrogatepass"))
