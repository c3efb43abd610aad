"""Lint: sources to documents, schema and rules to sorted diagnostics.

A pure function of the files: the same files give the same answer on any day, in any repository or none.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from pirgen.config import FILE, Config
from pirgen.corpus import Corpus, Entry
from pirgen.diagnostic import Diagnostic, Problem, Severity, Span
from pirgen.diagnostic import Path as DataPath
from pirgen.document import Document, load
from pirgen.errors import PirgenError
from pirgen.ignore import Ignore, silence
from pirgen.ignore import find as find_ignores
from pirgen.review import Review
from pirgen.rules import UNUSED, Context, Rule
from pirgen.rules import load as load_rules
from pirgen.schema import Schema
from pirgen.source import SUFFIXES, Source, find, is_below

BEFORE, AFTER = 40, 140
"""How much of a long line is kept around the place meant, in characters."""


@dataclass(frozen=True, slots=True)
class Result:
    """What lint found, and in how many files it looked."""

    diagnostics: tuple[Diagnostic, ...]
    files: int
    ignores: tuple[Ignore, ...] = ()
    """The comments that silence rules; whether one has expired is not lint's to say, which knows no date."""

    def count(self, severity: Severity) -> int:
        """How many diagnostics have this severity."""
        return sum(diagnostic.severity is severity for diagnostic in self.diagnostics)


def lint(root: Path, config: Config, paths: Sequence[Path] = (), corpus: Corpus | None = None) -> Result:
    """Check reviews and incident logs: those at `paths` (files or folders), by default all of the project.

    Raises PirgenError for a path that does not exist and for a rule that crashes.
    """
    corpus = corpus or Corpus(root, config)
    if corpus.sources is None:
        chosen = sorted(set(_expand(root, config, paths)))
    else:
        named = [_name(root, path) for path in paths]
        chosen = [(root / n, n) for n in corpus.sources if not paths or n in named or is_below(n, named)]
    logs = [(path, name) for path, name in chosen if is_below(name, config.incidents)]
    reviews = {name: corpus.entries.get(name) or corpus.parse(corpus.source(path, name)) for path, name in chosen}
    for _, name in logs:
        del reviews[name]
    diagnostics = [found for entry in reviews.values() for found in _form(entry)]
    ignores: list[Ignore] = []
    for found, silencing in _judge(reviews, {**corpus.entries, **reviews}, corpus):
        diagnostics += found
        ignores += silencing
    diagnostics += (one for path, name in logs for one in _log(corpus.source(path, name), config.incident_schema))
    return Result(tuple(sorted(diagnostics)), len(chosen), tuple(ignores))


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


def check_source(corpus: Corpus, source: Source) -> list[Diagnostic]:
    """What lint would find in a review if its file were this source."""
    entry = corpus.parse(source)
    known = {**corpus.entries, source.name: entry}
    found = list(_form(entry))
    for left, _ in _judge({source.name: entry}, known, corpus):
        found += left
    return sorted(found)


def _expand(root: Path, config: Config, paths: Sequence[Path]) -> Iterator[tuple[Path, str]]:
    if not paths:
        if config.reviews != Config().reviews and not any((root / folder).is_dir() for folder in config.reviews):
            raise PirgenError(f"paths.reviews of {FILE}: there is no folder {' or '.join(config.reviews)}")
        found: Iterable[Path] = find(root, (*config.reviews, *config.incidents))
        yield from ((path, path.relative_to(root).as_posix()) for path in found)
    for path in paths:
        if not os.path.lexists(path):
            raise PirgenError(f"{path}: no such file or folder")
        files = list(find(path, ["."])) if path.is_dir() else [path]
        if not files:
            raise PirgenError(f"{path}: there are no YAML files in this folder")
        for file in files:
            name = _name(root, file)
            if name != FILE and (file.suffix in SUFFIXES or file == path):
                yield file, name


def _name(root: Path, path: Path) -> str:
    for full in (Path(os.path.abspath(path)), path.parent.resolve() / path.name):  # noqa: PTH100 - keeps links
        if full.is_relative_to(root):
            return full.relative_to(root).as_posix()
    return path.as_posix()


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


def _judge(
    chosen: Mapping[str, Entry], known: Mapping[str, Entry], corpus: Corpus
) -> Iterator[tuple[list[Diagnostic], list[Ignore]]]:
    """What the rules say of each review, and what its ignores leave of it."""
    files: dict[str, tuple[str, ...]] = {}
    for file, entry in known.items():
        key = entry.review.incident_id.lower()
        files[key] = (*files.get(key, ()), file)
    reviews = {file: entry.review for file, entry in known.items()}
    rules = load_rules(corpus.config.plugins)
    names = [rule.name for rule in rules]
    for entry in chosen.values():
        if entry.document.data is None:
            continue
        context = Context(entry.file, corpus.config, reviews, files, corpus.logs, corpus.owners)
        comments = list(find_ignores(entry.document, names))
        ignores = [comment for comment in comments if isinstance(comment, Ignore)]
        left, unused = silence(_apply(rules, entry, context), ignores)
        for comment in comments:
            if not isinstance(comment, Ignore):
                left.append(_diagnostic(entry.document, comment[0], "ignore", Severity.ERROR, comment[1]))
        level = corpus.config.level(UNUSED, entry.file) or Severity.WARNING
        for ignore in unused if level != "off" else ():
            problem = Problem((), f"this ignore of {', '.join(ignore.rules)} silences nothing", "remove it")
            left.append(_diagnostic(entry.document, ignore.span, UNUSED, Severity(level), problem))
        yield left, ignores


def _apply(rules: Iterable[Rule], entry: Entry, context: Context) -> Iterator[Diagnostic]:
    told = _Told(entry.problems)
    settled = entry.review.status not in ("draft", "withdrawn")
    for rule in rules:
        level = context.config.level(rule.name, entry.file) or rule.severity
        if level != "off" and (settled or rule.drafts):
            for problem in _run(rule, entry.review, context):
                if not told.covers(problem.path):
                    span = entry.document.span(problem.path, at_key=problem.at_key)
                    yield _diagnostic(entry.document, span, rule.name, Severity(level), problem)


def _run(rule: Rule, review: Review, context: Context) -> Iterator[Problem]:
    try:
        yield from rule.check(review, context)
    except Exception as error:
        message = f"{context.file}: the rule {rule.name} crashed ({type(error).__name__}: {error})"
        raise PirgenError(f"{message}; please report it, and set it to off meanwhile") from error


class _Told:
    """What the schema already objects to: there the rules have nothing to add."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.paths = {problem.path for problem in problems}
        self.above = {path[:depth] for path in self.paths for depth in range(len(path))}

    def covers(self, path: DataPath) -> bool:
        """Whether it objects to this value, to a part of it or to what it is part of."""
        return path in self.above or any(path[:depth] in self.paths for depth in range(len(path) + 1))


def _log(source: Source, schema: Schema) -> Iterator[Diagnostic]:
    document = load(source)
    problems = () if document.data is None else schema.problems(document.data)
    yield from _form(Entry(source.name, document, Review(""), tuple(problems)))


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
