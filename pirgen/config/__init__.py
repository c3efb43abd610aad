"""Reads pirgen.yaml into a frozen `Config`. The defaults are the policy of OPS-INCIDENTS."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import tzinfo
from functools import cached_property, lru_cache
from operator import attrgetter
from pathlib import Path, PurePosixPath
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from pirgen.config.policy import (
    AGENDA,
    DUTIES,
    MITIGATIONS,
    REMINDERS,
    SEVERITIES,
    TARGETS,
    AgendaTopic,
    Document,
    Mitigation,
    Repository,
    SeverityLevel,
    Tracker,
)
from pirgen.diagnostic import Diagnostic, Problem, Severity
from pirgen.document import Document as Parsed
from pirgen.document import load
from pirgen.errors import PirgenError
from pirgen.files import Source, top_of
from pirgen.review.duration import parse_duration
from pirgen.review.milestones import INTERVALS, PHRASES, PRESETS, Interval
from pirgen.review.synonyms import Synonyms
from pirgen.review.timeline import Clock, zone_of
from pirgen.runtime import environment
from pirgen.schema import Schema, compose, places, read, read_custom
from pirgen.text.pattern import any_of
from pirgen.text.suggest import did_you_mean

if TYPE_CHECKING:
    from pirgen.runtime.plugins import Plugin

FILE = "pirgen.yaml"
CODE = "is code, and nobody trusts this repository (--untrusted, or PIRGEN_TRUST is `none`)"
OUTSIDE = "leads out of the repository, which nobody trusts (--untrusted, or PIRGEN_TRUST is `none`)"
CURE = "where you trust it, run pirgen without these"
"""Why something is refused, and what to do."""


class InvalidConfigError(PirgenError):
    """pirgen.yaml is not valid. The diagnostics say what is wrong, and where."""

    def __init__(self, diagnostics: Sequence[Diagnostic], message: str = "") -> None:
        lines = (
            f"{one.file}:{one.span.line}:{one.span.column}: {one.message}" + (f"; {one.hint}" if one.hint else "")
            for one in diagnostics
        )
        super().__init__(message or "\n".join(lines))
        self.diagnostics = diagnostics


class Settings(NamedTuple):
    """The settings of a project. Targets are in seconds for mean times and in percent for shares."""

    reviews: tuple[str, ...] = ("pir",)
    incidents: tuple[str, ...] = ("operational_audit/incidents",)
    former: tuple[tuple[str, str], ...] = ()
    """Folders that once held reviews or logs, from the top of the repository, each with the folder that took over."""
    pages: str = "docs/ops/pir"
    clock: Clock = Clock()
    id_pattern: str = ""
    severities: tuple[SeverityLevel, ...] = SEVERITIES
    targets: Mapping[str, float] = TARGETS
    enough: int = 5
    """On how many known values a verdict on a target must rest."""
    intervals: Mapping[str, Interval] = INTERVALS
    """The intervals that are measured, by the name of their mean."""
    agenda: tuple[AgendaTopic, ...] = AGENDA
    duties: Mapping[str, tuple[str, ...]] = DUTIES
    """The duties of each role in an incident."""
    mitigations: tuple[Mitigation, ...] = MITIGATIONS
    redaction: tuple[str, ...] = ()
    """Regular expressions of what must not be kept of a command's output."""
    policy: Document = Document()
    repository: Repository = Repository()
    templates: str = ""
    """The folder of the project's own templates; empty where there is none."""
    owners: tuple[str, ...] = ()
    teams: Mapping[str, tuple[str, ...]] = MappingProxyType({})
    """The members of each team, by its name."""
    reminders: tuple[int, ...] = REMINDERS
    """On which days owners are reminded, counted from the due date, in order; less than 0 is before it."""
    tracker: Tracker = Tracker()
    custom_fields: Mapping[str, Any] = MappingProxyType({})
    """The JSON Schema of fields that only this project has."""
    mapping: Mapping[str, str] = MappingProxyType({})
    """The paths of our fields by those in other formats, and our values by a field's path with others' word."""
    plugins: tuple[Plugin, ...] = ()
    """The modules that add rules, formats, exports, metrics and charts."""
    exclude: tuple[str, ...] = ()
    """Globs of the files that are neither reviews nor logs."""
    rules: Mapping[str, str] = MappingProxyType({})
    overrides: tuple[tuple[tuple[str, ...], Mapping[str, str]], ...] = ()
    """The weights of rules for the paths that one of these patterns matches."""
    baseline: str = ""
    """The tag or commit of which nobody is held to what was wrong then; empty where there is none."""


class Config(Settings):
    """The configuration of a project."""

    @property
    def text(self) -> str:
        """The whole configuration as text, which differs between different configurations."""
        return repr(tuple(self))

    def excludes(self, path: str) -> bool:
        """Whether a file is neither a review nor a log, wherever it lies."""
        return self._excluded(path)

    @cached_property
    def _excluded(self) -> Callable[[str], bool]:
        return any_of(map(glob, self.exclude))

    @cached_property
    def zone(self) -> tzinfo:
        """The project's time zone."""
        zone = zone_of(self.clock.zone)
        assert zone is not None, "the schema has checked it"
        return zone

    @cached_property
    def review_schema(self) -> Schema:
        """The schema of reviews with the project's settings and own fields."""
        schema = compose("pir", self._severities, self.id_pattern, self.custom_fields)
        return Schema(schema, self.synonyms, is_ours=not self.custom_fields)

    @cached_property
    def synonyms(self) -> Synonyms:
        """What other formats call our fields, the project's own words first."""
        return Synonyms(self.mapping)

    @cached_property
    def incident_schema(self) -> Schema:
        """The schema of incident logs with the project's settings."""
        return Schema(compose("incident", self._severities, self.id_pattern))

    @cached_property
    def severity_names(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """Each severity with its other names: label, aliases and both names together."""
        return tuple(
            (one.name, tuple(filter(None, (one.label, f"{one.name} {one.label}", *one.aliases))))
            for one in self.severities
        )

    @property
    def _severities(self) -> dict[str, str]:
        return {level.name: level.described for level in self.severities}

    def severity(self, name: str) -> SeverityLevel | None:
        """The row of the severity matrix called `name`; None where there is none."""
        return self._levels.get(name)

    @cached_property
    def _levels(self) -> Mapping[str, SeverityLevel]:
        return {level.name: level for level in reversed(self.severities)}

    def level(self, rule: str, path: str) -> str | None:
        """The level that the project sets for a rule at a path; None where it sets none. The last match wins."""
        return self._weights(path).get(rule)

    @cached_property
    def _weights(self) -> Callable[[str], Mapping[str, str]]:
        """The levels at a path by rule; those of the last paths are kept, because each rule asks for its own."""
        overrides = [(any_of(patterns), rules) for patterns, rules in self.overrides]

        def at(path: str) -> Mapping[str, str]:
            found = dict(self.rules)
            for is_match, rules in overrides:
                if is_match(path):
                    found |= rules
            return found

        return lru_cache(4)(at)


def load_config(
    open_file: Callable[[str], Source | None],
    rules: Callable[[Iterable[Plugin]], Iterable[str]],
    leads_out: Callable[[str], bool] = lambda path: False,
    root: Path | None = None,
) -> Config:
    """The project's configuration; the defaults where there is no pirgen.yaml.

    `open_file` returns a file of the project, None where there is none. `rules` returns the names of all rules, given
    the plugins, which are looked for at `root` and at the top of its repository, then among the installed modules.
    `leads_out` tells whether a path leads out of a repository that is not trusted; then code that
    the file names is refused, too.

    Raises InvalidConfigError where the file is not valid.
    """
    source = open_file(FILE)
    if source is None:
        return Config()
    document = load(source)
    if document.is_empty:
        return Config()
    found = [document.diagnostic(span, "yaml", Severity.ERROR, problem) for span, problem in document.problems]
    if not found and not environment.is_trusted():
        found = [_misfit(document, problem) for problem in _code(document.data)]
    plugins = () if found else _plugins(document.data, root)
    if not found:
        found = [_misfit(document, problem) for problem in _schema(document, rules, plugins).problems(document.data)]
    if not found:
        found = [_misfit(document, problem) for problem in _outside(document.data, leads_out)]
    custom: dict[str, Any] = {}
    if not found and "custom_fields" in document.data:
        try:
            custom = read_custom(open_file(document.data["custom_fields"]))
        except ValueError as error:
            message = f"the schema {document.data['custom_fields']} {error}"
            found = [_misfit(document, Problem(("custom_fields",), message))]
    if not found:
        config = _from(document.data, custom, plugins)
        found = [_misfit(document, problem) for problem in _mapping(config)]
    if found:
        raise InvalidConfigError(sorted(found, key=attrgetter("order")))
    return config


def _mapping(config: Config) -> Iterator[Problem]:
    """The entries of the mapping that lead to no field of a review, and to no value that a field may have."""
    if not config.mapping:
        return
    known = dict(places(config.review_schema.schema))
    leaves = known.keys() - {name.rpartition(".")[0] for name in known}
    for theirs, ours in config.mapping.items():
        if ours in known:
            continue
        path = theirs.split(".")
        field = next((name for end in range(len(path)) if (name := ".".join(path[:end])) in leaves), None)
        if field is None:
            hint = did_you_mean(ours, known).removeprefix("; ") or "name one such as impact or action_items.due"
            yield Problem(("mapping", theirs), f"a review has no field `{ours}`", hint)
        elif ours not in (options := known[field].get("enum", [ours])):
            yield Problem(("mapping", theirs), f"`{field}` cannot be `{ours}`", f"use one of {', '.join(options)}")


def _code(data: Any) -> Iterator[Problem]:
    """The keys that name code."""
    for key in ("plugins", "templates"):
        if isinstance(data, dict) and data.get(key):
            yield Problem((key,), f"`{key}` {CODE}", f"{CURE}, else take it out", at_key=True)


def _outside(data: Mapping[str, Any], leads_out: Callable[[str], bool]) -> Iterator[Problem]:
    """The paths that lead out of the repository."""
    paths = data.get("paths", {})
    named: list[tuple[tuple[str | int, ...], str | None]]
    named = [(("paths", key, at), one) for key in ("reviews", "incidents") for at, one in enumerate(paths.get(key, ()))]
    named += [(("paths", "pages"), paths.get("pages")), (("custom_fields",), data.get("custom_fields"))]
    for place, path in named:
        if path and leads_out(path):
            yield Problem(place, f"`{path}` {OUTSIDE}", CURE)


def _schema(document: Parsed, rules: Callable[[Iterable[Plugin]], Iterable[str]], plugins: Iterable[Plugin]) -> Schema:
    """The schema of the configuration with the names of the rules, those of its plugins included."""
    try:
        names = rules(plugins)
    except PirgenError as error:
        raise InvalidConfigError([_misfit(document, Problem(("plugins",), str(error)))], str(error)) from error
    return Schema(schema_with_rules(dict.fromkeys(names, "")))


def schema_with_rules(rules: Mapping[str, str]) -> dict[str, Any]:
    """The JSON Schema of pirgen.yaml with the names of these rules, and what editors say about each of them."""
    schema = read("config")
    levels = schema["definitions"]["levels"]
    level = levels["additionalProperties"]
    levels["properties"] = {name: {"description": said, **level} if said else level for name, said in rules.items()}
    levels["additionalProperties"] = False
    return schema


def _misfit(document: Parsed, problem: Problem) -> Diagnostic:
    span = document.span(problem.path, at_key=problem.at_key)
    return document.diagnostic(span, "schema", Severity.ERROR, problem._replace(fix=None))


def _from(data: dict[str, Any], custom: Mapping[str, Any], plugins: tuple[Plugin, ...]) -> Config:
    default = Config()
    paths = data.get("paths", {})
    severities = tuple(_severity(row) for row in data["severities"]) if "severities" in data else SEVERITIES
    phrases = {kind: tuple(words) for kind, words in data.get("milestones", {}).items()}
    return Config(
        reviews=_folders(paths.get("reviews", default.reviews)),
        incidents=_folders(paths.get("incidents", default.incidents)),
        former=tuple(
            (folder, _folders(paths.get(key, own))[0])
            for key, own in (("reviews", default.reviews), ("incidents", default.incidents))
            for folder in _folders(paths.get(f"former_{key}", ()))
        ),
        pages=_folders([paths.get("pages", default.pages)])[0],
        clock=Clock(data.get("timezone", "UTC"), {**PHRASES, **phrases}, "timezone" in data),
        id_pattern=data.get("id_pattern", ""),
        severities=severities,
        targets={**TARGETS, **{name: _target(value) for name, value in data.get("targets", {}).items()}},
        enough=data.get("enough", default.enough),
        intervals=_intervals(data.get("intervals", {})),
        agenda=tuple(AgendaTopic(row["topic"], _seconds(row, "time")) for row in data["agenda"])
        if "agenda" in data
        else AGENDA,
        duties={**DUTIES, **{role: tuple(duties) for role, duties in data.get("duties", {}).items()}},
        mitigations=tuple(Mitigation(row["action"], row["command"]) for row in data["mitigations"])
        if "mitigations" in data
        else MITIGATIONS,
        redaction=tuple(data.get("redaction", ())),
        policy=_document(data.get("policy", {})),
        repository=Repository(**data.get("repository", {})),
        templates=_folders([data["templates"]])[0] if "templates" in data else "",
        owners=tuple(data.get("owners", ())),
        teams={name: tuple(people) for name, people in data.get("teams", {}).items()},
        reminders=tuple(sorted(data.get("reminders", default.reminders))),
        tracker=Tracker(**data.get("tracker", {})),
        custom_fields=custom,
        mapping=data.get("mapping", {}),
        plugins=plugins,
        exclude=tuple(data.get("exclude", ())),
        rules=data.get("rules", {}),
        overrides=tuple(
            (tuple(glob(pattern) for pattern in row["paths"]), row["rules"]) for row in data.get("overrides", [])
        ),
        baseline=data.get("baseline", ""),
    )


def _plugins(data: Any, root: Path | None) -> tuple[Plugin, ...]:
    """The plugins that a configuration names. Names of the wrong shape are left out."""
    named = data.get("plugins") if isinstance(data, dict) else None
    if not isinstance(named, list):
        return ()
    from pirgen.runtime.plugins import Plugin

    names = [name for name in named if isinstance(name, str) and name.replace(".", "_").isidentifier()]
    places = dict.fromkeys(str(place) for place in (root, root and top_of(root)) if place)
    return tuple(Plugin(name, tuple(places)) for name in names)


def _folders(written: Iterable[str]) -> tuple[str, ...]:
    """The folders in normal form: `./pir//` becomes `pir`."""
    return tuple(PurePosixPath(folder).as_posix() for folder in written)


def _severity(row: dict[str, Any]) -> SeverityLevel:
    return SeverityLevel(
        name=row["name"],
        label=row.get("label", ""),
        criteria=row.get("criteria", ""),
        examples=tuple(row.get("examples", ())),
        response=_seconds(row, "response"),
        resolution=_seconds(row, "resolution"),
        review=row.get("review", True),
        review_due=_seconds(row, "review_due") or 7 * 86_400,
        commander=row.get("commander", False),
        update_every=_seconds(row, "update_every"),
        aliases=tuple(row.get("aliases", ())),
    )


def _document(said: Mapping[str, Any]) -> Document:
    links = {key: tuple((link["title"], link["url"]) for link in said.get(key, ())) for key in ("links", "dashboards")}
    return Document(**{**said, **links})


def _intervals(written: Mapping[str, str]) -> Mapping[str, Interval]:
    pairs = {**PRESETS.get(written.get("preset", ""), {})}
    for name, value in written.items():
        if name != "preset":
            start, end = value.split(" to ")
            pairs[name] = start, end
    return {
        **INTERVALS,
        **{name: INTERVALS[name]._replace(start=start, end=end) for name, (start, end) in pairs.items()},
    }


def _target(value: str | float) -> float:
    return (parse_duration(value) or 0) if isinstance(value, str) else value


def _seconds(row: Mapping[str, Any], key: str) -> int | None:
    return parse_duration(row[key]) if key in row else None


def glob(pattern: str) -> str:
    """The pattern of a glob. Only `**` matches a slash; a folder's name also matches all paths below it."""
    parts = re.split(r"(\*\*/?|\*|\?)", pattern.rstrip("/"))
    special = {"**": ".*", "**/": "(?:.*/)?", "*": "[^/]*", "?": "[^/]"}
    return "".join(("^", *(special.get(part) or re.escape(part) for part in parts), "(?:/.*)?$"))
