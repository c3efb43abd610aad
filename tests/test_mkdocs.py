"""The plugin: sites built by the real MkDocs, and what it says."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from urllib.request import urlopen

import pytest

from tests.support import Repo, item, review

POLICY = '{{% extends "pirgen/site/policy.md.j2" %}}{{% block document %}}the {} policy{{% endblock %}}'
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
    offline = {
        "material": "material, font: false, features: [content.action.edit]",
        "mkdocs": "mkdocs, highlightjs: false",
    }
    name = offline[theme]
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
    assert "2 of 2" in figures
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
    assert "WARNING -  pirgen: pir/INC-002.yaml:1:4: not valid YAML" in done.stderr
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
    assert "from a shallow clone" in figures


def test_figures_are_of_the_day_or_the_revision_that_is_asked_for(repo: Repo) -> None:
    project(repo)
    repo.commit("2025-10-06", {"pir/INC-001.yaml": review()})
    repo.git("tag", "v1")
    repo.commit("2025-10-20", {"pir/INC-002.yaml": review("INC-002")})
    config = (repo.folder / "mkdocs.yml").read_text(encoding="utf-8")
    for said, known in (
        ("2025-10-07", "2025-10-07 23:59"),
        ("'2025-10-07'", "2025-10-07 23:59"),
        ("v1", "10-06 12:00"),
    ):
        repo.write("mkdocs.yml", config.replace("pirgen]", f"{{pirgen: {{as_of: {said}}}}}]"))
        assert build(repo.folder).returncode == 0
        figures = (repo.folder / "site/ops/pir/report/index.html").read_text(encoding="utf-8")
        assert known in figures
        assert "1 of 1" in figures
        assert "2 of 2" not in figures
    repo.write("mkdocs.yml", config.replace("pirgen]", "{pirgen: {as_of: v2}}]"))
    done = build(repo.folder)
    assert done.returncode == 1
    assert "v2" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_page_by_hand_in_the_way_is_said(repo: Repo) -> None:
    project(repo)
    repo.commit("2025-10-06", {"pir/INC-001.yaml": review(), "docs/ops/pir/README.md": "# By hand\n"})
    done = build(repo.folder)
    assert done.returncode == 1
    assert "ops/pir/README.md was not written by pirgen, whose page takes its place; move it away" in done.stderr


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        ("", "https://github.com/org/repo/edit/main/svc/pir/INC-001.yaml"),
        ("repo_url: https://me:secret@github.com/org/repo\n", "https://github.com/org/repo/edit/main/svc/pir/INC-001.yaml"),
        ("repo_url: https://github.com/org/repo\nedit_uri: edit/develop/svc/docs/\n",
         "https://github.com/org/repo/edit/develop/svc/pir/INC-001.yaml"),
    ],
)  # fmt: skip
def test_edit_links_lead_to_the_review(repo: Repo, config: str, expected: str) -> None:
    repo.git("remote", "add", "origin", "git@github.com:org/repo.git")
    repo.write("svc/mkdocs.yml", f"site_name: test\ntheme: {{name: mkdocs}}\nplugins: [pirgen]\n{config}")
    repo.commit(
        "2025-10-06", {"svc/pirgen.yaml": "", "svc/docs/index.md": "# Home\n", "svc/pir/INC-001.yaml": review()}
    )
    done = build(repo.folder / "svc")
    assert done.returncode == 0, done.stderr
    page = (repo.folder / "svc/site/ops/pir/INC-001/index.html").read_text(encoding="utf-8")
    assert f'<a href="{expected}">Edit this review</a>' in page
    assert not [one for one in re.findall('href="([^"]*/edit/[^"]*)"', page) if one != expected]


def test_a_shallow_clone_marks_the_reviews_too(repo: Repo, tmp_path: Path) -> None:
    project(repo)
    config = (repo.folder / "mkdocs.yml").read_text(encoding="utf-8")
    repo.write("mkdocs.yml", config.replace("pirgen]", "{pirgen: {allow_shallow: true}}]"))
    repo.commit("2025-10-06", {"pir/INC-001.yaml": review()})
    later = [item("AI-001", "Add pool metrics", due="2025-11-01")]
    repo.commit("2025-10-07", {"pir/INC-001.yaml": review(action_items=later)})
    repo.git("clone", "--quiet", "--depth=1", f"file://{repo.folder}", str(tmp_path / "shallow"))
    assert build(tmp_path / "shallow").returncode == 0
    page = (tmp_path / "shallow/site/ops/pir/INC-001/index.html").read_text(encoding="utf-8")
    assert "Built from a shallow clone" in page


def test_serving_follows_reviews_templates_and_the_configuration(repo: Repo) -> None:
    project(repo)
    repo.write("pirgen.yaml", "templates: ours\n")
    repo.write("ours/site/policy.md.j2", POLICY.format("first"))
    repo.commit("2025-10-06", {"pir/INC-001.yaml": review()})
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port = one.getsockname()[1]
    command = [sys.executable, "-m", "mkdocs", "serve", "--livereload", "--quiet", "--dev-addr", f"127.0.0.1:{port}"]
    environment = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}
    with subprocess.Popen(command, cwd=repo.folder, env=environment, stderr=subprocess.DEVNULL) as server:

        def shows(page: str, text: str) -> None:
            until = time.monotonic() + 60
            seen = ""
            while time.monotonic() < until:
                with suppress(OSError), urlopen(f"http://127.0.0.1:{port}/ops/pir/{page}") as answer:
                    seen = answer.read().decode()
                if text in seen:
                    return
                time.sleep(0.2)
            raise AssertionError(f"{page} does not show {text!r}: {seen[:500]}")

        try:
            shows("INC-001/", "30% of API requests failed")
            repo.write("pir/INC-001.yaml", review(impact="Everything failed"))
            shows("INC-001/", "Everything failed")
            repo.write("ours/site/policy.md.j2", POLICY.format("second"))
            shows("policy/", "the second policy")
            repo.write("more/INC-002.yaml", review("INC-002", impact="Something failed"))
            repo.write("pirgen.yaml", "templates: ours\npaths: {reviews: [pir, more]}\n")
            shows("INC-002/", "Something failed")
            repo.write("more/INC-002.yaml", review("INC-002", impact="Nothing failed"))
            shows("INC-002/", "Nothing failed")
        finally:
            server.terminate()
