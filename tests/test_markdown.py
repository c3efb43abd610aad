"""Hostile text in Markdown stays text, in Python-Markdown (MkDocs) and in CommonMark (code hosts) alike."""

from __future__ import annotations

import html
import re
from html.parser import HTMLParser
from urllib.parse import unquote

import markdown
import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from pirgen.text.markdown import address, inline, label, prose, rich
from pirgen.text.yaml_scalar import yaml_plain, yaml_string

EXTENSIONS = [
    *("tables", "fenced_code", "toc", "attr_list", "admonition", "footnotes", "def_list", "abbr", "md_in_html"),
    *("pymdownx.superfences", "pymdownx.details", "pymdownx.tilde", "pymdownx.caret", "pymdownx.mark"),
    *("pymdownx.blocks.admonition", "pymdownx.blocks.details"),
    *("pymdownx.tasklist", "pymdownx.keys", "pymdownx.arithmatex", "pymdownx.highlight", "pymdownx.inlinehilite"),
]
COMMONMARK = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])


class Reader(HTMLParser):
    """The text and the elements of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.text, self.elements, self.links = "", list[str](), list[str]()
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(tag)
        self.links += [value or "" for name, value in attrs if name in ("href", "src")]
        assert not [name for name, _ in attrs if name.startswith("on") or (name == "style" and tag not in ("td", "th"))]

    def handle_data(self, data: str) -> None:
        self.text += data


def readers(text: str) -> list[Reader]:
    return [Reader(markdown.markdown(text, extensions=EXTENSIONS)), Reader(COMMONMARK.render(text))]


def squeezed(text: str) -> str:
    return "".join(text.split())


PLAIN = {"p", "ul", "ol", "li", "h1", "h2", "table", "thead", "tbody", "tr", "th", "td", "code", "pre"}
PLACES = ["{}", "a {} z", "- {}\n- b", "1. {}\n2. b", "# {}", "| h | i |\n|---|---|\n| {} | x |"]
HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '"><svg/onload=alert(1)>',
    "[click](javascript:alert(1)) ![i](http://tracker.example/x.png) <javascript:alert(1)>",
    "[a]: javascript:alert(1)",
    "a | b | c",
    "a \\| b",
    "*a* _b_ **c** ~~d~~ ^e^ ==f== ++g++",
    "# heading",
    "1. one",
    "1) one",
    "- item",
    "+ item",
    "> quote",
    "--- ",
    "===",
    "!!! note",
    "??? note",
    "/// note",
    "`++ctrl+alt++`",
    "https://a.example/?a=1&copy;=2",
    "https://a.example/$x$y_z*w",
    "a]: b",
    "[a]: https://b.example",
    ":::",
    ": definition",
    "*[HTML]: x",
    "[^1]: note [^1]",
    "{: .x onclick=alert(1)}",
    "text {: #id }",
    "{{ config }} {% raw %} {# x #}",
    '--8<-- "/etc/passwd"',
    "$x$ \\(y\\) $$z$$",
    ":smile: and 14:30:00",
    "&lt;b&gt; &amp; &#60;",
    "snake_case_name and 2*3*4",
    "back\\slash \\* and \\",
    "++ctrl+alt+del++",
    "%s %(x)s {0} {x} {0.__class__} $HOME $(id) \\n",
    "@platform #123 user@example.org",
    "<!-- comment -->",
    "<https://evil.example/>",
    "- [ ] task",
    "[x] done",
    "`<b>code</b> | with * things` and ``two ` ticks``",
    "` lone tick",
    "`a` `b",
    "```",
    "~~~",
]


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("place", PLACES)
def test_hostile_text_is_shown_as_it_is(text: str, place: str) -> None:
    shown = text if "`" not in text else re.sub(r"(`+)(?!`)(.+?)(?<!`)\1(?!`)", r"\2", text)
    around = squeezed(re.sub(r"[-|#]|[0-9]\.", "", place.replace("{}", "\0")).replace("\0", shown))
    for reader in readers(place.format("\0").replace("\0", inline(text))):
        assert squeezed(reader.text) == around
        assert set(reader.elements) - ({"a"} if "http" in text else set()) <= PLAIN
        assert all(link.startswith(("http://", "https://")) for link in reader.links)


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_in_an_element_is_shown_as_it_is(text: str) -> None:
    shown = re.sub(r"(`+)(?!`)(.+?)(?<!`)\1(?!`)", r"\2", text)
    for reader in readers(f"<table><tr><td>\n{rich(text)}\n</td></tr></table>\n\nEnd"):
        assert squeezed(reader.text) == squeezed(f"{shown}End")
        assert set(reader.elements) - ({"a"} if "http" in text else set()) <= {"table", "tr", "td", "code", "p"}
        assert all(link.startswith(("http://", "https://")) for link in reader.links)


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_prose_has_no_active_part(text: str) -> None:
    for reader in readers(f"## Impact\n\n{prose(text)}\n\n## Next\n"):
        assert set(reader.elements) - ({"a"} if "http" in text else set()) <= PLAIN
        assert reader.elements.count("h2") == 2
        assert all(link.startswith(("http://", "https://")) for link in reader.links)


ALPHABET = st.sampled_from(list("ab1 \n*_`~^=|<>[](){}#+-.!&;:\\\"'$@%/?,\t"))
TEXT = st.one_of(st.text(ALPHABET, max_size=40), st.text(max_size=30))


@given(TEXT.filter(lambda text: "`" not in text and "http" not in text and text.strip()))
def test_any_text_reads_back(text: str) -> None:
    visible = re.sub("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]", "", text)
    if visible != text or "\ud800" <= max(text) <= "\udfff":
        return
    for reader in readers(f"| h | i |\n|---|---|\n| {inline(text)} | x |"):
        assert squeezed(reader.text) == squeezed(f"hi{text}x")
        assert set(reader.elements) == {"table", "thead", "tbody", "tr", "th", "td"}
    for reader in readers(f"- {inline(text)}\n"):
        assert squeezed(reader.text) == squeezed(text)
        assert reader.elements == ["ul", "li"]


@given(TEXT)
def test_prose_keeps_what_follows(text: str) -> None:
    for reader in readers(f"## A\n\n{prose(text)}\n\n## B\n\n- c\n"):
        assert reader.elements.count("h2") == 2
        assert reader.elements[-3:] == ["h2", "ul", "li"]
        assert reader.links == [link for link in reader.links if link.startswith(("http://", "https://"))]


def test_prose_keeps_paragraphs_lists_and_code() -> None:
    text = (
        "First\nline.\n\nSteps:\n- one *x*\n- two\n\n1. a\n2. b\n\n```sh\nif [ $x ]; then <y>; fi\n\n# done\n```\nEnd."
    )
    for reader in readers(prose(text)):
        assert reader.elements == ["p", "p", "ul", "li", "li", "ol", "li", "li", "pre", "code", "p"]
        assert "if [ $x ]; then <y>; fi\n\n# done" in reader.text
        assert "one *x*" in reader.text


@pytest.mark.parametrize(
    "text", ["```kubectl get pods``` hung\nmore", "~~~ approx\nx", "```\nnever closed\n", "````\n```\nx\n````\nafter"]
)
def test_no_line_is_lost_for_looking_like_a_fence(text: str) -> None:
    words = re.findall(r"[a-z]+", text)
    for reader in readers(prose(text)):
        assert re.findall(r"[a-z]+", reader.text) == words
    if "after" in text:
        assert prose(text) == "<pre><code>&#96;&#96;&#96;\nx</code></pre>\n\nafter"


@pytest.mark.parametrize("text", ["Graph]: p99", "see https://a.example/x", "[a](b)", "www.a.example", "a\\"])
def test_the_text_of_a_link_holds_no_link(text: str) -> None:
    for reader in readers(f"- [{label(text)}](https://b.example/)\n"):
        assert reader.links == ["https://b.example/"]
        assert squeezed(reader.text) == squeezed(text)


def test_addresses_are_links_and_nothing_else_is() -> None:
    text = "see https://a.example/x_y_(z)?q=1&r=2#f, or (http://b.example/c). Not javascript:alert(1)"
    for reader in readers(inline(text)):
        assert [unquote(html.unescape(link)) for link in reader.links] == [
            "https://a.example/x_y_(z)?q=1&r=2#f",
            "http://b.example/c",
        ]
        assert squeezed(reader.text) == squeezed(text)
    for reader in readers(f"[x]({address('https://a.example/a b)(<c>|d')})"):
        assert reader.links == ["https://a.example/a%20b%29%28%3Cc%3E%7Cd"]


def test_invisible_characters_are_named() -> None:
    assert inline("a\u202eb\x1b[31m\u200bc") == "aU+202EbU+001B&#91;31mU+200Bc"


@given(st.one_of(st.text(), st.from_regex(r"[A-Z0-9.eE-]{1,6}", fullmatch=True)))
def test_a_yaml_string_reads_back(text: str) -> None:
    from pirgen.document import load
    from pirgen.files import Source

    try:
        raw = f"a: {yaml_string(text)}\nb: {yaml_plain(text)}\n".encode()
    except UnicodeEncodeError:
        return
    if not any("\ud800" <= char <= "\udfff" for char in text):
        assert load(Source("x", raw)).data == {"a": text, "b": text}
