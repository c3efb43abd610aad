"""Hostile texts in every field of reviews and incident logs, opened in a real browser.

No script runs, no dialog opens, nobody else is asked, no page is wider than a phone, nothing that acts is on one, and
a link leads to the web. A page of a review is a try; the pages about all of them, with the open incidents, are four.
"""

from __future__ import annotations

import random
import unittest
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

from tests.attack.attacks.injection import LOG, REVIEW, TEXTS, hostile_log, hostile_review
from tests.browsing import served, tab
from tests.support import Repo, review
from tests.test_browser import CHROMIUM, DASHBOARDS
from tests.test_mkdocs import build, project

TIMES = 1_800
OFF = ("safe-links", "milestones-present", "no-placeholder", "no-invisible-characters")
ACTIVE = "script, iframe, form, object, embed, [onerror], [onload], [onclick], p svg, td svg, li svg"
PROTOCOLS = {"http:", "https:", "mailto:"}


def attempts(folder: Path, chance: random.Random, times: int) -> Iterator[str]:
    if CHROMIUM is None:
        raise unittest.SkipTest("no Chromium here; CI installs one")
    repo = project(Repo(folder / "project"), "material")
    repo.write("pirgen.yaml", f"rules: {{{', '.join(f'{rule}: off' for rule in OFF)}}}\n")
    tries = [(field, text) for text in TEXTS for field in (*REVIEW, *(f"log {one}" for one in LOG))]
    told = {}
    for number, (field, text) in enumerate(chance.sample(tries, min(times, len(tries))), 1):
        name = f"INC-{number:04d}"
        if field.startswith("log "):
            repo.write(f"operational_audit/incidents/{name}.yaml", hostile_log(field, text, name))
        else:
            repo.write(f"pir/{name}.yaml", review(name, **hostile_review(field, text)))
        told[f"ops/pir/{name}/"] = f"{field} {text!r}"
    repo.commit("2025-10-06", {})
    build(repo.folder)  # it fails for what lint finds, and writes the site all the same
    with served(repo.folder / "site") as site, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        told |= {place: f"all texts on {place}" for place in DASHBOARDS}
        for place, what in told.items():
            if (repo.folder / "site" / place).is_dir():
                found = _wrong(browser, site + place)
                yield f"{what}: {found}" if found else ""


def _wrong(browser: Any, address: str) -> str:
    try:
        with tab(browser, address) as page:
            content = page.locator("article")
            if content.locator(ACTIVE).count():
                return "something that acts is on the page"
            protocols = content.locator("a[href]").evaluate_all("links => links.map(one => one.protocol)")
            return f"a link leads to {strange}" if (strange := {*protocols} - PROTOCOLS) else ""
    except AssertionError as error:
        return str(error)
