"""The site as people meet it: in a real browser, on a phone, in the dark, on paper, by keys alone."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import axe_playwright_python
import pytest

from tests.browsing import DESK, PHONE, served, tab
from tests.support import ROOT, Repo, item, review
from tests.test_markdown import HOSTILE
from tests.test_mkdocs import build, project

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
TOLD = "resultTypes: ['violations']"  # the places of what is right are not needed, and take most of the time
UNCOLOURED = "rules: {'color-contrast': {enabled: false}}"
pytestmark = pytest.mark.slow  # it starts its browser where `tests.quick` cannot see it

DASHBOARDS = ("ops/pir/", "ops/pir/report/", "ops/pir/actions/", "ops/pir/policy/")
QUARTER = "ops/pir/report-2025-12-31/"


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


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """This project's own site."""
    site = tmp_path_factory.mktemp("own") / "site"
    done = build(ROOT, "--site-dir", str(site))
    assert done.returncode == 0, done.stderr
    with served(site) as url:
        yield url


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A site with more reviews than an index holds at once."""
    repo = project(Repo(tmp_path_factory.mktemp("many") / "repo"))
    for number in range(1, 521):
        said = {
            "services": ["web", "db"][: number % 3],
            "severity": f"P{number % 4 + 1}",
            "title": f"Outage <b>{number}",
            "date": f"{2020 + number % 5}-03-01",
            "roles": {"incident_commander": "@ann"},
            "action_items": [item("AI-001", "Add metrics", due=f"{2020 + number % 5}-04-01")],
        }
        repo.write(f"pir/INC-{number:03d}.yaml", review(f"INC-{number:03d}", **said))
    repo.commit("2025-10-06", {})
    done = build(repo.folder)
    assert done.returncode == 0, done.stderr
    with served(repo.folder / "site") as url:
        yield url


def test_this_projects_own_site_is_whole_and_asks_nobody_else(own: str, browser: Any) -> None:
    for page in ("", "tutorial/", "reference/rules/", "ops/pir/INC-113/", *DASHBOARDS[1:]):
        with tab(browser, own + page, "networkidle"):
            pass
    with tab(browser, own + "ops/pir/") as index:
        assert len(listed(index)) == 21
        index.get_by_role("link", name="Ingestion delayed").click()
        index.wait_for_url("**/INC-113/")
        assert "(it states no severity, P1 is ours)" in index.locator("article").inner_text()
        assert index.locator("article figure svg title").first.text_content() == "Timeline to scale"
        assert index.locator("ol.pirgen-strip li").all_inner_texts()[-1].startswith("Resolved\n+3d14h")


def listed(page: Any) -> list[str]:
    ids: list[str] = page.locator(".pirgen-main > small:visible").all_inner_texts()
    return ids


def test_reviews_are_found_filtered_sorted_and_the_view_is_sent(own: str, browser: Any) -> None:
    with tab(browser, own + "ops/pir/", viewport=DESK) as index:
        assert len(listed(index)) == 21
        assert index.get_by_label("Severity").locator("option").all_inner_texts() == [
            *("any", "P1 (Critical)", "P2 (High)", "P3 (Medium)")
        ]
        index.get_by_label("Order").select_option("gravest")
        chips = index.locator(".pirgen-found .pirgen-chip").all_inner_texts()
        assert chips == sorted(chips)
        assert len(chips) == 21
        assert not index.get_by_role("heading", name="In 2025").is_visible()
        index.get_by_role("button", name="Show all").click()
        index.get_by_label("Severity").select_option("P2 (High)")
        assert index.get_by_role("status").inner_text() == "7 of 21"
        index.get_by_label("Tag").select_option("capacity")
        assert listed(index) == ["INC-112", "INC-107", "INC-115"]
        index.get_by_label("Order").select_option("shortest")
        assert listed(index) == ["INC-115", "INC-112", "INC-107"], "by time and not by letter"
        index.get_by_label("Order").select_option("longest")
        assert listed(index) == ["INC-107", "INC-112", "INC-115"]
        sent = index.url
    assert "severity=P2" in sent
    assert "sort=-resolved" in sent
    with tab(browser, sent, viewport=DESK) as index:
        assert listed(index) == ["INC-107", "INC-112", "INC-115"]
        assert index.get_by_label("Severity").input_value() == "P2 (High)"
        index.get_by_role("button", name="Show all").click()
        assert len(listed(index)) == 21
        assert "?" not in index.url
        index.locator("#pirgen-q").fill("TOAST ingestion")
        assert listed(index) == ["INC-113"]
        index.locator("#pirgen-q").fill("nothing is called that")
        assert listed(index) == []
        assert index.get_by_role("status").inner_text() == "0 of 21"
    with tab(browser, own + "ops/pir/?sort=nonsense&page=-7&q=&severity=P2") as index:
        assert len(listed(index)) == 7, "a severity by its name alone"
    with tab(browser, own + "ops/pir/?severity=%3Cimg%20src%3Dx%3E") as index:
        assert listed(index) == [], "what is asked for is not there, and not left out in silence"
        index.get_by_role("button", name="Show all").click()
        assert len(listed(index)) == 21
    with tab(browser, own + "ops/pir/?sort=resolved") as index:
        first = index.locator(".pirgen-found li").first
        assert first.locator(".pirgen-end small").first.inner_text() == "13m", "unknown is not 0"


def test_keys_are_enough(own: str, browser: Any) -> None:
    with tab(browser, own + "ops/pir/", viewport=DESK) as index:
        index.locator("#pirgen-q").focus()
        index.keyboard.type("kubernetes")
        index.keyboard.press("Tab")
        assert index.evaluate("document.activeElement.id") == "pirgen-severity"
        index.keyboard.type("P3")
        assert listed(index) == ["INC-103", "INC-102"]
        while index.evaluate("document.activeElement.id") != "pirgen-sort":
            index.keyboard.press("Tab")
        index.keyboard.type("oldest")
        assert listed(index) == ["INC-102", "INC-103"]
        while index.evaluate("document.activeElement.textContent") != "Subnets run out of IP addresses":
            index.keyboard.press("Tab")
        index.keyboard.press("Enter")
        index.wait_for_url("**/INC-102/")


def test_many_reviews_come_when_they_are_asked_for_and_all_are_found(many: str, browser: Any) -> None:
    asked: list[str] = []
    with tab(browser, many + "ops/pir/", "networkidle", viewport=DESK) as index:
        index.on("request", lambda one: asked.append(one.url))
        assert len(listed(index)) == 50
        assert index.get_by_role("status").inner_text() == "520 of 520"
        assert asked == []
        index.locator("#pirgen-q").fill("outage")
        index.wait_for_function("document.querySelector('output').textContent === '520 of 520, page 1 of 11'")
        assert [one.rpartition("/")[2] for one in asked] == ["reviews.json"]
        index.get_by_role("button", name="Next").click()
        assert index.get_by_role("status").inner_text() == "520 of 520, page 2 of 11"
        sent = index.url
        assert "page=2" in sent
        second = listed(index)
        index.locator("#pirgen-q").fill("<b>517")
        index.wait_for_function("document.querySelector('output').textContent === '1 of 520'")
        assert listed(index) == ["INC-517"]
        assert index.locator(".pirgen-found b").count() == 0
        index.get_by_role("link", name="<b>517").click()
        index.wait_for_url("**/INC-517/")
        assert "Outage <b>517" in index.locator("h1").inner_text()
    with tab(browser, sent, "networkidle", viewport=DESK) as index:
        assert listed(index) == second


def test_where_the_rest_cannot_be_loaded_the_page_says_so(many: str, browser: Any) -> None:
    with tab(browser, many + "ops/pir/", viewport=DESK) as index:
        index.route("**/reviews.json", lambda route: route.fulfill(status=500, body="<html>"))
        index.get_by_label("Severity").select_option("P1 (Critical)")
        index.wait_for_selector("output:has-text('could not be loaded')")
        assert 0 < len(listed(index)) < 50


def test_a_front_page_of_many_reviews_is_small(many: str, browser: Any) -> None:
    answers: list[Any] = []
    with browser.new_context() as fresh:
        page = fresh.new_page()
        page.on("response", lambda one: answers.append(one))
        page.goto(many + "ops/pir/", wait_until="networkidle")
        sizes = {one.url.rpartition("/")[2]: len(one.body()) for one in answers if "/ops/pir/" in one.url}
    assert {*sizes} == {"", "pirgen.css", "pirgen.js"}
    assert sum(sizes.values()) < 100_000


def test_without_scripts_the_list_is_there(many: str, own: str, browser: Any) -> None:
    with tab(browser, own + "ops/pir/", java_script_enabled=False) as index:
        assert len(listed(index)) == 21
        assert index.locator("input[type=search]#pirgen-q, .pirgen-controls").count() == 0
    with tab(browser, many + "ops/pir/", java_script_enabled=False, viewport=DESK) as index:
        assert len(listed(index)) == 50
        index.get_by_role("link", name="2021", exact=True).click()
        assert len(listed(index)) == 104
        index.get_by_role("link", name="Outage <b>1", exact=True).click()
        assert "Outage <b>1" in index.locator("h1").inner_text()


@pytest.mark.parametrize("width", [390, 768, 1100])
@pytest.mark.parametrize("page", ["ops/pir/", "ops/pir/actions/"])
def test_nothing_moves_when_the_script_comes(own: str, browser: Any, page: str, width: int) -> None:
    def place() -> Any:
        return opened.locator(".pirgen-index + *").bounding_box()

    with browser.new_context(viewport={"width": width, "height": 900}) as context:
        opened = context.new_page()
        opened.route("**/pirgen*.js", lambda route: route.abort())
        opened.goto(own + page)
        before = place()
        opened.unroute("**/pirgen*.js")
        opened.goto(own + page)
        opened.locator(".pirgen-controls").wait_for()
        assert place() == pytest.approx(before, abs=1)


def chosen(page: Any) -> list[str]:
    """The lists of action items that are shown, with how many each has."""
    shown = page.locator("#pirgen-items ~ h2:visible, #pirgen-items ~ h2 + p:visible").all_inner_texts()
    return [text.splitlines()[0].rstrip("¶") for text in shown if text.startswith(("Overdue", "Due", "Open", "Closed"))]


def test_action_items_are_found_and_the_view_is_sent(own: str, browser: Any) -> None:
    with tab(browser, own + "ops/pir/actions/", viewport=DESK) as page:
        rows = page.locator("#pirgen-items ~ * tr:has([data-pirgen=Owner]):visible")
        count = rows.count()
        assert page.get_by_role("status").inner_text() == f"{count} of {count}"
        assert page.locator("h1").inner_text().rstrip("¶").endswith(("is overdue", "are overdue"))
        page.get_by_label("List").select_option("Closed")
        assert chosen(page) == ["Closed"]
        closed = rows.count()
        assert 0 < closed < count
        owner = rows.locator("[data-pirgen=Owner]").first.inner_text()
        page.get_by_label("Owner").select_option(owner)
        assert {*rows.locator("[data-pirgen=Owner]").all_inner_texts()} == {owner}
        sent = page.url
        page.get_by_role("button", name="Show all").click()
        assert (rows.count(), "?" in page.url) == (count, False)
        page.locator("td:has(.pirgen-owner) a[href^='#owner-']").first.click()
        assert "?owner=" in page.url
        assert "#owner-" in page.url
    with tab(browser, sent, viewport=DESK) as page:
        assert chosen(page) == ["Closed"]
        assert page.get_by_label("Owner").input_value() == owner
    with tab(browser, own + "ops/pir/actions/?owner=%3Cimg%20src%3Dx%3E") as page:
        assert page.get_by_role("status").inner_text() == f"0 of {count}", "nobody is called that"


def test_a_phone_shows_the_columns_that_matter_and_the_present(own: str, browser: Any) -> None:
    with tab(browser, own + "ops/pir/actions/", java_script_enabled=False) as page:
        assert page.locator(".pirgen-controls").count() == 0
        for column in ("Due", "Due in", "Owner"):
            box = page.locator(f"td > [data-pirgen='{column}']").first.bounding_box()
            assert 0 <= box["x"] < box["x"] + box["width"] <= PHONE["width"], column
        said = "(cell) => getComputedStyle(cell, '::before').content"
        assert page.locator("td > [data-pirgen=Due]").first.evaluate(said) == '"Due "'
    with tab(browser, own + "ops/pir/report/", java_script_enabled=False) as page:
        figure = page.locator("figure.pirgen-present").first
        assert figure.evaluate("(one) => one.scrollWidth > one.clientWidth"), "it is wider than the screen"
        axis = figure.locator("text[x='676']").first.bounding_box()
        assert 0 <= axis["x"] < PHONE["width"] - axis["width"], "its end, which is now, is seen first"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_process_is_legible_on_a_phone_and_stands_beside_its_list_on_a_desk(
    own: str, browser: Any, scheme: str
) -> None:
    for screen in (PHONE, DESK):
        with tab(browser, own + "ops/pir/policy/", viewport=screen, color_scheme=scheme) as page:
            picture = page.get_by_role("img", name="The steps of an incident")
            steps = page.locator("article ol").first
            box, listed = picture.bounding_box(), steps.bounding_box()
            assert box["width"] == 240, "its letters have their 14 pixels"
            assert 0 <= box["x"] <= screen["width"] - box["width"]
            assert (box["y"] + box["height"] <= listed["y"]) == (screen is PHONE)
            assert page.locator("#duties").bounding_box()["y"] > box["y"] + box["height"]
            shades = [picture.locator("text").first.evaluate(INK), page.locator("body").evaluate(PAPER)]
            ink, paper = (sum(map(int, shade[shade.index("(") + 1 : -1].split(",")[:3])) for shade in shades)
            assert (ink > 400 > paper) if scheme == "dark" else (ink < 200 < paper)


PAPER = "element => getComputedStyle(element).backgroundColor"
INK = "element => getComputedStyle(element).fill"


def test_the_dark_is_dark_and_paper_is_light(own: str, browser: Any) -> None:
    with tab(browser, own + "ops/pir/INC-113/", viewport=DESK, color_scheme="light") as page:
        label = page.locator("figure svg text").first
        light = label.evaluate(INK)
        page.locator("form[data-md-component=palette] label:visible").click()
        assert page.locator("body").get_attribute("data-md-color-scheme") == "slate"
        assert sum(map(int, light[light.index("(") + 1 : -1].split(",")[:3])) < 200
        dark = label.evaluate(INK)
        assert sum(map(int, dark[dark.index("(") + 1 : -1].split(",")[:3])) > 400
        page.emulate_media(media="print")
        assert label.evaluate(INK) == light
    with tab(browser, own + "ops/pir/report/", viewport=DESK) as page:
        page.emulate_media(media="print")
        assert page.locator("details[open].pirgen-data").count() == 0
        paper = page.pdf()
        assert paper.startswith(b"%PDF")
        printed = page.locator("details.pirgen-data:visible")
        assert {*printed.evaluate_all("(all) => all.map((one) => one.open)")} == {True}, "what is closed is not printed"
        assert printed.count() > 0
    for name in ("INC-107/", "report/", "actions/", "policy/", ""):
        with tab(browser, own + f"ops/pir/{name}", viewport={"width": 718, "height": 1000}) as page:
            page.emulate_media(media="print")
            ends = "[...document.querySelectorAll('article table')].map((one) => one.getBoundingClientRect().right)"
            assert max(page.evaluate(ends), default=0) < 719, f"{name}: a table is cut off on A4"
    with tab(browser, own + "ops/pir/", viewport=DESK) as page:
        page.emulate_media(media="print")
        assert not page.locator(".pirgen-controls").first.is_visible()


@pytest.mark.parametrize(
    ("theme", "screen", "scheme"),
    [("material", DESK, "light"), ("material", PHONE, "dark"), ("mkdocs", DESK, "dark"), ("mkdocs", PHONE, "light")],
)
def test_no_page_shuts_anybody_out(
    own: str, many: str, browser: Any, theme: str, screen: dict[str, int], scheme: str
) -> None:
    site, pages = (
        (own, ("ops/pir/INC-113/", *DASHBOARDS))
        if theme == "material"
        else (many, ("ops/pir/INC-001/", QUARTER, *DASHBOARDS))
    )
    for page in pages:
        with tab(browser, site + page, viewport=screen, color_scheme=scheme) as shown:
            shown.evaluate(AXE)
            # the default theme's own menus and the colour of its links are not ours to judge
            chosen = (
                f"document, {{{TOLD}}}"
                if theme == "material"
                else f"document.querySelector('[role=main]'), {{{TOLD}, {UNCOLOURED}}}"
            )
            found = shown.evaluate(f"axe.run({chosen})")
            serious = [
                (one["id"], [node["target"] for node in one["nodes"]])
                for one in found["violations"]
                if one["impact"] in ("serious", "critical")
            ]
            assert serious == [], page
            assert len(found["passes"]) > 10


def test_hostile_values_neither_run_nor_load_nor_break_a_page(repo: Repo, browser: Any) -> None:
    project(repo, "material")
    off = ("safe-links", "milestones-present", "no-placeholder", "no-invisible-characters")
    repo.write("pirgen.yaml", f"rules: {{{', '.join(f'{rule}: off' for rule in off)}}}\n")
    values = [text for text in HOSTILE if text.strip()]
    title = "a </title><script>alert(1)</script> &lt;/title&gt;&lt;script&gt;alert(2)&lt;/script&gt;"
    items = [item(f"AI-{index}", text, due="2025-11-01", owner=f"@{index}") for index, text in enumerate(values)]
    said: dict[str, Any] = {
        "title": title,
        "impact": "\n\n".join(values),
        "timeline": [
            {"time": f"14:{index:02d}", "event": text, "kind": ("started", "resolved", "note")[min(index, 2)]}
            for index, text in enumerate(values)
        ],
        "root_cause": "\n".join(values),
        "contributing_factors": values,
        "lessons_learned": values,
        "resolution": HOSTILE[1],
        "detected_by": HOSTILE[2],
        "action_items": items,
        "links": [{"title": HOSTILE[3], "url": "https://example.org/"}],
        "duration": "1m",
    }
    repo.write("pir/INC-001.yaml", review(**said))
    repo.write("pir/INC-002.yaml", review("INC-002", **{**said, "action_items": [*items[1:], *items[:1]]}))
    repo.commit("2025-10-06", {})
    later = [{**one, "due": "2025-12-01"} for one in items]
    repo.commit("2025-10-07", {"pir/INC-001.yaml": review(**{**said, "action_items": later})})
    repo.commit("2025-10-08", {"pir/INC-001.yaml": review(**{**said, "action_items": later[3:]})})
    done = build(repo.folder)
    assert done.returncode == 0, done.stderr
    with served(repo.folder / "site") as site:
        for name in ("ops/pir/INC-001/", *DASHBOARDS):
            with tab(browser, site + name, "networkidle") as page:
                assert page.locator("h1").count() == 1
                content = page.locator("article")
                inside = "script, img, iframe, form, p svg, td svg, li svg, [onerror], [onload], [onclick]"
                assert content.locator(inside).count() == 0
                for link in content.locator("a").all():
                    address = link.get_attribute("href") or ""
                    is_own = "/" in address or address.startswith("#") or re.fullmatch(r"\w+\.json", address)
                    assert address.split(":")[0] in ("http", "https") or is_own, address
                if name.endswith("INC-001/"):
                    tables = [table.locator("tbody tr").count() for table in content.locator("table").all()]
                    assert tables == [len(values), 10, len(values) - 10], "three items are gone, and shown"
                    assert page.locator("article h2").all_inner_texts() == [
                        *("Root cause", "Impact", "Contributing factors", "Resolution", "Action items", "Timeline"),
                        *("Lessons learned", "Related incidents", "Links"),
                    ]
                    assert title in page.locator("h1").inner_text()
                    assert page.locator("head script:not([src])", has_text="alert(").count() == 0
                    assert page.title().startswith("INC-001: a ‹/title›‹script›alert(1)")
                if name == "ops/pir/":
                    assert len(listed(page)) == 2


def test_long_words_stay_on_the_page(repo: Repo, browser: Any) -> None:
    project(repo)
    long = "W" * 400
    said: dict[str, Any] = {
        "title": long,
        "impact": f"https://{long}.example",
        "services": ["s" * 64],
        "tags": ["t" * 64],
    }
    repo.write(
        "pirgen.yaml",
        f"severities: [{{name: P1, label: {long}, examples: [{long}]}}]\n"
        f"mitigations: [{{action: {long}, command: {long}}}]\n"
        f"policy: {{links: [{{title: {long}, url: ../{long}}}], dashboards: [{{title: {long}, url: https://x.example/}}]}}\n",
    )
    items = [item("AI-001", long, owner=f"@{'o' * 38}", due="2025-10-12")]
    repo.commit("2025-10-06", {"pir/INC-001.yaml": review(**said, action_items=items),
                               "pir/INC-002.yaml": review("INC-002", status="draft", title=long)})  # fmt: skip
    done = build(repo.folder)
    assert done.returncode == 0, done.stderr
    with served(repo.folder / "site") as site:
        for screen in (PHONE, DESK):
            for page in ("ops/pir/INC-001/", "ops/pir/INC-002/", *DASHBOARDS):
                with tab(browser, site + page, "networkidle", viewport=screen):
                    pass
