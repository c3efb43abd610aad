"""A reader's questions are answered within two clicks from the front page of the demo's site."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.browsing import DESK, PHONE, tab
from tests.test_browser import browser
from tests.test_pictures import site

assert browser and site  # the fixtures

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("screen", [DESK, PHONE], ids=["desk", "phone"])
def test_five_questions_are_answered_within_two_clicks(site: str, browser: Any, screen: dict[str, int]) -> None:
    with tab(browser, site + "ops/pir/", viewport=screen) as page:
        article = page.locator("article")
        # What is open? No click.
        burning = page.locator("li:has(> .pirgen-card)").first
        assert re.search(r"open \d+[hmd]", burning.inner_text())
        assert burning.bounding_box()["y"] < screen["height"], "on the first screen"
        # How long did INC-008 take? No click.
        row = page.locator("li", has=page.get_by_text("INC-008", exact=True)).last
        assert "1h53m" in row.inner_text()
        # What is late, and whose? One click.
        assert "overdue" in page.locator("dl.pirgen-stats").inner_text()
        article.get_by_role("link", name="Action items", exact=True).first.click()
        page.wait_for_url("**/actions/")
        told = article.inner_text()
        assert re.search(r"(?i)overdue", told) and re.search(r"@[\w-]+", told)
        # Why, was it fixed, and by which commit? One click from the front page.
        page.go_back()
        article.get_by_role("link", name="The API is down").first.click()
        page.wait_for_url("**/INC-008/")
        cause = page.locator("h2#root-cause + p").inner_text()
        assert len(cause.split()) > 5
        items = page.locator("table.pirgen-items tbody tr").all_inner_texts()
        done = [text for text in items if "Done" in text]
        assert done and all(re.search(r"[0-9a-f]{7}", text) for text in done), items
