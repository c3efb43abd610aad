"""The rules, one a file: what the schema cannot say about a review.

A rule is a function `(review, context) -> Iterator[Problem]` under `@rule(severity)`. Its name is its file's
name in kebab case. Its docstring (why, *Bad*, *Good*) is its only documentation.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path

from pirgen.config import Config
from pirgen.diagnostic import Problem, Severity
from pirgen.errors import PirgenError
from pirgen.incident import IncidentLog
from pirgen.review import Review


@dataclass(frozen=True, slots=True)
class Context:
    """What a rule may know beside its review: never the date, never git."""

    file: str
    config: Config
    reviews: Mapping[str, Review]
    """All reviews of the project by file, whatever paths were named."""
    files: Mapping[str, tuple[str, ...]]
    """The files that hold an incident id, by the id in lower case."""
    logs: Mapping[str, IncidentLog] = field(default_factory=dict)
    """The incident logs of the project, by incident id."""
    owners: frozenset[str] = frozenset()
    """Who may own action items, in lower case; empty where anybody may."""


UNUSED = "no-unused-ignore"
"""The rule that lint itself applies, when all others have spoken."""

Check = Callable[[Review, Context], Iterator[Problem]]


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule and what it does by default. With `drafts` it also judges drafts and withdrawn reviews."""

    name: str
    severity: Severity
    check: Check
    drafts: bool

    @property
    def doc(self) -> str:
        """The documentation: why the rule is there, a bad and a good example."""
        return self.check.__doc__ or ""


def rule(severity: Severity, *, drafts: bool = True) -> Callable[[Check], Rule]:
    """Makes a rule of a function."""

    def make(check: Check) -> Rule:
        return Rule(_kebab(check.__name__), severity, check, drafts)

    return make


def names(plugins: Iterable[str] = ()) -> list[str]:
    """The names of all rules: ours without importing them, and those of the plugins."""
    own = (_kebab(file.stem) for file in Path(__file__).parent.glob("[!_]*.py"))
    return sorted({*own, UNUSED, *(rule.name for rule in _plugged(plugins))})


def load(plugins: Iterable[str] = ()) -> list[Rule]:
    """All rules, by name. Raises PirgenError for a plugin that cannot be imported or takes a name of ours."""
    own = (name for name in names() if name != UNUSED)
    found = {name: getattr(import_module(f"{__name__}.{_snake(name)}"), _snake(name)) for name in own}
    for rule in _plugged(plugins):
        if rule.name in found:
            raise PirgenError(f"plugins of pirgen.yaml: there is a rule `{rule.name}` already")
        found[rule.name] = rule
    return [found[name] for name in sorted(found)]


def _plugged(plugins: Iterable[str]) -> Iterator[Rule]:
    for plugin in plugins:
        try:
            module = import_module(plugin)
        except Exception as error:
            reason = f"{type(error).__name__}: {error}"
            raise PirgenError(f"plugins of pirgen.yaml: `{plugin}` cannot be imported ({reason})") from error
        rules = [value for value in vars(module).values() if isinstance(value, Rule)]
        if not rules:
            raise PirgenError(f"plugins of pirgen.yaml: `{plugin}` holds no rule")
        yield from rules


def _kebab(name: str) -> str:
    return name.replace("_", "-")


def _snake(name: str) -> str:
    return name.replace("-", "_")
