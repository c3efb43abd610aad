"""What happened in a period, as Block Kit JSON for an incoming webhook of Slack."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from pirgen.report import telling
from pirgen.report.sections import cell
from pirgen.report.table import Report, Told

BLOCKS = 50
"""How many blocks a message has at most."""
SECTION = 3_000
"""How many characters the text of a section has at most."""
TEXT = 9_000
"""How many characters all texts together have at most. Slack refuses about 13,000 and does not say where it begins."""
LINE = 600
"""How many characters a line has at most."""
_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
_MARKS = str.maketrans({mark: f"\u200b{mark}" for mark in "*_~`"})
"""Marks do not begin or end emphasis after a blank of no width."""


def tell(report: Report, told: Told) -> str:
    """A header, what happened, and what is overdue and due next by owner; fewer lines of each where it is too much."""
    texts: list[str] = []
    for most in telling.SIZES:
        texts = [*_sections(_lines(report, told, most))]
        if len(texts) < BLOCKS and sum(map(len, texts)) <= TEXT:
            break
    else:
        texts = _cut(texts)
    blocks: list[dict[str, Any]] = [{"type": "header", "text": {"type": "plain_text", "text": telling.TITLE}}]
    blocks += ({"type": "section", "text": {"type": "mrkdwn", "text": text, "verbatim": True}} for text in texts)
    first = next(telling.opening(report, told))
    return json.dumps({"text": f"{telling.TITLE}. {_escaped(first)}", "blocks": blocks}, indent=2) + "\n"


def _lines(report: Report, told: Told, most: int) -> Iterator[str]:
    yield from map(_escaped, telling.opening(report, told))
    for part in telling.events(report, told, most):
        yield from _part(part, "")
    yield f"\n*{_escaped(telling.duties_title(report, told))}*"
    for part in telling.duties(told, most):
        yield from _part(part, "\n")


def _part(part: telling.Part, gap: str) -> Iterator[str]:
    yield f"{gap or chr(10)}*{_escaped(part.heading)}*"
    for line in part.lines:
        action = f" {_escaped(line.action)}" if line.action else ""
        yield f"• *{_escaped(line.subject)}*{action}: {_escaped(line.rest)}"
    if part.more:
        yield f"• {part.more.replace('`', '')}"


def _escaped(text: str) -> str:
    """A text that Slack shows as it is: no mention, link or emphasis."""
    shown = cell(text)
    shown = shown if len(shown) <= telling.MOST_TEXT else f"{shown[: telling.MOST_TEXT - 1]}…"
    return shown.translate(_MARKS).translate(_ESCAPES)


def _sections(lines: Iterable[str]) -> Iterator[str]:
    """The lines in as few sections as hold them."""
    text = ""
    for line in lines:
        if text and len(text) + len(line) + 1 > SECTION:
            yield text.strip("\n")
            text = ""
        text += f"{line}\n"
    yield text.strip("\n")


def _cut(texts: list[str]) -> list[str]:
    """The first sections that fit together, and a sentence about the rest."""
    kept: list[str] = []
    for text in texts:
        if len(kept) >= BLOCKS - 2 or sum(map(len, kept)) + len(text) > TEXT - 100:
            break
        kept.append(text)
    return [*kept, "The rest is left out; pirgen report --since tells all."]
