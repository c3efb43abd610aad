"""The rules, one a file: what the schema cannot say about a review, or about an incident's log.

A rule is a function `(review, context) -> Iterator[Problem]` under `@rule(severity)`, or one that takes an incident's
log under `@log_rule(severity)`. Its name is its file's name in kebab case. Its docstring (why, *Bad*, *Good*) is its
only documentation.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from pirgen.diagnostic import Problem, Severity
from pirgen.document import Document
from pirgen.errors import PirgenError
from pirgen.lint.cross_file import CrossFile
from pirgen.review import Review
from pirgen.review.incident_log import IncidentLog
from pirgen.runtime import modules
from pirgen.workspace import Workspace

if TYPE_CHECKING:
    from pirgen.runtime.plugins import Plugin


class Context:
    """What a rule may know beside its review: never the date, never git.

    What it asks about other files is kept in `answers`, because its findings hold as long as these do.
    """

    def __init__(self, document: Document, workspace: Workspace, cross_file: CrossFile) -> None:
        self.document, self.file, self.config = document, document.source.name, workspace.config
        self._workspace, self._cross_file = workspace, cross_file
        self.answers: dict[str, Any] = {}

    def files(self, incident_id: str) -> tuple[str, ...]:
        """The review files that hold this id; upper and lower case make no difference."""
        files: tuple[str, ...] = self._ask("files", incident_id.lower())
        return files

    def knows(self, incident_id: str) -> bool:
        """Whether the project has a review or a log of this incident."""
        return bool(self._ask("knows", incident_id))

    def log(self, incident_id: str) -> IncidentLog | None:
        """The log of this incident, if there is one."""
        return self._workspace.log(self._cross_file.logs[incident_id][0]) if self._ask("log", incident_id) else None

    def _ask(self, question: str, incident_id: str) -> Any:
        answer = self._cross_file.answer(question, incident_id, self.file)
        self.answers[f"{question} {incident_id}"] = answer
        return answer

    @property
    def owners(self) -> frozenset[str]:
        """Who may own action items, in lower case; empty where anybody may."""
        return self._workspace.owners

    @property
    def merges_by_union(self) -> bool:
        """Whether git is told to keep both sides where two clones appended to this file."""
        return self._workspace.merges_by_union(self.file)

    @property
    def reviews(self) -> Mapping[str, Review]:
        """All reviews of the project by file, whatever paths were named."""
        return {file: self._workspace.entry(file).review for file in self._workspace.reviews}


LOG = "log-"
"""What the names of rules about logs begin with, so that only those that are needed are imported."""
FORM = {
    "yaml": "A file is sound YAML, or it cannot be read",
    "schema": "Fields and values have the names and forms that the schema of the file allows",
    "ignore": "A comment that silences a rule names it and gives a reason",
}
"""What is found by no rule, and what it is about: the form of a file."""
UNUSED = "no-unused-ignore"
"""The rule that lint itself applies, when all others have spoken."""

Check = Callable[[Review, Context], Iterator[Problem]]
LogCheck = Callable[[IncidentLog, Context], Iterator[Problem]]


class Rule(NamedTuple):
    """A rule and what it does by default. With `drafts` it also judges drafts and withdrawn reviews."""

    name: str
    severity: Severity
    check: Callable[[Any, Context], Iterator[Problem]]
    drafts: bool
    is_of_logs: bool = False
    """Whether it judges logs, not reviews. The paths of its problems begin with the place of an event."""

    @property
    def doc(self) -> str:
        """The documentation: why the rule is there, a bad and a good example."""
        from inspect import cleandoc

        return cleandoc(self.check.__doc__ or "")

    @property
    def reason(self) -> str:
        """Why the rule is there: its documentation without the examples."""
        return self.doc.partition("*Bad*")[0].strip()

    @property
    def summary(self) -> str:
        """The first sentence of the documentation, without a full stop."""
        return re.split(r"(?<=[.;:])\s", " ".join(self.doc.split()), maxsplit=1)[0].rstrip(";:")


def rule(severity: Severity, *, drafts: bool = True) -> Callable[[Check], Rule]:
    """Makes a rule of a function."""

    def make(check: Check) -> Rule:
        return Rule(_kebab(check.__name__), severity, check, drafts)

    return make


def log_rule(severity: Severity) -> Callable[[LogCheck], Rule]:
    """Makes a rule about incident logs of a function."""
    return lambda check: Rule(_kebab(check.__name__), severity, check, drafts=True, is_of_logs=True)


def names(plugins: Iterable[Plugin] = ()) -> list[str]:
    """The names of all rules, without importing them, but for those that lie in a plugin's module itself.

    Raises PirgenError as `load` does.
    """
    plugins = tuple(plugins)
    found = map(_kebab, modules.names(__file__, plugins=plugins))
    return sorted({UNUSED, *found, *(rule.name for rule in _loose(plugins))})


def load(plugins: Iterable[Plugin] = (), *, of_logs: bool | None = None) -> list[Rule]:
    """All rules, by name; only those about logs, or only the others, where `of_logs` says so.

    Raises PirgenError for a plugin that cannot be imported, brings nothing, or takes a name that is there already.
    """
    plugins, own = tuple(plugins), {*modules.names(__file__)}
    every = modules.names(__file__, plugins=plugins)
    wanted = (one for one in every if of_logs is None or one not in own or one.startswith(_snake(LOG)) == of_logs)
    found = {name: modules.held(modules.load(__name__, __file__, name, plugins), name, Rule) for name in wanted}
    for rule in _loose(plugins):
        if _snake(rule.name) in {*every, *found}:
            raise PirgenError(f"plugins of pirgen.yaml: there is a rule `{rule.name}` already")
        found[_snake(rule.name)] = rule
    return [found[name] for name in sorted(found) if of_logs is None or found[name].is_of_logs == of_logs]


def described(plugins: Iterable[Plugin] = ()) -> dict[str, str]:
    """The first sentence about each rule, by its name; raises as `load` does."""
    found = {rule.name: rule.summary for rule in load(plugins)}
    found[UNUSED] = "A comment that silences nothing promises a finding that is not there"
    return dict(sorted(found.items()))


def _loose(plugins: Iterable[Plugin]) -> Iterator[Rule]:
    """The rules that lie in the modules of plugins themselves, and not in a folder `rules`."""
    from pirgen.runtime.plugins import KINDS

    for plugin in plugins:
        rules = [value for value in vars(plugin.module()).values() if isinstance(value, Rule)]
        if not rules and not any(map(plugin.names, KINDS)):
            raise PirgenError(
                f"plugins of pirgen.yaml: `{plugin.name}` holds no rule, and nothing in a folder {', '.join(KINDS)}"
            )
        yield from rules


def _kebab(name: str) -> str:
    return name.replace("_", "-")


def _snake(name: str) -> str:
    return name.replace("-", "_")
