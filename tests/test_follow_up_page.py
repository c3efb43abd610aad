"""The page of the action items: what it says first, whose items are where, and addresses that never change."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

import icalendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pirgen.git.hosts import Links
from pirgen.ledger import read_ledger
from pirgen.project import Project
from pirgen.site import Site
from pirgen.site.owners import _anchor
from pirgen.site.pages import report as figures
from pirgen.site.pages.actions import headline
from tests.support import Repo, item, review
from tests.test_markdown import HOSTILE

NOW = datetime(2025, 11, 1, 9, tzinfo=UTC)


def made(repo: Repo, now: datetime = NOW) -> dict[str, str]:
    """The pages about all reviews, by their path in their folder."""
    project = Project(repo.folder)
    ledger = read_ledger(project.root, project.config, now=now)
    pages = Site(project.root, project.config).dashboards(ledger, Links())
    return {page.path.removeprefix(f"{project.config.pages}/"): page.text for page in pages}


def said(*items: dict[str, Any]) -> dict[str, str | bytes | None]:
    return {"pir/INC-001.yaml": review(action_items=[*items])}


@pytest.fixture
def owned(repo: Repo) -> Repo:
    """An item that is late, one that is due soon, one for later, one without a date, and two that are closed."""
    repo.write("pirgen.yaml", "teams: {Ops: ['@Ann', bob@example.org]}\n")
    items = [
        item("AI-001", "Late", due="2025-10-20", owner="@ann"),
        item("AI-002", "Soon", due="2025-11-15", owner="@Ann"),
        item("AI-003", "Then", due="2025-11-16", owner="bob@example.org"),
        item("AI-004", "Once", owner="@cleo", due="2025-10-12"),
        item("AI-005", "Done", owner="@dan", due="2025-10-12"),
    ]
    later: dict[str, Any] = {"id": "AI-006", "action": "Whenever"}
    repo.commit("2025-07-01", said(*items, later))
    items[4]["status"] = "done"
    repo.commit("2025-07-02", said(*items, later))
    items[3]["status"] = "done"
    repo.commit("2025-10-30", said(*items, later))
    return repo


def lists(page: str) -> dict[str, list[str]]:
    """The action items of each list, by the list's title."""
    parts = re.findall(r"^## (Overdue|Due soon|Open|Closed)\n(.*?)(?=^## |<div)", page, re.DOTALL | re.MULTILINE)
    return {title: re.findall(r"\| <span>(\w+) <small>", text) for title, text in parts}


def test_each_item_is_in_one_list(owned: Repo) -> None:
    page = made(owned)["actions.md"]
    assert '\n<h1 id="action-items">1 action item is overdue</h1>\n' in page
    assert "4 open, 1 due within two weeks" in page
    assert lists(page) == {
        "Overdue": ["Late"],
        "Due soon": ["Soon"],
        "Open": ["Then", "Whenever"],
        "Closed": ["Once", "Done"],
    }
    assert "Once <small>18 days late, claimed</small>" in page
    assert "- **1 closed:** " in page.partition("## This week")[2].partition("## By owner")[0]
    assert "newly overdue" not in page, "it became overdue before this week"


def test_owners_and_teams_are_counted_whatever_the_case_of_their_names(owned: Repo) -> None:
    page = made(owned)["actions.md"]
    rows = [line for line in page.splitlines() if line.startswith('| <span id="')]
    told = [(re.findall('id="(.*?)"', row)[0], *re.sub("<.*?>", "", row).split(" | ")[1:5]) for row in rows]
    assert told == [
        ("owner-ann", "1", "1", "2", "0"),
        (_anchor("owner", "bob@example.org"), "0", "0", "1", "0"),
        ("nobody", "0", "0", "1", "0"),
        ("owner-cleo", "0", "0", "0", "1"),
        ("team-ops", "1", "1", "3", "0"),
    ]
    assert '<span id="owner-dan">@dan</span>' in page, "the address of somebody with nothing to do stays"


def test_each_owner_and_team_has_a_calendar_that_stays(owned: Repo) -> None:
    def events(text: str) -> list[str]:
        return sorted(str(one["summary"])[-4:] for one in icalendar.Calendar.from_ical(text).walk("VEVENT"))

    pages = made(owned)
    bob = _anchor("owner", "bob@example.org")
    found = {path: events(text) for path, text in pages.items() if path.startswith("due/")}
    assert found == {
        "due/owner-ann.ics": ["Late", "Soon"],
        f"due/{bob}.ics": ["Then"],
        "due/owner-cleo.ics": [],
        "due/owner-dan.ics": [],
        "due/nobody.ics": [],
        "due/team-ops.ics": ["Late", "Soon", "Then"],
    }
    assert icalendar.Calendar.from_ical(pages["due/team-ops.ics"])["name"] == "Action items: team Ops"
    assert {path for path in found if f"]({path})" in pages["actions.md"]} == {*found}


NAMES = st.text(max_size=80) | st.sampled_from([*HOSTILE, "@a", "a", "@a-b", "@a/b", "a b", "@nobody", "nobody"])


@given(st.lists(st.tuples(st.sampled_from(["owner", "team"]), NAMES.map(str.lower)), unique=True, min_size=2))
def test_any_two_names_have_two_addresses_which_need_no_escape(names: list[tuple[str, str]]) -> None:
    anchors = [_anchor(kind, name) for kind, name in names]
    assert len({*anchors}) == len(anchors)
    assert all(re.fullmatch("[a-z0-9.-]{1,80}", one) for one in anchors)
    assert "nobody" not in anchors


@pytest.mark.parametrize(
    ("late", "told"), [(0, "No action item is"), (1, "1 action item is"), (8, "8 action items are")]
)
def test_the_headline_is_a_sentence(late: int, told: str) -> None:
    assert headline(late) == f"{told} overdue"


@pytest.mark.parametrize(
    ("verdicts", "told"),
    [
        ([None, None], "How we respond"),
        (["yes", None, "yes"], "All 2 targets are met"),
        (["yes"], "The target is met"),
        (["no"], "The target is missed"),
        (["no", "no"], "All 2 targets are missed"),
        (["yes", "no", "not enough"], "1 of 3 targets is missed"),
        (["yes", "not enough"], "1 of 2 targets is met, of the others too little is known"),
        (["not enough"], "Too little is known to judge the targets"),
    ],
)
def test_the_figures_begin_with_what_they_say_of_the_targets(verdicts: list[str | None], told: str) -> None:
    assert figures.headline(verdicts) == told
