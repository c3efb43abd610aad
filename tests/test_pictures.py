"""The pictures of README show the site of `make demo` as it is; `make pictures` takes them anew.

Pixels differ from machine to machine, so what is compared is the text that they show, and the style's checksum.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.browsing import served, tab
from tests.demo import build
from tests.support import DATA, ROOT
from tests.test_browser import browser
from tests.test_mkdocs import build as build_site

assert browser  # the fixture

pytestmark = pytest.mark.slow

PLACE = ROOT / "docs/pictures"
PAGES = {"front": "ops/pir/", "review": "ops/pir/INC-008/"}
SCREEN = {"width": 1100, "height": 900}
LARGEST = 150_000
LINES = 40
"""So many lines of a page are compared: about what the picture shows, whatever fonts a machine has."""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = build(tmp_path_factory.mktemp("pictures") / "demo").folder
    done = build_site(folder)
    assert done.returncode == 0, done.stderr
    with served(folder / "site") as url:
        yield url


@pytest.mark.parametrize("name", PAGES)
def test_pictures_show_the_site_as_it_is(
    name: str, site: str, browser: Any, request: pytest.FixtureRequest, golden: Callable[[Path, str], None]
) -> None:
    seen = set()
    for scheme in ("light", "dark"):
        with tab(browser, site + PAGES[name], "networkidle", viewport=SCREEN, color_scheme=scheme) as page:
            lines = page.locator("article").inner_text().splitlines()
            seen.add("\n".join([" ".join(line.split()) for line in lines if line.strip()][:LINES]))
            picture = page.screenshot(animations="disabled", caret="hide")
            if request.config.getoption("--update-golden"):
                PLACE.mkdir(exist_ok=True)
                (PLACE / f"{name}-{scheme}.png").write_bytes(picture)
    [text] = seen
    style = hashlib.sha256((ROOT / "pirgen/assets/pirgen.css").read_bytes()).hexdigest()
    golden(DATA / f"picture-{name}.txt", f"{text}\npirgen.css {style}\n")


@pytest.mark.parametrize(("name", "sheets"), [("", 2), ("INC-008/", 2), ("actions/", 2)])
def test_pages_print_on_few_sheets(name: str, sheets: int, site: str, browser: Any) -> None:
    with tab(browser, f"{site}ops/pir/{name}", viewport=SCREEN) as page:
        assert 1 <= len(re.findall(rb"/Type\s*/Page\b", page.pdf(format="A4"))) <= sheets


def test_long_data_is_not_printed(site: str, browser: Any) -> None:
    with tab(browser, f"{site}ops/pir/actions/", viewport=SCREEN) as page:
        long = page.locator("details.pirgen-long")
        assert long.is_visible()
        page.emulate_media(media="print")
        assert not long.is_visible()


def test_pictures_are_small_and_readme_shows_them() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    taken = [*PLACE.glob("*.png")]
    assert {path.stem for path in taken} == {f"{name}-{scheme}" for name in PAGES for scheme in ("light", "dark")}
    for path in taken:
        assert path.read_bytes().startswith(b"\x89PNG")
        assert path.stat().st_size <= LARGEST, path.name
        assert path.relative_to(ROOT).as_posix() in readme
