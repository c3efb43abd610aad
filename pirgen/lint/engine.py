"""Judges one file: its form by the schema, then the rules, then the comments that silence them."""

import sys
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property

from pirgen.diagnostic import Diagnostic, Erase, Fix, Problem, Severity
from pirgen.diagnostic import Path as DataPath
from pirgen.document import Document
from pirgen.errors import PirgenError, about
from pirgen.files import Source
from pirgen.lint.cross_file import CrossFile, usual
from pirgen.lint.records import Verdict
from pirgen.lint.rules import UNUSED, Context, Rule
from pirgen.lint.rules import load as load_rules
from pirgen.lint.rules import names as rule_names
from pirgen.lint.suppressions import Ignore, silence
from pirgen.lint.suppressions import find as find_ignores
from pirgen.review import Review
from pirgen.review.incident_log import IncidentLog
from pirgen.review.incident_log import read as read_log
from pirgen.workspace import Workspace


class Engine:
    """Judges the files of a project, one at a time."""

    def __init__(self, workspace: Workspace, cross_file: CrossFile) -> None:
        self.workspace, self.cross_file, self.config = workspace, cross_file, workspace.config
        self._found: dict[tuple[str, bool], list[tuple[Rule, Severity]]] = {}

    def review(self, source: Source) -> Verdict:
        """The verdict on a review. A rule that crashes is a finding, too."""
        with about(source.name):
            entry = self.workspace.parse(source)
            settled = entry.review.status not in ("draft", "withdrawn")
            rules = [(one, how) for one, how in self._active(entry.file) if settled or one.drafts]
            context = Context(entry.document, self.workspace, self.cross_file)
            verdict = self._verdict(entry.document, entry.problems, rules, entry.review, context)
            expected = usual(entry.review.incident_id, entry.file)
            told = {
                question: answer for question, answer in context.answers.items() if expected.get(question) != answer
            }
            return verdict._replace(answers=told)

    def log(self, source: Source) -> Verdict:
        """The verdict on an incident log. A rule that crashes is a finding, too."""
        with about(source.name):
            document = self.workspace.document(source)
            problems = () if document.data is None else self.config.incident_schema.problems(document.data)
            rules = self._active(source.name, of_logs=True)
            context = Context(document, self.workspace, self.cross_file)
            verdict = self._verdict(document, problems, rules, read_log(document.data), context)
            found = tuple(one._replace(fix=None) for one in verdict.diagnostics)  # a log is appended to, never edited
            return verdict._replace(diagnostics=found)

    def _verdict(
        self,
        document: Document,
        problems: Sequence[Problem],
        rules: Iterable[tuple[Rule, Severity]],
        subject: Review | IncidentLog,
        context: Context,
    ) -> Verdict:
        """The verdict of these rules on a file; `problems` are where it does not fit its schema."""
        found = list(_form(document, problems))
        ignores: list[Ignore] = []
        if document.data is not None:
            for one in find_ignores(document, self._names):
                if isinstance(one, Ignore):
                    ignores.append(one)
                else:
                    found.append(document.diagnostic(one[0], "ignore", Severity.ERROR, one[1]))
            left, unused = silence(_apply(document, problems, rules, subject, context), ignores)
            found += left
            level = self.config.level(UNUSED, context.file) or Severity.WARNING
            for ignore in unused if level != "off" else ():
                problem = Problem(
                    (), f"this ignore of {', '.join(ignore.rules)} silences nothing", "remove it", fix=_erased(ignore)
                )
                found.append(document.diagnostic(ignore.span, UNUSED, Severity(level), problem))
        if any(problem.fix and not problem.fix.safe for _, problem in document.problems):
            found = [_after_a_guess(one) for one in found]
        return Verdict(tuple(found), tuple(ignores))

    @cached_property
    def _names(self) -> list[str]:
        return [name for name in rule_names(self.config.plugins) if name != UNUSED]

    def _active(self, file: str, *, of_logs: bool = False) -> list[tuple[Rule, Severity]]:
        """The rules that are on for a file, and how much each weighs there."""
        where = file if self.config.overrides else ""
        if (where, of_logs) not in self._found:
            rules = self._log_rules if of_logs else self._review_rules
            levels = [self.config.level(rule.name, where) or rule.severity for rule in rules]
            found = [(rule, Severity(level)) for rule, level in zip(rules, levels, strict=True) if level != "off"]
            if where:
                return found
            self._found[where, of_logs] = found
        return self._found[where, of_logs]

    @cached_property
    def _review_rules(self) -> list[Rule]:
        return load_rules(self.config.plugins, of_logs=False)

    @cached_property
    def _log_rules(self) -> list[Rule]:
        return load_rules(self.config.plugins, of_logs=True)


def _apply(
    document: Document,
    problems: Iterable[Problem],
    rules: Iterable[tuple[Rule, Severity]],
    subject: Review | IncidentLog,
    context: Context,
) -> Iterator[Diagnostic]:
    """What the rules find in a review or a log, but for what the schema objects to already.

    A rule that crashes hides nothing that it or the others find.
    """
    told = _Told(problems)
    top: DataPath = ("events",) if isinstance(subject, IncidentLog) and isinstance(document.data, dict) else ()
    for rule, severity in rules:
        try:
            for problem in rule.check(subject, context):
                path = (*top, *problem.path)
                if not told.covers(path):
                    span = document.span(path, at_key=problem.at_key)
                    yield document.diagnostic(span, rule.name, severity, problem)
        except PirgenError:
            raise
        except (Exception, SystemExit) as error:
            yield document.diagnostic(document.span(()), rule.name, Severity.ERROR, _crash(error))


def _after_a_guess(found: Diagnostic) -> Diagnostic:
    """A finding in a file whose YAML can only be read by a guess, so that no fix of its values is safe."""
    is_safe = found.rule != "yaml" and found.fix and found.fix.safe
    return found._replace(fix=found.fix._replace(safe=False)) if found.fix and is_safe else found


def _erased(ignore: Ignore) -> Fix:
    return Fix((Erase(ignore.span.line, ignore.span.column),))


def _crash(error: BaseException) -> Problem:
    if (plugins := sys.modules.get("pirgen.runtime.plugins")) and (said := plugins.blame(error)):
        return Problem((), f"the rule crashed: {said}", "mend the plugin; set the rule to `off` meanwhile")
    said = f"{type(error).__name__}: {error}".rstrip(": ")
    return Problem((), f"the rule crashed ({said})", "please report it; set the rule to `off` meanwhile")


def _form(document: Document, problems: Iterable[Problem]) -> Iterator[Diagnostic]:
    """What is wrong with the YAML and against the schema."""
    for span, problem in document.problems:
        yield document.diagnostic(span, "yaml", Severity.ERROR, problem)
    bad = {span for span, problem in document.problems if problem.fix is None}
    for problem in problems:
        span = document.span(problem.path, at_key=problem.at_key)
        if span not in bad:  # a value that the YAML parser gave up on is told once
            yield document.diagnostic(span, "schema", Severity.ERROR, problem)


class _Told:
    """What the schema already objects to: there the rules have nothing to add."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        found = [*problems]
        # what stands under a wrong name is not missing
        meant = {(*one.path[:-1], *one.cause.ours) for one in found if one.cause and one.cause.ours}
        self.paths = {problem.path for problem in found} | meant
        self.above = {path[:depth] for path in self.paths for depth in range(len(path))}

    def covers(self, path: DataPath) -> bool:
        """Whether it objects to this value, to a part of it or to what it is part of."""
        return path in self.above or any(path[:depth] in self.paths for depth in range(len(path) + 1))
