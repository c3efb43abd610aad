"""Texts of Jira that pirgen and people write together.

pirgen reads and writes Markdown, in which hidden comments mark what is its own. A document has no place for them, and
people put pictures, tables and mentions into it that Markdown does not hold. So the Markdown of a document is kept in a
property beside it, and holds as long as nobody changes the document. Afterwards the comments are put between the blocks
where they were, and what only Jira can show stands as a comment such as `<!-- jira: 0123456789abcdef -->`, which
becomes the same block again when the text is written.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher
from hashlib import sha256
from typing import Any

import msgspec

from pirgen.errors import PirgenError
from pirgen.trackers import _adf

PROPERTY = "pirgen"
MOST, MOST_VALUE = 32_767, 32_768
"""How many characters a text, and the JSON of a property, may have."""
MOST_BLOCKS = 400
"""How many blocks a document may have so that the comments find their places between them."""
_HELD = re.compile(r"<!-- jira: ([0-9a-f]{16}) -->")


class _Kept(msgspec.Struct):
    """The value of the property: the Markdown of a text, and the digest of the document that was made of it."""

    markdown: str
    digest: str


def written(markdown: str, before: Any = None) -> tuple[_adf.Node, list[dict[str, Any]]]:
    """The document of a Markdown text, and the properties that keep the text.

    `before` is the document in whose place it comes: its blocks that Markdown does not hold are taken from there.
    Raises PirgenError where the text is too long.
    """
    held = {_key(block): block for block in _adf.blocks(before)}
    content: list[_adf.Node] = []
    for number, part in enumerate(_HELD.split(markdown)):
        if number % 2 == 0:
            content += _adf.blocks(_adf.document(part))
        elif part in held:
            content.append(held[part])
    document = {"version": 1, "type": "doc", "content": content}
    value = {"markdown": markdown, "digest": _digest(document)}
    if len(markdown) > MOST or len(_json(value)) > MOST_VALUE:
        raise PirgenError(f"a text of {len(markdown):,} characters is longer than Jira takes; shorten it")
    return document, [{"key": PROPERTY, "value": value}]


def read(document: Any, kept: Any) -> str:
    """The Markdown from which `written` makes the document again; `kept` is the value of its property."""
    known = _known(kept)
    if known and known.digest == _digest(document):
        return known.markdown
    now = {_key(block): _shown(block) for block in _adf.blocks(document)}
    order = [key for block in _adf.blocks(document) if now[key := _key(block)]]
    places = _places(known.markdown if known else "", order)
    parts: list[str] = []
    for number in range(len(order) + 1):
        parts += [comment for place, comment in places if place == number]
        parts += [now[key] for key in order[number : number + 1]]
    return "\n\n".join(parts)


def said(document: Any, kept: Any) -> str:
    """The Markdown of a text that nobody writes again, such as a comment, for reading."""
    known = _known(kept)
    if known and known.digest == _digest(document):
        return known.markdown
    return "\n\n".join([_adf.markdown(document), *(_adf.comments(known.markdown) if known else ())])


def _known(kept: Any) -> _Kept | None:
    try:
        return msgspec.convert(kept, _Kept)
    except msgspec.ValidationError:
        return None


def _shown(block: _adf.Node) -> str:
    """The Markdown of a block, or the comment that stands for it; empty for a block without anything in it."""
    markdown = _adf.markdown({"content": [block]})
    if _adf.blocks(_adf.document(markdown)) == [_plain(block)] or not "".join(_leaves(block, _adf.DEPTH)):
        return markdown
    return f"<!-- jira: {_key(block)} -->"


def _places(kept: str, now: Sequence[str]) -> list[tuple[int, str]]:
    """The comments of a text that was kept, each with the number of the block of today before which it belongs.

    What people wrote between pirgen's blocks and theirs counts as theirs: a comment that opens comes after it, and one
    that closes comes before it.
    """
    then, comments = _parsed(kept)
    if max(len(then), len(now)) > MOST_BLOCKS:
        return [(len(now), comment) for _, comment in comments]
    steps = SequenceMatcher(None, then, now, autojunk=False).get_opcodes() or [("equal", 0, 0, 0, 0)]
    places, last = [], 0
    for at, comment in comments:
        around = [(i, j, after - i, to - j) for _, i, after, j, to in steps if i <= at <= after]
        if comment.startswith("<!-- /"):
            place = min(min(j + at - i, j + new) for i, j, _, new in around)
        else:
            place = max(j + new - max(0, min(new, old - (at - i))) for i, j, old, new in around)
        last = max(last, place)
        places.append((last, comment))
    return places


def _parsed(kept: str) -> tuple[list[str], list[tuple[int, str]]]:
    """The keys of the blocks of a text, and its comments, each with the number of the blocks before it."""
    keys: list[str] = []
    comments: list[tuple[int, str]] = []
    at = 0
    for comment in _adf.comments(kept):
        start = kept.index(comment, at)
        keys += map(_key, _adf.blocks(_adf.document(kept[at:start])))
        at = start + len(comment)
        if found := _HELD.fullmatch(comment):
            keys.append(found[1])
        else:
            comments.append((len(keys), comment))
    return [*keys, *map(_key, _adf.blocks(_adf.document(kept[at:])))], comments


def _digest(document: Any) -> str:
    """A short text that changes when people change a document, except for its blanks, bold type and the like."""
    told = "".join("".join(_leaves(document, _adf.DEPTH)).split())
    return sha256(told.encode(errors="replace")).hexdigest()[:16]


def _leaves(node: Any, depth: int) -> list[str]:
    """All texts of a document, and what stands for its parts without text, such as pictures."""
    if not isinstance(node, dict) or not depth:
        return []
    if isinstance(text := node.get("text"), str):
        return [text]
    below = [leaf for one in _adf.blocks(node) for leaf in _leaves(one, depth - 1)]
    if below or node.get("type") in ("doc", "paragraph", "hardBreak", "codeBlock", "tableCell", "tableHeader"):
        return below
    return [_json(_plain(node))]


def _key(block: _adf.Node) -> str:
    """A short text that is the same for the same block."""
    return sha256(_json(_plain(block)).encode(errors="replace")).hexdigest()[:16]


def _json(value: Any) -> str:
    return json.dumps(value, sort_keys=True)


def _plain(node: Any, depth: int = _adf.DEPTH) -> Any:
    """A node without what Jira adds by itself: ids of blocks, and texts that are apart without need."""
    if not isinstance(node, Mapping) or not depth:
        return node if not isinstance(node, Mapping) else {}
    kept = {key: value for key, value in node.items() if key not in ("attrs", "content")}
    attrs = node.get("attrs")
    if isinstance(attrs, dict):
        kept |= {"attrs": left} if (left := {key: one for key, one in attrs.items() if key != "localId"}) else {}
    content: list[Any] = []
    for one in (_plain(below, depth - 1) for below in _adf.blocks(node)):
        last = content[-1] if content else None
        if last and one.get("type") == last.get("type") == "text" and one.get("marks") == last.get("marks"):
            content[-1] = {**last, "text": f"{last.get('text')}{one.get('text')}"}
        else:
            content.append(one)
    return {**kept, "content": content} if content else kept
