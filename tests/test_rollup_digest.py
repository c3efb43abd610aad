"""A rollup in Markdown, for Slack, and as a page: the same rows, and nothing hostile gets out of its place."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from html import unescape
from html.parser import HTMLParser
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from pirgen.warehouse.clones import Asked, Place
from pirgen.warehouse.digest import RENDERERS, as_page, in_markdown, in_slack
from pirgen.warehouse.rollup import Failure, Rollup, rollup
from tests.support import Repo
from tests.test_exports import hostile
from tests.test_report import history

assert history, hostile  # fixtures

NOW = datetime(2025, 11, 1, 9, tzinfo=UTC)
NAMES = ("github.com/acme/shop", "github.com/acme/web")


def told(repo: Repo) -> Rollup:
    repo.git("remote", "add", "origin", "git@github.com:acme/shop.git")
    return rollup([Place(repo.folder), Place(repo.folder, NAMES[1])], Asked(NOW), by=("repo", "service"))


class Page(HTMLParser):
    """The elements of a page, where its links lead, and the text of its cells."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags, self.leads, self.cells, self.open = set[str](), list[str](), list[str](), list[str]()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.leads += [value or "" for name, value in attrs if name in ("href", "src")]
        self.open.append(tag)
        if tag == "td":
            self.cells.append("")

    def handle_endtag(self, tag: str) -> None:
        while self.open.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        if "td" in self.open:
            self.cells[-1] += data


def test_the_page_has_all_and_leads_to_the_reviews(history: Repo) -> None:
    found = told(history)
    text = as_page(found)
    page = Page(text)
    assert page.tags == {"html", "head", "meta", "title", "style", "body", "main", "h1", "span", "p", "nav", "ul",
                         "li", "h2", "div", "small", "table", "thead", "tbody", "tr", "th", "td", "a"}  # fmt: skip
    address = "https://github.com/acme/shop/blob/HEAD/pir/"
    late = [row["review_url"] for row in (*found.overdue_reviews, *found.overdue_actions)]
    assert [one for one in page.leads if one[0] != "#"] == late
    assert [one[1:] for one in page.leads if one[0] == "#"] == re.findall(r'<h2 id="(\w+)">', unescape(text))
    assert {*late} >= {f"{address}INC-001.yaml", f"{address}INC-003.yaml"}
    headings = [*map(unescape, re.findall("<h2 id=[^>]*>(.*?)</h2>", text))]
    assert headings[:4] == ["Open incidents: 2", f"Overdue reviews: {len(found.overdue_reviews)}",
                            f"Overdue action items: {len(found.overdue_actions)}", "Figures"]  # fmt: skip
    for row in found.overdue_actions:
        assert page.cells.count(row["action"]) >= 2
    assert all(name in page.cells for name in NAMES)
    assert "url(" not in text
    assert "@import" not in text


def test_the_digests_tell_what_burns_by_owner(history: Repo) -> None:
    found = told(history)._replace(failures=(Failure("x", "y"),))
    text = in_markdown(found)
    assert text.startswith("# Post-incident follow-up\n\n2 repositories as of 2025-11-01 09:00 UTC\n\n"
                           "- without 1 source that could not be read\n")  # fmt: skip
    assert "\n## Open incidents: 2\n" in text
    owners = {row["owner"] or "nobody" for row in found.overdue_actions}
    assert {*re.findall(r"^### (.*): \d+$", text, re.MULTILINE)} == owners
    message = json.loads(in_slack(found))
    shown = "\n".join(block["text"]["text"] for block in message["blocks"])
    assert "*Open incidents: 2*" in shown
    assert "• *github.com/acme/shop INC-005 P1* x: open for: 2d1h; acknowledged: no, " in shown
    assert f"*Overdue action items, by owner: {len(found.overdue_actions)}*" in shown
    for row in found.overdue_actions:
        assert f"• *{row['repo']} {row['incident_id']} {row['action_id']}* {row['action']}: " in shown


def test_a_title_that_was_not_exported_is_not_called_missing(history: Repo) -> None:
    found = told(history)
    rows = tuple({**row, "title": None} for row in found.open_incidents)
    for write in RENDERERS.values():
        assert "untitled" not in write(found._replace(open_incidents=rows))


def test_nothing_hostile_gets_out_of_its_place(hostile: Repo) -> None:
    hostile.git("remote", "add", "origin", "git@github.com:acme/shop.git")
    found = rollup([Place(hostile.folder)], Asked(NOW), by=("service", "owner"))
    bad = tuple({**row, "review_url": "javascript:alert(1)"} for row in found.overdue_actions)
    page = Page(as_page(found._replace(overdue_actions=bad)))
    assert [one for one in page.leads if one[0] != "#"] == [row["review_url"] for row in found.overdue_reviews]
    assert not page.tags & {"script", "img", "b", "iframe", "svg"}
    shown = MarkdownIt("commonmark").enable("table").render(in_markdown(found))
    assert not {*re.findall(r"<([a-z0-9]+)", shown)} & {"script", "img", "b", "iframe", "svg"}
    json.loads(in_slack(found))


def test_long_digests_are_cut_and_say_what_tells_all(history: Repo) -> None:
    found = told(history)
    row = found.overdue_actions[0]
    many = tuple({**row, "owner": f"@team{n % 40}", "action_id": f"AI-{n:05d}"} for n in range(3_000))
    found = found._replace(overdue_actions=many)
    text = in_markdown(found)
    assert len(text) <= 65_536
    assert "more; `pirgen rollup --format json` lists them all" in text
    message = json.loads(in_slack(found))
    shown = "\n".join(block["text"]["text"] for block in message["blocks"])
    assert len(shown) < 10_000
    assert "pirgen rollup --format json tells all" in shown
    assert Page(as_page(found)).cells.count("@team1") == 1_000 / 40


@pytest.mark.slow
def test_the_command_writes_the_page(history: Repo, tmp_path: Path) -> None:
    words = ("rollup", f"a/b={history.folder}", "nowhere", "--as-of", "2025-10-31", "--format", "html")
    done = history.run(*words, "--output-file", "rollup.html")
    assert (done.returncode, done.stdout) == (1, "")
    text = unescape((history.folder / "rollup.html").read_text(encoding="utf-8"))
    assert re.findall(r"<h2 id=\"incidents_by_(\w+)", text) == ["repo", "service", "quarter"]
    assert re.findall(r"<h2 id=\"actions_by_(\w+)", text) == ["repo", "service", "owner", "quarter"]
    assert {"nowhere", "there is no such folder"} <= {*Page(text).cells[-2:]}
    some = unescape(history.run(*words, "--by", "severity").stdout)
    assert re.findall(r"<h2 id=\"actions_by_(\w+)", some) == ["severity"]
