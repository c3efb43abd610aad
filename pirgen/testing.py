"""Helpers for authors of plugins: they run a rule, a format, a metric, an export or a chart on texts."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from types import ModuleType
from typing import TYPE_CHECKING

from pirgen.config import Config
from pirgen.diagnostic import Problem
from pirgen.files import Source
from pirgen.lint import lint
from pirgen.lint.cross_file import CrossFile
from pirgen.lint.rules import Context, Rule
from pirgen.runtime import modules
from pirgen.workspace import Workspace

if TYPE_CHECKING:
    from pirgen.ledger import Ledger
    from pirgen.report.table import Figure, Listing, Row
    from pirgen.site.charts import Chart

History = Mapping[str, Mapping[str, str | None]]
"""Commits by day, such as 2025-10-06, or by moment; each has its files by their paths, and None deletes one."""


def check(
    rule: Rule,
    review: str,
    *,
    file: str = "pir/INC-001.yaml",
    config: Config | None = None,
    others: Mapping[str, str] | None = None,
) -> list[Problem]:
    """Run a rule on a review, given as YAML, and return the problems that it finds.

    `others` are the project's other reviews as YAML, by file. Raises ValueError where a text is not sound YAML.
    """
    texts = {**(others or {}), file: review}
    workspace = _workspace(texts, config)
    entries = {name: workspace.entry(name) for name in texts}
    for name, entry in entries.items():
        if entry.document.problems:
            raise ValueError(f"{name}: {entry.document.problems[0][1].message}")
    cross_file = CrossFile()
    cross_file.settle((name, entry.review.incident_id) for name, entry in entries.items())
    return list(rule.check(entries[file].review, Context(entries[file].document, workspace, cross_file)))


def write(style: ModuleType, reviews: Mapping[str, str], *, config: Config | None = None) -> str:
    """What the module of a lint format writes, without colour, of what lint finds in reviews, given as YAML by file.

    Raises PirgenError where it does not return text.
    """
    workspace = _workspace(reviews, config)
    found = lint(workspace.root, workspace.config, workspace=workspace)
    text: str = modules.call(style, "render", str, found.diagnostics, found.files, False)
    return text


def _workspace(texts: Mapping[str, str], config: Config | None) -> Workspace:
    return Workspace(Path(os.devnull), config or Config(), {name: Source(name, texts[name].encode()) for name in texts})


@contextmanager
def ledger_of(history: History, *, config: Config | None = None, now: datetime | None = None) -> Iterator[Ledger]:
    """What a history proves at the moment `now`, by default that of its last commit.

    It is kept in a temporary repository, which needs git. Raises ValueError for a history that cannot be made.
    """
    with _repository(history, config, now) as (_, ledger):
        yield ledger


@contextmanager
def _repository(history: History, config: Config | None, now: datetime | None) -> Iterator[tuple[Path, Ledger]]:
    from pirgen.git.invented import invent
    from pirgen.ledger import read_ledger

    with TemporaryDirectory() as folder:
        end = invent(Path(folder), history)
        yield Path(folder), read_ledger(Path(folder), config or Config(), now=now or end)


def measure(
    metric: Figure | Listing, history: History, *, config: Config | None = None, now: datetime | None = None
) -> list[Row]:
    """The rows of a metric, of which a figure has one, for a history; see `ledger_of`."""
    from pirgen.report.metrics import measured
    from pirgen.report.table import Figure

    with ledger_of(history, config=config, now=now) as ledger:
        if isinstance(metric, Figure):
            return [measured(metric, ledger, ledger.as_of)]
        return [*metric.rows(ledger, ledger.as_of)]


def export(style: ModuleType, history: History, *, config: Config | None = None, now: datetime | None = None) -> str:
    """What the module of an export writes of the report on a history; see `ledger_of`.

    Raises PirgenError where it does not return text.
    """
    from pirgen.report import report_of

    with ledger_of(history, config=config, now=now) as ledger:
        text: str = modules.call(style, "render", str, report_of(ledger))
    return text


def draw(chart: ModuleType, history: History, *, config: Config | None = None, now: datetime | None = None) -> Chart:
    """What the module of a chart draws of a history; see `ledger_of`. Raises PirgenError where that is no chart."""
    from pirgen.site import Site
    from pirgen.site.charts import Chart

    with _repository(history, config, now) as (folder, ledger):
        drawn: Chart = modules.call(chart, "draw", Chart, ledger, Site(folder, ledger.config).relations)
    return drawn
