"""Lighthouse's scores of each kind of page, by Lighthouse itself in a real browser."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browsing import served
from tests.npm import installed
from tests.support import DATA, Repo, item, review
from tests.test_browser import CHROMIUM, DASHBOARDS, QUARTER
from tests.test_mkdocs import build, project

PAGES = (*DASHBOARDS, QUARTER, "ops/pir/INC-001/")

JUMPS = 0.01
"""The layout shift that a page may have; Web Vitals call up to 0.1 good."""


@pytest.fixture
def site(repo: Repo) -> Iterator[str]:
    """A site with an action item that is late, one that is done, and a quarter that has ended."""
    items = [item("AI-001", "Add pool metrics"), item("AI-002", "Raise the limit", status="done", evidence="README.md")]
    project(repo, "material")
    repo.commit("2025-10-06", {"pir/INC-001.yaml": review(title="The API was down", action_items=items)})
    repo.commit("2025-11-06", {"pir/INC-002.yaml": review("INC-002", date="2025-11-05", severity="P2")})
    repo.commit("2026-01-06", {"README.md": "x"})
    build(repo.folder)
    with served(repo.folder / "site") as address:
        yield address


@pytest.mark.slow
def test_every_page_is_accessible_follows_good_practice_and_does_not_jump(site: str, npm: Path) -> None:
    if CHROMIUM is None:
        assert os.environ.get("PIRGEN_BROWSER") != "required", "Chromium is missing"
        pytest.skip("no Chromium here; CI installs one")
    modules = installed("lighthouse@12", npm)
    if modules is None:
        pytest.skip("no npm here; CI installs it")
    script = shutil.copy(DATA / "lighthouse.mjs", modules.parent)
    command = ["node", script, CHROMIUM, *(site + page for page in PAGES)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stderr
    for page, line in zip(PAGES, done.stdout.splitlines(), strict=True):
        told = json.loads(line)
        assert min(told["accessibility"], told["best-practices"]) >= 0.95, (page, told)
        assert told["shift"] < JUMPS, (page, told)
