"""The site: built by the real MkDocs, read in a real browser."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests.support import ROOT, Repo, item, review
from tests.test_markdown import HOSTILE

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
CONFIG = """\
site_name: test
repo_url: https://code.example/org/repo
edit_uri: edit/main/docs/
theme: {name: NAME}
plugins: [search, pirgen]
markdown_extensions: [attr_list, md_in_html, admonition, footnotes, pymdownx.superfences, pymdownx.tilde]
"""


def build(folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", *options],
        cwd=folder,
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
        capture_output=True,
        text=True,
    )


def project(repo: Repo, theme: str = "mkdocs") -> Repo:
    name = "material, font: false, features: [content.action.edit]" if theme == "material" else theme
    repo.write("mkdocs.yml", CONFIG.replace("NAME", name))
    repo.write("docs/index.md", "# Home\n\n[Reviews](ops/pir/index.md)\n")
    return repo


@pytest.mark.parametrize("theme", ["mkdocs", "material"])
def test_a_site_has_the_reviews_the_index_and_the_report(repo: Repo, theme: str) -> None:
    project(repo, theme)
    repo.commit("2025-10-06", {"pir/INC-001.yaml": review(), "pir/2025/INC-002.yaml": review("INC-002")})
    before = sorted(repo.folder.rglob("docs/**/*"))
    done = build(repo.folder)
    assert done.returncode == 0, done.stderr
    assert sorted(repo.folder.rglob("docs/**/*")) == before, "nothing is written to the docs folder"
    site = repo.folder / "site/ops/pir"
    assert 'href="INC-002/"' in (site / "index.html").read_text(encoding="utf-8").replace("../", "")
    figures = (site / "report/index.html").read_text(encoding="utf-8")
    assert "100% (2 of 2)" in figures
    assert repo.git("rev-parse", "HEAD")[:10] in figures
    page = (site / "INC-002/index.html").read_text(encoding="utf-8")
    assert "On-call acknowledged" in page
    assert "https://code.example/org/repo/edit/main/pir/2025/INC-002.yaml" in page
    home = (repo.folder / "site/index.html").read_text(encoding="utf-8")
    assert "INC-001" not in home, "review pages stay out of the navigation"


def test_a_stale_page_on_disk_does_not_reach_the_site(repo: Repo) -> None:
    project(repo)
    repo.commit("2025-10-06", {"pir/INC-001.yaml": review()})
    repo.run("render")
    repo.commit("2025-10-07", {"pir/INC-001.yaml": review(impact="Everything")})
    assert build(repo.folder).returncode == 0
    assert "Everything" in (repo.folder / "site/ops/pir/INC-001/index.html").read_text(encoding="utf-8")


def test_what_is_wrong_is_said_in_one_line(repo: Repo, tmp_path: Path) -> None:
    project(repo)
    repo.commit("2025-10-06", {"pir/INC-001.yaml": review()})
    repo.write("pir/INC-002.yaml", "a: b: c")
    done = build(repo.folder)
    assert done.returncode == 1
    assert "pir/INC-002.yaml is not valid and has no page" in done.stderr
    (repo.folder / "pir/INC-002.yaml").unlink()
    repo.write("pirgen.yaml", "paths: {pages: elsewhere}\n")
    assert "paths.pages of pirgen.yaml must be below" in build(repo.folder).stderr
    repo.write("pirgen.yaml", "rules: {x: off}\n")
    assert "pirgen.yaml:1:9: unknown field `x`" in build(repo.folder).stderr
    (repo.folder / "pirgen.yaml").unlink()
    repo.commit("2025-10-07", {})
    repo.git("clone", "--quiet", "--depth=1", f"file://{repo.folder}", str(tmp_path / "shallow"))
    done = build(tmp_path / "shallow")
    assert done.returncode == 1
    assert "git fetch --unshallow" in done.stderr
    assert "set `allow_shallow: true` under `pirgen`" in done.stderr
    assert "Traceback" not in done.stderr
    config = tmp_path / "shallow/mkdocs.yml"
    config.write_text(config.read_text(encoding="utf-8").replace("pirgen]", "{pirgen: {allow_shallow: true}}]"))
    assert build(tmp_path / "shallow").returncode == 0
    figures = (tmp_path / "shallow/site/ops/pir/report/index.html").read_text(encoding="utf-8")
    assert "built from a shallow clone" in figures


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        pass


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    if CHROMIUM is None:
        assert os.environ.get("PIRGEN_BROWSER") != "required", "Chromium is missing"
        pytest.skip("no Chromium here; CI installs one")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


def visit(browser: Any, site: Path, *pages: str) -> Iterator[Any]:
    """Each page, loaded over HTTP; no script error, no dialog, no request to another host, nothing off the side."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(site)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    base = f"http://127.0.0.1:{server.server_port}"
    try:
        for page in pages:
            tab = browser.new_page(viewport={"width": 390, "height": 844})
            trouble: list[str] = []
            tab.on("request", lambda request, trouble=trouble: request.url.startswith((base, "data:", "blob:"))
                   or trouble.append(request.url))  # fmt: skip
            tab.on("pageerror", lambda error, trouble=trouble: trouble.append(str(error)))
            tab.on("dialog", lambda dialog, trouble=trouble: (trouble.append(dialog.message), dialog.dismiss()))
            response = tab.goto(f"{base}/{page}", wait_until="networkidle")
            assert response is not None
            assert response.ok, page
            assert tab.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{page} is wider than a phone"
            yield tab
            assert trouble == []
            tab.close()
    finally:
        server.shutdown()


def test_hostile_values_neither_run_nor_load_nor_break_a_page(repo: Repo, browser: Any) -> None:
    project(repo, "material")
    values = [text for text in HOSTILE if text.strip()]
    repo.write(
        "pir/INC-001.yaml",
        review(
            title=HOSTILE[0],
            impact="\n\n".join(values),
            timeline=[{"time": "14:30", "event": text, "kind": "note"} for text in values],
            root_cause="\n".join(values),
            contributing_factors=values,
            lessons_learned=values,
            resolution=HOSTILE[1],
            detected_by=HOSTILE[2],
            action_items=[item(f"AI-{index}", text) for index, text in enumerate(values)],
            links=[{"title": HOSTILE[3], "url": "https://example.org/"}],
        ),
    )
    repo.commit("2025-10-06", {})
    done = build(repo.folder)
    assert done.returncode == 0, done.stderr
    pages = ("ops/pir/INC-001/", "ops/pir/", "ops/pir/report/")
    for tab in visit(browser, repo.folder / "site", *pages):
        assert tab.locator("h1").count() == 1
        content = tab.locator("article")
        assert content.locator("script, img, iframe, form, details, p svg, td svg, li svg").count() == 0
        for link in content.locator("a").all():
            assert (link.get_attribute("href") or "").split(":")[0] in ("http", "https") or "/" in link.get_attribute(
                "href"
            )
        if tab.url.endswith("INC-001/"):
            tables = [table.locator("tbody tr").count() for table in content.locator("table").all()]
            assert tables == [1, len(values), len(values)]
            assert tab.locator("article h2").all_inner_texts() == [
                *("Impact", "Milestones", "Timeline", "Root cause", "Contributing factors", "Resolution"),
                *("Action items", "Lessons learned", "Links"),
            ]
            assert "<script>alert(1)</script>" in tab.locator("h1").inner_text()
            assert "<script>" in tab.title()


def test_this_projects_own_site_is_whole_and_asks_nobody_else(tmp_path: Path, browser: Any) -> None:
    done = build(ROOT, "--site-dir", str(tmp_path / "site"))
    assert done.returncode == 0, done.stderr
    pages = ("", "tutorial/", "reference/rules/", "ops/pir/", "ops/pir/report/", "ops/pir/INC-113/")
    for tab in visit(browser, tmp_path / "site", *pages):
        if tab.url.endswith("/ops/pir/"):
            assert tab.locator("article tbody tr").count() == 21
            tab.get_by_role("link", name="INC-113: Ingestion delayed").click()
            tab.wait_for_url("**/INC-113/")
            assert "(it states no severity, P1 is ours)" in tab.locator("article").inner_text()
