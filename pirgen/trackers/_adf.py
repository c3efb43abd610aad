"""Turns the Markdown that pirgen writes into the Atlassian Document Format, and such documents into Markdown.

A document is made of nodes: JSON objects with a `type`, and with `content`, `text`, `marks` or `attrs`. HTML comments
have no place in it; whoever writes a document keeps them elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from typing import Any

Node = dict[str, Any]

DEPTH = 40
"""How deep in a document text is looked for. Jira makes none that deep."""
_FENCE = re.compile(r"\A(`{3,}|~{3,})[ \t]*([^\s`]*)[^`]*")
_HEADING = re.compile(r"\A(#{1,6})[ \t]+(.*)")
_ITEM = re.compile(r"\A[ \t]*(?:[-*+]|(?P<number>[0-9]{1,9})[.)])[ \t]+(?P<text>.*)")
_BREAK = re.compile(r"(?:(?<![ \t])[ \t]{2,}|\\)\n")
_ADDRESS = re.compile(r"(?:https?://|mailto:)[^\s<>\"]+")
_TOKEN = re.compile(
    r"\\(?P<escaped>[!-/:-@\[-`{-~])"
    r"|(?<!`)(?P<ticks>`{1,3})(?P<code>[^`\n]{1,1000}|[^`\n].{0,1000}?[^`\n])(?P=ticks)(?!`)"
    r"|<code>(?P<html>[^<]{1,1000})</code>"
    r"|<(?P<auto>(?:https?://|mailto:)[^\s<>]{1,2000})>"
    r"|\[(?P<label>(?:[^\[\]\\\n]|\\.){1,1000})\]\((?P<href>[^\s()]{1,2000})\)"
    r"|\*\*(?P<strong>(?:[^*\\\n]|\\.){1,1000})\*\*"
    r"|(?P<bare>https?://[^\s<>\"\\`\[\]()]{1,2000}[^\s<>\"\\`\[\]().,;:!?'])"
)


def document(markdown: str) -> Node:
    """The document that shows a Markdown text: paragraphs, headings, simple lists, code and links.

    Other markup is shown as it is written. Comments are left out.
    """
    return {"version": 1, "type": "doc", "content": list(_blocks(without_comments(markdown).split("\n")))}


def comments(markdown: str) -> list[str]:
    """The HTML comments in a text; one that does not end is none."""
    found, at = [], 0
    while (start := markdown.find("<!--", at)) >= 0 and (end := markdown.find("-->", start + 4)) >= 0:
        at = end + 3
        found.append(markdown[start:at])
    return found


def without_comments(markdown: str) -> str:
    """A text without its HTML comments."""
    parts, at = [], 0
    for comment in comments(markdown):
        start = markdown.index(comment, at)
        parts.append(markdown[at:start])
        at = start + len(comment)
    return "".join(parts) + markdown[at:]


def _title(text: str) -> str:
    """The text of a heading, without the marks that may close it (CommonMark 0.31, 4.2)."""
    text = text.rstrip(" \t")
    bare = text.rstrip("#")
    return bare.rstrip(" \t") if not bare or bare[-1] in " \t" else text


def _blocks(lines: list[str]) -> Iterator[Node]:
    """The blocks of these lines."""
    text: list[str] = []
    at = 0
    while at < len(lines):
        line = lines[at].strip(" \t\r")
        at += 1
        fence = _FENCE.fullmatch(line)
        heading, item = _HEADING.fullmatch(line), _ITEM.fullmatch(line)
        if not (line == "" or fence or heading or item or line.startswith("<pre><code>")):
            text.append(line)
            continue
        yield from _paragraph(text)
        text = []
        if fence:
            inside, at = _until(lines, at, fence[1])
            yield _code("\n".join(inside), fence[2])
        elif line.startswith("<pre><code>"):
            inside, at = _until(lines, at - 1, "</code></pre>")
            yield _code(unescape("\n".join(inside).strip().removeprefix("<pre><code>")))
        elif heading and (title := _title(heading[2])):
            yield {"type": "heading", "attrs": {"level": len(heading[1])}, "content": _inline(title)}
        elif item:
            at -= 1
            items, at = _items(lines, at, bool(item["number"]))
            if items:
                yield {"type": "orderedList" if item["number"] else "bulletList", "content": items}
    yield from _paragraph(text)


def _until(lines: list[str], at: int, end: str) -> tuple[list[str], int]:
    """The lines up to the one that ends a block, and the number of the line after it."""
    inside: list[str] = []
    for number in range(at, len(lines)):
        line = lines[number]
        if end == "</code></pre>" and end in line:
            return [*inside, line[: line.index(end)]], number + 1
        if end != "</code></pre>" and line.strip().startswith(end) and not line.strip().strip(end[0]):
            return inside, number + 1
        inside.append(line)
    return inside, len(lines)


def _items(lines: list[str], at: int, is_numbered: bool) -> tuple[list[Node], int]:
    """The items of a list that begins at a line, and the number of the line after it."""
    items: list[Node] = []
    while at < len(lines) and (found := _ITEM.fullmatch(lines[at].rstrip())):
        if bool(found["number"]) != is_numbered:
            break
        content = list(_paragraph([found["text"]])) or [{"type": "paragraph", "content": []}]
        items.append({"type": "listItem", "content": content})
        at += 1
    return items, at


def _paragraph(lines: list[str]) -> Iterator[Node]:
    if content := _inline("\n".join(lines)):
        yield {"type": "paragraph", "content": content}


def _code(text: str, language: str = "") -> Node:
    node: Node = {"type": "codeBlock", "content": [{"type": "text", "text": text}] if text else []}
    return {**node, "attrs": {"language": language}} if language else node


def _inline(text: str) -> list[Node]:
    """The inline nodes of a paragraph."""
    nodes: list[Node] = []
    for number, part in enumerate(_BREAK.split(text)):
        if number:
            nodes.append({"type": "hardBreak"})
        nodes += _spans(part.replace("\n", " "))
    return nodes


def _spans(text: str) -> Iterator[Node]:
    plain, last = "", 0
    for found in _TOKEN.finditer(text):
        plain += unescape(text[last : found.start()])
        last = found.end()
        if found["escaped"]:
            plain += found["escaped"]
            continue
        yield from _text(plain)
        plain = ""
        if code := found["code"]:
            yield from _text(code.strip() or code, {"type": "code"})
        elif html := found["html"]:
            yield from _text(unescape(html), {"type": "code"})
        elif strong := found["strong"]:
            yield from _text(_bare(strong), {"type": "strong"})
        else:
            yield from _link(found)
    yield from _text(plain + unescape(text[last:]))


def _link(found: re.Match[str]) -> Iterator[Node]:
    href = unescape(found["href"] or found["auto"] or found["bare"])
    label = _bare(found["label"]) if found["label"] else href
    if _ADDRESS.fullmatch(href):
        yield from _text(label, {"type": "link", "attrs": {"href": href}})
    else:
        yield from _text(f"{label} ({href})")


def _bare(text: str) -> str:
    """The text without its escapes."""
    return unescape(re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", text))


def _text(text: str, *marks: Node) -> Iterator[Node]:
    if text:
        yield {"type": "text", "text": text, **({"marks": list(marks)} if marks else {})}


def _texts(node: Any, depth: int) -> Iterator[str]:
    if not isinstance(node, dict) or not depth:
        return
    attrs = node.get("attrs")
    told = node.get("text", attrs.get("text", attrs.get("url")) if isinstance(attrs, dict) else None)
    if isinstance(told, str):
        yield told
    for below in blocks(node):
        yield from _texts(below, depth - 1)


def markdown(node: Any) -> str:
    """The Markdown of a document, as far as pirgen knows its nodes; of others it keeps the text."""
    return "\n\n".join(filter(None, (_block(one, DEPTH) for one in blocks(node))))


def _block(node: Any, depth: int) -> str:
    kind = node.get("type") if isinstance(node, dict) else None
    if not kind or not depth:
        return ""
    if kind == "codeBlock":
        return f"```\n{''.join(_texts(node, 2))}\n```"
    if kind in ("bulletList", "orderedList", "taskList"):
        rows = (_block(one, depth - 1).replace("\n", "\n  ") for one in blocks(node))
        return "\n".join(
            f"{f'{number}.' if kind == 'orderedList' else '-'} {row}" for number, row in enumerate(rows, 1)
        )
    if kind == "heading":
        return f"{'#' * _level(node)} {_line(node)}"
    below = blocks(node)
    if any("content" in one for one in below):
        return "\n\n".join(filter(None, (_block(one, depth - 1) for one in below)))
    return _line(node)


def _level(node: Node) -> int:
    level = node["attrs"].get("level") if isinstance(node.get("attrs"), dict) else None
    return level if isinstance(level, int) and 1 <= level <= 6 else 1


def _line(node: Node) -> str:
    return "".join(_span(one) for one in blocks(node))


def _span(node: Any) -> str:
    if not isinstance(node, dict):
        return ""
    if node.get("type") == "hardBreak":
        return "\\\n"
    text = "".join(_texts(node, 2)).replace("<!--", "&lt;!--")
    marks = {mark.get("type"): mark for mark in node.get("marks") or () if isinstance(mark, dict)}
    if "code" in marks:
        text = f"`{text}`"
    if "strong" in marks:
        text = f"**{text}**"
    attrs = marks["link"].get("attrs") if "link" in marks else None
    href = attrs.get("href") if isinstance(attrs, dict) else None
    if isinstance(href, str):
        return f"<{href}>" if text == href else f"[{text}]({href})"
    return text


def blocks(node: Any) -> list[Node]:
    """The nodes in a node; none where it is no node."""
    content = node.get("content") if isinstance(node, dict) else None
    return [one for one in content if _is_node(one)] if isinstance(content, list) else []


def _is_node(value: Any) -> bool:
    return isinstance(value, dict) and isinstance(value.get("type"), str)
