"""The same pages for other generators: what `render --dashboards` writes, built by ProperDocs, Zensical and MkDocs."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support import Repo, review

CONFIG = """\
site_name: test
extra_css: [ops/pir/pirgen.css]
extra_javascript: [ops/pir/pirgen.js]
nav: [index.md, {Reviews: [ops/pir/index.md, ops/pir/report.md, ops/pir/actions.md, ops/pir/policy.md]}]
"""
SCRIPT = "</title><script>alert(1)</script>"
COMMANDS = {
    "mkdocs": ["-m", "mkdocs", "build", "--strict"],
    "properdocs": ["-m", "properdocs", "build", "--strict", "-f", "mkdocs.yml"],
    "zensical": ["-m", "zensical", "build", "--clean", "-f", "mkdocs.yml"],
}


@pytest.fixture
def written(repo: Repo) -> Repo:
    said = review(title=f"Down {SCRIPT}")
    repo.commit("2025-10-06", {"pir/INC-001.yaml": said, "docs/index.md": "# Home\n", "mkdocs.yml": CONFIG})
    done = repo.run("render", "--dashboards", "docs/ops/pir", "--site-url", "https://x.example/ops/pir/")
    assert done.returncode == 0, done.stderr
    return repo


@pytest.mark.parametrize("generator", COMMANDS)
def test_every_generator_builds_the_same_pages(written: Repo, generator: str) -> None:
    if os.environ.get("PIRGEN_BROWSER") != "required":  # zensical is a compiled package, which not every machine has
        pytest.importorskip(generator)
    environment = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}
    command = [sys.executable, *COMMANDS[generator]]
    done = subprocess.run(command, cwd=written.folder, env=environment, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr + done.stdout
    site = written.folder / "site/ops/pir"
    for name in ("INC-001", "report", "actions", "policy"):
        page = (site / name / "index.html").read_text(encoding="utf-8")
        assert "<h1" in page, name
        assert "<script>alert" not in page, name
        assert ("<svg" in page and "pirgen-chart" in page) or name in ("report", "policy"), name
    assert "P1 (Critical)" in (site / "policy/index.html").read_text(encoding="utf-8")
    assert 'href="INC-001/"' in (site / "index.html").read_text(encoding="utf-8").replace("./", "")
    for name in ("pirgen.js", "pirgen.css", "feed.xml", "due.ics"):
        assert (site / name).exists(), name


def test_dashboards_are_written_once_and_render_leaves_them_alone(written: Repo) -> None:
    folder = written.folder / "docs/ops/pir"
    before = {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*.*")}
    lasting = {name for name in before if not name.startswith("report-")}
    assert lasting == {
        *("INC-001.md", "index.md", "report.md", "actions.md", "policy.md", "feed.xml", "due.ics", "pirgen.css"),
        "due/owner-platform.ics",
        *("INC-001.json", "index.json", "report.json", "actions.json", "llms.txt", "pirgen.js"),
    }
    assert written.run("render").stdout == "1 page: all were current\n"
    assert {path.relative_to(folder).as_posix() for path in folder.rglob("*.*")} == {*before}
    written.write("docs/ops/pir/years/2020.md", "---\ngenerated_by: pirgen\n---\n")
    done = written.run("render", "--dashboards", "docs/ops/pir", "--site-url", "https://x.example/ops/pir/")
    assert "years/2020.md: removed" in done.stdout
    assert "feed.xml: removed" in written.run("render", "--dashboards", "docs/ops/pir").stdout
    for name, text in (("policy.md", "# By hand\n"), ("pirgen.css", "/* looks for pirgen's pages, by hand */\n")):
        mine = written.write(f"docs/ops/pir/{name}", text)
        done = written.run("render", "--dashboards", "docs/ops/pir")
        assert (done.returncode, mine.read_text(encoding="utf-8")) == (2, text)
        mine.unlink()
    for url in ("javascript:alert(1)//", 'https://x.example/"><b>'):
        assert written.run("render", "--dashboards", "docs/ops/pir", "--site-url", url).returncode == 2


def test_another_folder_links_to_the_reviews_pages(repo: Repo) -> None:
    repo.commit("2025-10-06", {"pir/INC-001.yaml": review()})
    assert repo.run("-C", "pir", "render", "--dashboards", "../docs/dash").returncode == 0
    index = (repo.folder / "docs/dash/index.md").read_text(encoding="utf-8")
    assert "](../ops/pir/INC-001.md) <small>INC-001</small>" in index
    done = repo.run("render", "--dashboards", "/tmp")
    assert (done.returncode, "outside the project" in done.stderr) == (2, True)
    assert repo.run("render", "--check", "--dashboards", "docs").returncode == 2


def test_without_a_history_the_figures_are_left_out_and_a_shallow_one_is_refused(repo: Repo, tmp_path: Path) -> None:
    repo.write("pir/INC-001.yaml", review())
    done = repo.run("render", "--dashboards", "docs/ops/pir")
    assert (done.returncode, "the figures are left out: there are no commits yet" in done.stderr) == (0, True)
    index = (repo.folder / "docs/ops/pir/index.md").read_text(encoding="utf-8")
    assert "INC-001" in index
    assert "report.md" not in index
    repo.commit("2025-10-06", {})
    repo.commit("2025-10-07", {})
    repo.git("clone", "--quiet", "--depth=1", f"file://{repo.folder}", str(tmp_path / "shallow"))
    assert Repo(tmp_path / "shallow").run("render", "--dashboards", "docs/ops/pir").returncode == 3
    done = Repo(tmp_path / "shallow").run("render", "--dashboards", "docs/ops/pir", "--allow-shallow")
    page = (tmp_path / "shallow/docs/ops/pir/report.md").read_text(encoding="utf-8")
    assert "from a shallow clone" in page
