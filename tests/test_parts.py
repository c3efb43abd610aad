"""All parts of the pages' design on one page, photographed: what moves or changes its colour is seen.

Words are drawn as blocks, so that the fonts of a machine do not matter: what is left of them are spaces between parts,
which have one width in all monospaced fonts. The browser itself compares pictures, at a quarter of their size. `make
golden` takes them anew: look at them before you commit them.
"""

from __future__ import annotations

import base64
from typing import Any

import markdown
import pytest

from pirgen.templating import Templates
from tests.support import DATA, ROOT
from tests.test_browser import browser

assert browser  # the fixture

pytestmark = pytest.mark.slow

STYLE = (ROOT / "pirgen/assets/pirgen.css").read_text(encoding="utf-8")
SCREENS = {"phone": (390, "light"), "desk": (1100, "light"), "dark": (1100, "dark")}
FONT = """
* { line-height: 1.5 !important; }
body { color-scheme: light dark; font: 16px monospace; margin: 1em; }
:is(a, b, small, span, strong, svg) { vertical-align: top !important; }
td::before, figure::after { color: transparent !important; }
li { list-style: none; }
"""
MOST = 0.0015
"""The share of a picture's points that may differ."""
BLOCKS = """() => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), found = [];
  while (walker.nextNode()) if (walker.currentNode.textContent.trim()) found.push(walker.currentNode);
  for (const node of found) {
    const words = node.textContent.split(/(\\s+)/).map((word) => {
      const block = document.createElement("i"), isSpace = !word.trim();
      const width = word && (isSpace ? 1 : word.length) / 2;
      block.style.cssText = `display: inline-block; height: 0.7em; vertical-align: top; width: ${width}em`;
      if (!isSpace) block.style.background = "currentColor";
      return block;
    });
    node.replaceWith(...words);
  }
}"""
DIFFERENCE = """async ([one, other]) => {
  const points = async (data) => {
    const picture = new Image();
    picture.src = `data:image/png;base64,${data}`;
    await picture.decode();
    const width = Math.round(picture.width / 4), height = Math.round(picture.height / 4);
    const canvas = new OffscreenCanvas(width, height), pen = canvas.getContext("2d");
    pen.imageSmoothingQuality = "high";
    pen.drawImage(picture, 0, 0, width, height);
    return { width, height, data: pen.getImageData(0, 0, width, height).data };
  };
  const [a, b] = [await points(one), await points(other)];
  if (a.width !== b.width || Math.abs(a.height - b.height) > 3) return 1;
  let count = 0;
  const height = Math.min(a.height, b.height);
  for (let at = 0; at < a.width * height * 4; at += 4) {
    if ([0, 1, 2].some((part) => Math.abs(a.data[at + part] - b.data[at + part]) > 32)) count += 1;
  }
  return count / (a.width * height);
}"""


def photograph(browser: Any, name: str, style: str = STYLE) -> bytes:
    """The page of all parts as a picture."""
    width, scheme = SCREENS[name]
    made = Templates(ROOT, "tests/data").render("parts-page.md.j2")
    text = markdown.markdown(made, extensions=["attr_list", "md_in_html", "tables"])
    page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
    page.set_content(f"<style>{style}{FONT}</style><main role=main>{text}</main>")
    page.evaluate(BLOCKS)
    picture: bytes = page.screenshot(full_page=True, animations="disabled")
    page.close()
    return picture


def difference(browser: Any, one: bytes, other: bytes) -> float:
    """The share of points that differ."""
    page = browser.new_page()
    found: float = page.evaluate(DIFFERENCE, [base64.b64encode(picture).decode() for picture in (one, other)])
    page.close()
    return found


@pytest.mark.parametrize("name", SCREENS)
def test_parts_look_as_they_did(name: str, browser: Any, request: pytest.FixtureRequest) -> None:
    place, picture = DATA / f"parts-{name}.png", photograph(browser, name)
    if request.config.getoption("--update-golden"):
        place.write_bytes(picture)
    assert difference(browser, place.read_bytes(), picture) <= MOST, f"{place.name}; `make golden` takes it anew"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("--pirgen-bad: light-dark(#b42318, #f98a80)", "--pirgen-bad: light-dark(#1823b4, #808af9)"),
        ("line: color-mix(in srgb, var(--pirgen-ink) 18%", "line: color-mix(in srgb, var(--pirgen-ink) 80%"),
        ("repeat(4, minmax(0, 1fr))", "repeat(3, minmax(0, 1fr))"),
        ("> .pirgen-end { float: inline-end;", "> .pirgen-end { float: inline-start;"),
    ],
)
def test_a_part_that_moves_or_changes_its_colour_is_seen(old: str, new: str, browser: Any) -> None:
    assert old in STYLE
    broken = photograph(browser, "desk", STYLE.replace(old, new))
    assert difference(browser, (DATA / "parts-desk.png").read_bytes(), broken) > MOST
