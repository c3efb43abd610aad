"""Judges one file: its form by the schema, then the rules, then the comments that silence them."""

from collections.abc import Iterable, Iterator
from functools import cached_property

from pirgen.diagnostic import Diagnostic, Erase, Fix, Problem, Severity, Span
from pirgen.diagnostic import Path as DataPath
from pirgen.document import Document
from pirgen.errors import PirgenError
from pirgen.files import Source
from pirgen.lint.cross_file import CrossFile, usual
from pirgen.lint.records import Verdict
from pirgen.lint.rules import UNUSED, Context, Rule
from pirgen.lint.rules import load as load_rules
from pirgen.lint.suppressions import Ignore, silence
from pirgen.lint.suppressions import find as find_ignores
from pirgen.review import Review
from pirgen.workspace import Entry, Workspace

BEFORE, AFTER = 40, 140
"""How much of a long line is kept around the place meant, in characters."""


class Engine:
    """Judges the files of a project, one at a time."""

    def __init__(self, workspace: Workspace, cross_file: CrossFile) -> None:
        self.workspace, self.cross_file, self.config = workspace, cross_file, workspace.config

    def review(self, source: Source) -> Verdict:
        """The verdict on a review. Raises PirgenError for a rule that crashes."""
        entry = self.workspace.parse(source)
        found = list(_form(entry))
        ignores: list[Ignore] = []
        context = Context(entry.file, self.workspace, self.cross_file)
        if entry.document.data is not None:
            for one in find_ignores(entry.document, self._names):
                if isinstance(one, Ignore):
                    ignores.append(one)
                else:
                    found.append(_diagnostic(entry.document, one[0], "ignore", Severity.ERROR, one[1]))
            left, unused = silence(self._apply(entry, context), ignores)
            found += left
            level = self.config.level(UNUSED, entry.file) or Severity.WARNING
            for ignore in unused if level != "off" else ():
                problem = Problem(
                    (), f"this ignore of {', '.join(ignore.rules)} silences nothing", "remove it", fix=_erased(ignore)
                )
                found.append(_diagnostic(entry.document, ignore.span, UNUSED, Severity(level), problem))
        expected = usual(entry.review.incident_id, entry.file)
        told = {question: answer for question, answer in context.answers.items() if expected.get(question) != answer}
        return Verdict(tuple(found), tuple(ignores), told)

    def log(self, source: Source) -> Verdict:
        """The verdict on an incident log."""
        document = self.workspace.document(source)
        problems = () if document.data is None else self.config.incident_schema.problems(document.data)
        return Verdict(tuple(_form(Entry(source.name, document, Review(""), tuple(problems)))))

    @cached_property
    def _rules(self) -> list[Rule]:
        return load_rules(self.config.plugins)

    @cached_property
    def _names(self) -> list[str]:
        return [rule.name for rule in self._rules]

    def _active(self, file: str) -> list[tuple[Rule, Severity]]:
        """The rules that are on for a file, and how much each weighs there."""
        levels = [self.config.level(rule.name, file) or rule.severity for rule in self._rules]
        return [(rule, Severity(level)) for rule, level in zip(self._rules, levels, strict=True) if level != "off"]

    @cached_property
    def _active_everywhere(self) -> list[tuple[Rule, Severity]]:
        return self._active("")

    def _apply(self, entry: Entry, context: Context) -> Iterator[Diagnostic]:
        told = _Told(entry.problems)
        settled = entry.review.status not in ("draft", "withdrawn")
        for rule, severity in self._active(entry.file) if self.config.overrides else self._active_everywhere:
            if settled or rule.drafts:
                for problem in _run(rule, entry.review, context):
                    if not told.covers(problem.path):
                        span = entry.document.span(problem.path, at_key=problem.at_key)
                        yield _diagnostic(entry.document, span, rule.name, severity, problem)


def _erased(ignore: Ignore) -> Fix:
    return Fix((Erase(ignore.span.line, ignore.span.column),))


def _run(rule: Rule, review: Review, context: Context) -> list[Problem]:
    try:
        return list(rule.check(review, context))
    except Exception as error:
        message = f"{context.file}: the rule {rule.name} crashed ({type(error).__name__}: {error})"
        raise PirgenError(f"{message}; please report it, and set it to off meanwhile") from error


def _form(entry: Entry) -> Iterator[Diagnostic]:
    """What is wrong with the YAML and against the schema."""
    document = entry.document
    for span, problem in document.problems:
        yield _diagnostic(document, span, "yaml", Severity.ERROR, problem)
    bad = {span for span, _ in document.problems}
    for problem in entry.problems:
        span = document.span(problem.path, at_key=problem.at_key)
        if span not in bad:  # a value that the YAML parser gave up on is told once
            yield _diagnostic(document, span, "schema", Severity.ERROR, problem)


class _Told:
    """What the schema already objects to: there the rules have nothing to add."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.paths = {problem.path for problem in problems}
        self.above = {path[:depth] for path in self.paths for depth in range(len(path))}

    def covers(self, path: DataPath) -> bool:
        """Whether it objects to this value, to a part of it or to what it is part of."""
        return path in self.above or any(path[:depth] in self.paths for depth in range(len(path) + 1))


def _diagnostic(document: Document, span: Span, rule: str, severity: Severity, problem: Problem) -> Diagnostic:
    column, excerpt = document.excerpt(span, BEFORE, AFTER)
    return Diagnostic(
        document.source.name,
        span,
        rule,
        severity,
        problem.message,
        problem.hint,
        excerpt=excerpt,
        excerpt_column=column,
        fix=problem.fix,
    )
