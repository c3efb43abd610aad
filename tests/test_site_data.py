"""The JSON beside each page, and llms.txt: they say what the commands say, fit their schemas; links hold."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator
from markdown_it import MarkdownIt

from pirgen.git.hosts import Links
from pirgen.ledger import read_ledger
from pirgen.project import Project
from pirgen.site import Site, is_generated
from tests.support import Repo, item, review
from tests.test_mkdocs import build, project

NOW = datetime(2025, 11, 1, 9, tzinfo=UTC)
TITLE = "Down ](javascript:alert(1)) <script>alert(1)</script>\u202e & [x]"


@pytest.fixture
def history(repo: Repo) -> Repo:
    """Two reviews, one of them hostile, with items that are open, done and removed."""
    items = [item(f"AI-00{n}", "Do it", due="2025-10-12") for n in (1, 2, 3)]
    one, two = review(action_items=items), review("INC-002", date="2025-10-05", title=TITLE, status="draft")
    repo.commit("2025-10-06", {"pir/INC-001.yaml": one, "pir/INC-002.yaml": two})
    items[0]["status"] = "done"
    repo.commit("2025-10-08", {"pir/INC-001.yaml": review(action_items=items[:2])})
    return repo


def made(repo: Repo, top: str = "", site: str = "", *, ledger: bool = True) -> dict[str, str]:
    one = Project(repo.folder)
    read = read_ledger(one.root, one.config, now=NOW) if ledger else None
    pages = Site(one.root, one.config).dashboards(read, Links(site=site), top=top)
    return {page.path.removeprefix("docs/"): page.text for page in pages}


def said(text: str) -> tuple[str, Any]:
    """The schema and the data of a file."""
    file = json.loads(text)
    assert {*file} == {"generated_by", "schema", "data"}
    return file["schema"], file["data"]


def test_each_file_fits_the_schema_that_it_names(history: Repo) -> None:
    pages = made(history)
    names = {"INC-001": "pir", "INC-002": "pir", "index": "index", "report": "report", "actions": "actions"}
    for name, schema in names.items():
        path = f"ops/pir/{name}.json"
        found, data = said(pages[path])
        assert found == schema
        assert is_generated(path, pages[path])
        assert "\u202e" not in pages[path]
        validator = Draft7Validator(Project(history.folder).schema(schema))
        assert [error.message for error in validator.iter_errors(data)] == []
        first = data[0] if isinstance(data, list) else data
        assert not validator.is_valid([first | {"surprise": 1}] if isinstance(data, list) else first | {"surprise": 1})


def test_they_say_what_the_reviews_and_the_commands_say(history: Repo) -> None:
    pages = made(history)
    _, data = said(pages["ops/pir/INC-002.json"])
    assert data["title"] == TITLE
    _, index = said(pages["ops/pir/index.json"])
    assert [row["incident_id"] for row in index] == ["INC-002", "INC-001"]
    assert index[1]["page"] == "INC-001/" and index[1]["data"] == "INC-001.json"
    _, actions = said(pages["ops/pir/actions.json"])
    listed = json.loads(history.run("action", "list", "--status", "all", "--format", "json").stdout)
    told = [(row["action_id"], row["status"]) for row in actions["action_items"]]
    assert told == [(row["action_id"], row["status"]) for row in listed["action_items"]]
    assert {status for _, status in told} == {"open", "done", "removed"}
    _, report = said(pages["ops/pir/report.json"])
    assert report["head"] == history.git("rev-parse", "HEAD")
    assert report["as_of"].startswith("2025-11-01")


def test_without_a_history_there_are_the_reviews_and_their_list(history: Repo) -> None:
    pages = made(history, ledger=False)
    assert {path for path in pages if path.endswith(".json")} == {
        "ops/pir/INC-001.json", "ops/pir/INC-002.json", "ops/pir/index.json"
    }  # fmt: skip
    assert "report.json" not in pages["ops/pir/llms.txt"] and "actions.json" not in pages["ops/pir/index.md"]


@pytest.mark.parametrize(
    ("top", "site", "place", "base"),
    [("", "", "ops/pir/llms.txt", ""), ("ops/pir/", "", "llms.txt", "ops/pir/"),
     ("ops/pir/", "https://x.example/ops/pir/", "llms.txt", "https://x.example/ops/pir/")],
)  # fmt: skip
def test_llms_txt_has_its_form_and_links_to_what_is_there(
    history: Repo, top: str, site: str, place: str, base: str
) -> None:
    pages = made(history, top, site)
    text = pages[place]
    assert is_generated(place, text)
    tokens = MarkdownIt().parse(text)
    blocks = [token.tag for token in tokens if token.nesting == 1 and token.level == 0]
    assert blocks == ["h1", "blockquote", "p", "h2", "ul", "h2", "ul", "h2", "ul"]
    links = [child.attrs["href"] for token in tokens for child in token.children or () if child.type == "link_open"]
    assert len(links) == 6
    for link in map(str, links):
        assert link.startswith(base)
        target = link.removeprefix(base)
        assert f"ops/pir/{re.sub('/$', '.md', target)}" in pages
    assert "<script" not in "".join(child.content for token in tokens for child in token.children or ()
                                    if child.type == "html_inline")  # fmt: skip
    _, actions = said(pages["ops/pir/actions.json"])
    count = sum(row["status"] == "open" for row in actions["action_items"])
    late = sum(bool(row["days_late"]) for row in actions["action_items"])
    assert f"{count} open, {late} of them overdue" in text
    assert count and late


@pytest.mark.slow
def test_a_site_has_llms_txt_at_its_top_unless_the_docs_have_one(repo: Repo) -> None:
    project(repo)
    repo.commit("2025-10-06", {"pir/INC-001.yaml": review()})
    done = build(repo.folder)
    assert done.returncode == 0, done.stderr
    site = repo.folder / "site"
    _linked(site)
    assert "](ops/pir/INC-001.json)" in (site / "llms.txt").read_text(encoding="utf-8")
    assert said((site / "ops/pir/INC-001.json").read_text(encoding="utf-8"))[1]["incident_id"] == "INC-001"
    repo.write("docs/llms.txt", "# Ours\n")
    done = build(repo.folder)
    assert done.returncode == 0, done.stderr
    assert (site / "llms.txt").read_text(encoding="utf-8") == "# Ours\n"
    assert "](INC-001.json)" in (site / "ops/pir/llms.txt").read_text(encoding="utf-8")
    _linked(site)


def _linked(site: Path) -> None:
    """The pages link to their JSON, and the front page to llms.txt."""
    for page in ("", "INC-001/"):
        text = (site / "ops/pir" / page / "index.html").read_text(encoding="utf-8")
        links = re.findall(r'href="([^":]*\.(?:json|txt))"', text)
        assert links
        for link in links:
            assert (site / "ops/pir" / page / link).resolve().is_file(), link
