"""What is asked of git, and how often work is done, does not grow with the size of a project."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from pirgen.checks import Overdue, Owed
from pirgen.commands.evidence import _table
from pirgen.commands.lint import _new
from pirgen.config import Config
from pirgen.diagnostic import Severity
from pirgen.files import Source
from pirgen.followup.suggesting import Suggestion
from pirgen.git.repository import Repository
from pirgen.incidents.agenda import matter
from pirgen.ledger import read_ledger
from pirgen.lint import lint, new_since
from pirgen.project import Project
from pirgen.report import metrics, sums
from pirgen.report.groups import grouped
from pirgen.report.selection import Selection
from pirgen.text import pattern
from pirgen.workspace import Workspace
from tests.support import Repo, item, review

LOGS = "operational_audit/incidents"


def log(number: int) -> str:
    return f"- {{at: 2025-10-05T14:31:00Z, kind: declared, incident_id: INC-{number:03d}, title: X, severity: P1}}\n"


def test_git_is_asked_as_often_for_many_logs_as_for_one(repo: Repo, asked: list[str]) -> None:
    counts = []
    for number in (1, 30):
        start = repo.commit("2025-10-06", {f"{LOGS}/INC-{one:03d}.yaml": log(one) for one in range(number)})
        project = Project(repo.folder)
        found = lint(repo.folder, project.config)
        assert [one.rule for one in found.diagnostics] == ["log-merges"] * number
        asked.clear()
        assert new_since(found, project.then(Repository(repo.folder), start)).older == number
        counts.append(len(asked))
    assert counts[0] == counts[1], asked


def test_git_is_asked_as_often_for_the_ids_of_many_branches_as_of_one(repo: Repo, asked: list[str]) -> None:
    repo.commit("2025-10-06", {"pir/INC-001.yaml": "x", "pir/2024/INC-003.yaml": "x", f"{LOGS}/INC-002.yaml": "x"})
    counts, every = [], {"INC-001.yaml", "2024/INC-003.yaml", "INC-002.yaml"}
    for number in range(4, 30):
        repo.git("switch", "--quiet", "--create", f"b{number}", "main")
        folder = "pir/new\nline" if number % 2 else LOGS
        renamed = {"pir/2024/INC-003.yaml": None, "pir/INC-001.yaml": f"{number}"} if number > 20 else {}
        repo.commit("2025-10-07", {f"{folder}/INC-{number:03d}.yaml": "x", **renamed})
        every.add(f"{folder}/INC-{number:03d}.yaml".removeprefix("pir/").removeprefix(f"{LOGS}/"))
        asked.clear()
        assert Repository(repo.folder).everywhere(["pir", LOGS, "absent"]) == every
        counts.append(len(asked))
    assert counts[0] == counts[-1] <= 5, asked
    repo.git("switch", "--quiet", "main")
    assert Project(repo.folder).next_id() == "INC-030"


def test_groups_count_each_item_as_often_with_many_owners_as_with_few(
    repo: Repo, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted: list[Any] = []

    def noted(parts: Iterable[Any]) -> Any:
        every = [*parts]
        counted.extend(every)
        return sums.add_up(every)

    monkeypatch.setattr("pirgen.report.metrics.add_up", noted)
    counts = []
    for number in (10, 20):
        for one in range(number):
            done = item("AI-002", "y", status="done", owner=f"@o{one // 2}", due=f"2025-10-{one + 1:02d}")
            items = [item("AI-001", "x", owner=f"@o{one}"), *([done] if one % 3 else [])]
            repo.write(f"pir/INC-{one:03d}.yaml", review(f"INC-{one:03d}", action_items=items))
        repo.commit("2025-10-08", {})
        ledger = read_ledger(repo.folder, Config(), now=datetime(2025, 10, 20, tzinfo=UTC))
        counted.clear()
        groups = grouped(ledger, "owner")
        counts.append(len(counted) / len(ledger.items))
        assert len(groups) == number
        for owner, group in groups.items():  # the same as where only their items are left
            theirs = Selection(frozenset((owner,))).ledger(ledger)
            tables = metrics.measure(theirs, ledger.as_of)
            assert group.open_actions == len(tables["open_actions"].rows)
            assert group.overdue_actions == len(tables["overdue_actions"].rows)
            about = {figure.name for figure in metrics.figures() if figure.about == "actions"}
            assert [*group.metrics] == [row for row in tables["metrics"].rows if row["name"] in about]
    assert counts[1] < 1.1 * counts[0]


class Row(dict[str, Any]):
    """A row that nobody may compare with another one."""

    def __eq__(self, other: object) -> bool:
        raise AssertionError


def test_what_was_overdue_before_is_told_apart_without_comparing_rows() -> None:
    rows = [Row(incident_id="INC-001", action_id=f"AI-{one:03d}", due=f"2025-10-{one:02d}") for one in range(1, 29)]
    owed: Owed = {("INC-001", f"AI-{one:03d}"): "2025-10-09" for one in range(20)}
    parted = Overdue(rows, 3).without(owed)
    assert [*map(id, parted.before)] == [*map(id, rows[:9])]
    assert [*map(id, parted.late)] == [*map(id, rows[9:])]


class Counted(list[Suggestion]):
    """A list that counts how often it is gone through."""

    times = 0

    def __iter__(self) -> Iterator[Suggestion]:
        self.times += 1
        return super().__iter__()


def test_suggestions_are_gone_through_as_often_for_many_items_as_for_one(repo: Repo) -> None:
    items = [item(f"AI-{one:03d}", "x", status="done") for one in range(40)]
    repo.commit("2025-10-08", {"pir/INC-001.yaml": review("INC-001", action_items=items)})
    ledger = read_ledger(repo.folder, Config(), now=datetime(2025, 10, 20, tzinfo=UTC))
    times = []
    for number in (1, 40):
        some = Counted(
            Suggestion(one, "a" * 40, datetime(2025, 10, 8, tzinfo=UTC), "A", "s", "item")
            for one in ledger.items[:number]
            if one.said.id != "AI-003"
        )
        said = _table(ledger.items[:number], some)
        assert ("no commit names INC-001 AI-003, or its incident" in said) == (number > 3)
        times.append(some.times)
    assert times[0] == times[1]


def test_each_glob_of_an_override_is_compiled_once_however_many_there_are(
    repo: Repo, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = 1_030  # more than are kept of patterns that come one by one
    weights = ("warning", "off", "error")
    overrides = [{"paths": [f"pir/x{one}.yaml"], "rules": {"action-has-due": "off"}} for one in range(number)]
    overrides += [{"paths": ["pir/*"], "rules": {"action-has-due": weights[one]}} for one in range(3)]
    repo.write("pirgen.yaml", json.dumps({"overrides": overrides, "exclude": ["pir/y*"]}))
    lacking = [item("AI-001", "x", due=None)]
    for one in range(4):
        repo.write(f"pir/INC-{one:03d}.yaml", review(f"INC-{one:03d}", action_items=lacking))
    compiled: list[str] = []
    fits = pattern.fits

    def noted(schema: dict[str, Any], **how: Any) -> Any:
        compiled.append(str(schema.get("pattern")))
        return fits(schema, **how)

    monkeypatch.setattr(pattern, "fits", noted)
    config = Project(repo.folder).config
    found = lint(repo.folder, config)
    assert [one.severity for one in found.diagnostics if one.rule == "action-has-due"] == [Severity.ERROR] * 4
    assert [config.level("action-has-due", f"pir/{name}.yaml") for name in ("x7", "INC-9")] == ["error", "error"]
    assert config.level("action-has-due", "elsewhere/x.yaml") is None
    assert len(compiled) <= number + 50


def test_git_is_asked_the_same_of_a_project_without_findings_as_for_its_start(repo: Repo, asked: list[str]) -> None:
    counts = []
    for number in (1, 21):
        files = {f"s{one}/pirgen.yaml": "{}" for one in range(number)}
        files |= {f"s{one}/pir/INC-001.yaml": review() for one in range(number)}
        repo.commit("2025-10-06", files)
        parts = [Project(repo.folder / f"s{one}") for one in range(number)]
        results = [lint(part.root, part.config) for part in parts]
        asked.clear()
        for part, result in zip(parts, results, strict=True):
            told = result._replace(diagnostics=tuple(one for one in result.diagnostics if one.severity == "error"))
            assert _new(part, told, "HEAD") == (told, None)
        counts.append(len(asked))
    assert counts[1] - counts[0] <= 2 * 20, asked


def test_an_agenda_parses_other_reviews_once(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    parsed: list[str] = []
    parse = Workspace._parse

    def noted(self: Workspace, source: Source) -> Any:
        parsed.append(source.name)
        return parse(self, source)

    monkeypatch.setattr(Workspace, "_parse", noted)
    for one in range(1, 20):
        more = {"related": ["INC-007"], "contributing_factors": ["Nobody looked"]}
        repo.write(f"pir/INC-{one:03d}.yaml", review(f"INC-{one:03d}", **more))
    found = matter(Project(repo.folder), "INC-007")
    assert {*parsed} == {"pir/INC-007.yaml"}
    assert found.review
    assert found.review.incident_id == "INC-007"
    assert len(found.related) == 18
