"""Escapes text from YAML for Markdown, so that no dialect reads it as markup, links or HTML.

Reviews need a few exceptions, which are kept: `code` between backticks and http(s) addresses as links. `prose` also
keeps fenced code and simple lists.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from urllib.parse import quote

from pirgen.text.terminal import readable

_TOKEN = re.compile(
    r"(?P<code>(?P<ticks>`{1,3})(?!`)(?P<inside>[^\n]{1,500}?)(?<!`)(?P=ticks)(?!`))"
    r"|(?P<url>https?://[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]{1,2000})"
)
_SIMPLE_URL = re.compile(r"[A-Za-z0-9:/._~#?=%+,@-]+")
_BACKSLASHED = frozenset("\\`*_{}#!")
"""The characters that are escaped with a backslash; both CommonMark and Python-Markdown support that for them."""
_AS_ENTITY = frozenset("&<>|~^=$[]")
_ESCAPES = str.maketrans(
    {char: f"\\{char}" for char in _BACKSLASHED} | {char: f"&#{ord(char)};" for char in _AS_ENTITY}
)
_BARE = str.maketrans("<>&", "‹›＆")
_PAIRED = re.compile(r":(?=[A-Za-z0-9_+-]+:)|\+(?=\+)|(?<=\+)\+")
"""Characters that are markup only in pairs, as in `:smile:` and `++ctrl+alt++`."""
_ITEM = re.compile(r"\A\s*(?P<marker>[-*•]|[0-9]{1,3}[.)])\s+(?P<text>\S.*)")
_FENCE = re.compile(r"\A(?P<marks>`{3,}(?=[^`]*\Z)|~{3,})(?P<info>.*)")
LISTS = ("bullets", "numbers")
_INVISIBLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]")


def inline(text: str) -> str:
    """One line of Markdown that shows `text`; safe in a paragraph, a list item, a heading and a table's cell."""
    return _one_line(text, _tokens)


def label(text: str) -> str:
    """One line of Markdown for the text of a link: it shows `text`, and an address in it is no link of its own."""
    return _one_line(text, lambda shown: (_plain(shown).replace("://", "&#58;//"),))


def _one_line(text: str, tokens: Callable[[str], Iterable[str]]) -> str:
    shown = "".join(tokens(" ".join(_visible(text).split())))
    if found := re.match(r"[0-9]+(?=[.)])", shown):
        return f"{found[0]}&#{ord(shown[found.end()])};{shown[found.end() + 1 :]}"
    return f"&#{ord(shown[0])};{shown[1:]}" if shown[:1] in ("+", "-", ":", "?", "/") else shown


def prose(text: str) -> str:
    """Paragraphs of Markdown that show `text`, with its fenced code and its simple lists."""
    blocks: list[tuple[str, list[str]]] = []
    for kind, line in _lines(text):
        if blocks and blocks[-1][0] == kind:
            blocks[-1][1].append(line)
        else:
            blocks.append((kind, [line]))
    shown: list[str] = []
    last = ""
    for kind, lines in blocks:
        if kind in LISTS and last in LISTS and kind != last:
            shown.append("<!-- -->")  # Python-Markdown would join the two lists
        if kind != "blank":
            shown.append(f"<pre><code>{chr(10).join(lines)}</code></pre>" if kind == "code" else "\n".join(lines))
            last = kind
    return "\n\n".join(shown)


def address(url: str) -> str:
    """A URL that is safe in `](…)`: characters that could end the link are percent-encoded.

    The scheme is not checked here; the schema has checked it.
    """
    return quote(url, safe="-._~:/?#[]@!&'*+,;=%").replace("&", "&amp;")


def html(text: str) -> str:
    """One line of text that is safe in an element or a quoted attribute of HTML or SVG, also within Markdown."""
    return _entities(" ".join(_visible(text).split()))


def rich(text: str) -> str:
    """`html` with the code and the addresses in the text as elements; safe in an element of HTML."""
    return "".join(_elements(" ".join(_visible(text).split())))


def bare(text: str) -> str:
    """One line of text that never becomes markup, even when decoded several times.

    `<`, `>` and `&` are replaced by similar characters, because themes strip the tags of a page's title, decode the
    rest and print it without escaping.
    """
    return " ".join(_visible(text).split()).translate(_BARE)


def _lines(text: str) -> Iterator[tuple[str, str]]:
    """The kind of block that each line of a text belongs to, and the line as Markdown.

    A fence counts only where a fence of at least as many of the same marks closes it (CommonMark 0.31, 4.5).
    """
    lines = _visible(text).strip("\n").splitlines()
    fences = {number: found for number, line in enumerate(lines) if (found := _FENCE.fullmatch(line.strip()))}
    closing = _closing(fences)
    end = -1
    for number, line in enumerate(lines):
        if number < end:
            yield "code", _entities(line)
        elif number == end or (end := closing.get(number, -1)) > number or not line.strip():
            yield "blank", ""
        elif found := _ITEM.fullmatch(line):
            marker = found["marker"]
            kind, mark = ("bullets", "-") if len(marker) == 1 else ("numbers", f"{marker[:-1]}.")
            yield kind, f"{mark} {inline(found['text'])}"
        else:
            yield "text", inline(line)


def _closing(fences: dict[int, re.Match[str]]) -> dict[int, int]:
    """The line of the fence that closes each fence; those that nothing closes are left out."""
    closing: dict[int, int] = {}
    nearest: dict[tuple[str, int], int] = {}
    for number, fence in reversed(fences.items()):
        mark, length = fence["marks"][0], len(fence["marks"])
        if (mark, length) in nearest:
            closing[number] = nearest[mark, length]
        if not fence["info"]:
            nearest |= {(mark, shorter): number for shorter in range(3, length + 1)}
    return closing


def _tokens(text: str) -> Iterator[str]:
    for kind, part in _split(text):
        if kind == "code":
            yield f"<code>{_entities(part)}</code>"
        elif kind == "url":
            yield f"<{part}>" if _SIMPLE_URL.fullmatch(part) else f"[{label(part)}]({address(part)})"
        else:
            yield _plain(part)


def _elements(text: str) -> Iterator[str]:
    for kind, part in _split(text):
        shown = _entities(part)
        if kind == "code":
            yield f"<code>{shown}</code>"
        else:
            yield f'<a href="{address(part)}">{shown}</a>' if kind == "url" else shown


def _split(text: str) -> Iterator[tuple[str, str]]:
    """The parts of one line, in their order: plain text, `code` between backticks, and a `url`."""
    last = 0
    for found in _TOKEN.finditer(text):
        yield "plain", text[last : found.start()]
        last = found.end()
        if found["code"]:
            yield "code", found["inside"].strip()
        else:
            url = found["url"].rstrip(".,;:!?'\"")
            if url.endswith(")") and "(" not in url:
                url = url[:-1]
            yield "url", url
            last = found.start() + len(url)
    yield "plain", text[last:]


def _plain(text: str) -> str:
    return _PAIRED.sub(lambda found: f"&#{ord(found[0])};", text.translate(_ESCAPES))


def _entities(text: str) -> str:
    """The text with every ASCII punctuation mark as an entity, except those that mean nothing in Markdown or HTML."""
    return re.sub(r"[^\w\s.,;/()%-]|_", lambda found: f"&#{ord(found[0])};", text, flags=re.ASCII)


def _visible(text: str) -> str:
    """The text with control and direction characters replaced by their code, such as `U+202E`."""
    return _INVISIBLE.sub(
        lambda found: f"U+{ord(found[0]):04X}", readable(text).replace("\r\n", "\n").replace("\r", "\n")
    )
