"""The figures of past quarters are those that the report has as of then, on pages that do not change."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from pirgen.git.hosts import Links
from pirgen.ledger import Ledger, read_ledger
from pirgen.ledger.replay import Replay
from pirgen.ledger.revisions import History, Revision
from pirgen.project import Project
from pirgen.report import ASKING, figures_of, report_of
from pirgen.site import Site
from pirgen.site.pages import quarters
from tests.demo import build
from tests.support import Repo, item, review

DAYS = [date(2025, 12, 31), date(2026, 1, 15), date(2026, 2, 28), date(2026, 3, 30)]
NOW = datetime(2026, 4, 2, 9, tzinfo=UTC)
KNOWN = ("head", "revision", "as_of", "uncommitted", "incidents", "reviewed", "facts", "clock_adjusted", "unreadable",
         "shadowed", "left_out")  # fmt: skip


@pytest.fixture(scope="module")
def team(tmp_path_factory: pytest.TempPathFactory) -> Repo:
    return build(tmp_path_factory.mktemp("past"))


def ledger_of(repo: Repo, as_of: str | None = None, *, cached: bool = False) -> Ledger:
    project = Project(repo.folder)
    return read_ledger(project.root, project.config, now=NOW, as_of=as_of, cached=cached)


def same(repo: Repo, days: list[date]) -> None:
    """One walk says of each day what a walk up to that day says."""
    for day, past in zip(days, [*ledger_of(repo).past.ledgers(days)], strict=True):
        alone = ledger_of(repo, day.isoformat())
        for name in KNOWN:
            assert getattr(past, name) == getattr(alone, name), (day, name)
        rows = report_of(alone).tables["metrics"].rows
        assert figures_of(past).tables["metrics"].rows == tuple(row for row in rows if row["name"] not in ASKING)


@pytest.mark.slow
def test_one_walk_says_what_a_walk_to_each_day_says(team: Repo) -> None:
    same(team, DAYS)


def test_a_review_that_was_renumbered_is_the_same_from_the_beginning(repo: Repo) -> None:
    items = [item("AI-001", "Add metrics", due="2026-02-01")]
    repo.commit("2025-11-01", {"pir/INC-001.yaml": review(action_items=items)})
    repo.commit("2025-12-20", {"pir/INC-001.yaml": None, "pir/INC-009.yaml": review(
        "INC-009", former_ids=["INC-001"], action_items=items, impact="Other words")})  # fmt: skip
    repo.commit("2026-02-20", {"pir/INC-002.yaml": review("INC-002"), "pir/x.yaml": "a: b: c"})
    same(repo, [date(2025, 12, 1), date(2025, 12, 31), date(2026, 3, 1)])


@pytest.mark.parametrize(("zone", "day"), [("UTC", 1), ("Pacific/Auckland", 2), ("America/Los_Angeles", 1)])
def test_the_first_day_is_one_of_the_projects_zone(repo: Repo, zone: str, day: int) -> None:
    repo.commit("2025-11-01T13:00:00Z", {"pirgen.yaml": f"timezone: {zone}\n", "pir/INC-001.yaml": review()})
    assert ledger_of(repo).past.first == date(2025, 11, day)


def test_a_renumbered_history_is_not_walked_again_for_each_day(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    repo.commit("2025-11-01", {"pir/INC-001.yaml": review()})
    repo.commit("2025-11-02", {"pir/INC-001.yaml": None, "pir/INC-009.yaml": review("INC-009", former_ids=["INC-001"])})
    for day in range(10, 20):
        repo.commit(f"2025-11-{day}", {"pir/INC-002.yaml": review("INC-002", impact=f"For {day} minutes")})
    past, steps, step = ledger_of(repo).past, [], Replay.step

    def counted(self: Replay, revision: Revision) -> bool:
        steps.append(revision)
        return step(self, revision)

    monkeypatch.setattr(Replay, "step", counted)
    assert len([*past.ledgers([date(2025, 11, day) for day in range(9, 21)])]) == 12
    assert len(steps) <= 2 + 12, "once until it was renumbered, and once from the beginning"


def test_each_quarter_that_has_ended_has_a_page_that_stays(repo: Repo) -> None:
    late = [item("AI-001", "Add metrics", due="2025-12-01")]
    repo.commit("2025-11-01", {"pir/INC-001.yaml": review(action_items=late)})
    repo.commit("2026-03-30", {"pir/INC-001.yaml": review(action_items=[late[0] | {"status": "done"}])})
    before = _pages(repo)
    assert {*before} == {"report.md", "report-2025-12-31.md", "report-2026-03-31.md"}
    assert "[2026-03-31](report-2026-03-31.md) · [2025-12-31](report-2025-12-31.md)" in before["report.md"]
    done = [re.search("tems done.*", before[f"report-{day}.md"]) for day in ("2025-12-31", "2026-03-31")]
    assert ["0 of 1" in (one[0] if one else "") for one in done] == [True, False]
    assert done[1] and "1 of 1" in done[1][0]
    assert "search: { exclude: true }" in before["report-2025-12-31.md"]
    assert "\ntitle: How we respond, as of 2025-12-31\n" in before["report-2025-12-31.md"]
    assert " <small>as of 2025-12-31</small></h1>" in before["report-2025-12-31.md"]
    assert "<svg" not in before["report-2025-12-31.md"]
    repo.commit("2026-04-01", {"pir/INC-002.yaml": review("INC-002")})
    after = _pages(repo)
    assert after["report.md"] != before["report.md"]
    assert {name: text for name, text in after.items() if "-" in name} == {
        name: text for name, text in before.items() if "-" in name
    }


def test_pages_of_past_quarters_are_kept_for_the_same_commits(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    (repo.folder / "own").mkdir()
    repo.commit("2025-11-01", {"pir/INC-001.yaml": review(), "pirgen.yaml": "templates: own\n"})
    walks: list[date] = []
    until = History.until

    def counted(self: History, day: date) -> History:
        walks.append(day)
        return until(self, day)

    monkeypatch.setattr(History, "until", counted)

    def pages() -> tuple[dict[str, str], int]:
        walks.clear()
        return {name: text for name, text in _pages(repo, cached=True).items() if "-" in name}, len(walks)

    first, walked = pages()
    assert (len(first), walked) == (2, 2)
    assert pages() == (first, 0), "nothing is new"
    (repo.folder / "own/site").mkdir()
    template = '{% extends "pirgen/site/report.md.j2" %}{% block title %}# Other{% endblock %}'
    (repo.folder / "own/site/report.md.j2").write_text(template, encoding="utf-8")
    other, walked = pages()
    assert walked == 2
    assert all("# Other" in text for text in other.values())
    repo.commit("2025-12-01", {"pir/INC-002.yaml": review("INC-002", date="2025-11-20")})
    later, walked = pages()
    assert walked == 2
    assert later == {name: text for name, text in _pages(repo).items() if "-" in name} != other


def test_texts_are_kept_for_one_head_configuration_day_and_purpose(repo: Repo) -> None:
    repo.commit("2025-11-01", {"pir/INC-001.yaml": review()})
    made: list[date] = []

    def write(day: date, ledger: Ledger) -> str:
        made.append(day)
        return ledger.head

    def is_kept(purpose: str = "", hours: int = 0) -> bool:
        made.clear()
        project = Project(repo.folder)
        ledger = read_ledger(project.root, project.config, now=NOW + timedelta(hours=hours), cached=True)
        assert ledger.past.texts(DAYS, write, purpose) == [ledger.head] * len(DAYS)
        return not made

    assert [is_kept(), is_kept(), is_kept(hours=3)] == [False, True, True]
    assert [is_kept(hours=24), is_kept(hours=24), is_kept()] == [False, True, False]
    assert [is_kept("other"), is_kept("other"), is_kept()] == [False, True, False]
    repo.commit("2025-12-01", {"pir/INC-002.yaml": review("INC-002")})
    assert [is_kept(), is_kept()] == [False, True]
    repo.write("pirgen.yaml", "timezone: Asia/Tokyo\n")
    assert [is_kept(), is_kept()] == [False, True]


def test_a_long_history_has_the_latest_quarters(repo: Repo) -> None:
    repo.commit("2015-11-01", {"pir/INC-001.yaml": review()})
    days = quarters.ended(ledger_of(repo))
    assert (len(days), days[0], days[-1]) == (quarters.MOST, "2021-06-30", "2026-03-31")
    assert quarters.ended(ledger_of(repo, "2016-01-01")) == ["2015-12-31"]
    assert quarters.ended(ledger_of(repo, "2015-12-31")) == []


def _pages(repo: Repo, *, cached: bool = False) -> dict[str, str]:
    project = Project(repo.folder)
    made = Site(project.root, project.config).dashboards(ledger_of(repo, cached=cached), Links())
    return {Path(page.path).name: page.text for page in made if "/report" in page.path and page.path.endswith(".md")}
