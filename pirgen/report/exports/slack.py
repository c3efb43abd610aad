"""What happened in a period, as Block Kit JSON for an incoming webhook of Slack."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from pirgen.report import telling
from pirgen.report.table import Report, Told

SECTION = 3_000
"""How many characters the text of a section has at most."""
TEXT = 9_000
"""How many characters all texts together have at most. Slack refuses about 13,000 and does not say where it begins.

So few need no more than seven of the 50 blocks that a message may have.
"""
LINE = 600
"""How many characters a line has at most."""
_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
_MARKS = str.maketrans({mark: f"\u200b{mark}" for mark in "*_~`"})
"""Marks do not begin or end emphasis after a blank of no width."""


def tell(report: Report, told: Told) -> str:
    """A header, what happened, and what is overdue and due next by owner; fewer lines of each where it is too much."""

    def parts(most: int) -> Iterator[telling.Part | str]:
        yield from telling.events(report, told, most)
        yield telling.duties_title(report, told)
        yield from telling.duties(told, most)

    return digest([*telling.opening(report, told)], parts, telling.WHOLE)


def digest(opening: Sequence[str], parts: Callable[[int], Iterable[telling.Part | str]], whole: str) -> str:
    """A message: the lines of the opening, then parts with at most so many lines each, and titles between them.

    `whole` says what tells the rest, where even the shortest parts are too long together.
    """
    texts: list[str] = []
    for most in telling.SIZES:
        texts = [*_sections(_lines(opening, parts(most)))]
        if sum(map(len, texts)) <= TEXT:
            break
    else:
        texts = _cut(texts, whole)
    blocks: list[dict[str, Any]] = [{"type": "header", "text": {"type": "plain_text", "text": telling.TITLE}}]
    blocks += ({"type": "section", "text": {"type": "mrkdwn", "text": text, "verbatim": True}} for text in texts)
    return json.dumps({"text": f"{telling.TITLE}. {_escaped(opening[0])}", "blocks": blocks}, indent=2) + "\n"


def _lines(opening: Iterable[str], parts: Iterable[telling.Part | str]) -> Iterator[str]:
    yield from map(_escaped, opening)
    for part in parts:
        if isinstance(part, str):
            yield f"\n*{_escaped(part)}*"
        else:
            yield from _part(part)


def _part(part: telling.Part) -> Iterator[str]:
    yield f"\n*{_escaped(part.heading)}*"
    for line in part.lines:
        action = f" {_escaped(line.action)}" if line.action else ""
        yield f"• *{_escaped(line.subject)}*{action}: {_escaped(line.rest)}"
    if part.more:
        yield f"• {part.more.replace('`', '')}"


def _escaped(text: str) -> str:
    """A text that Slack shows as it is: no mention, link or emphasis."""
    return telling.shortened(text).translate(_MARKS).translate(_ESCAPES)


def _sections(lines: Iterable[str]) -> Iterator[str]:
    """The lines in as few sections as hold them."""
    text = ""
    for line in lines:
        if text and len(text) + len(line) + 1 > SECTION:
            yield text.strip("\n")
            text = ""
        text += f"{line}\n"
    yield text.strip("\n")


def _cut(texts: list[str], whole: str) -> list[str]:
    """The first sections that fit together, and a sentence about the rest."""
    kept: list[str] = []
    for text in texts:
        if sum(map(len, kept)) + len(text) > TEXT - 100:
            break
        kept.append(text)
    return [*kept, f"The rest is left out; {whole.replace('`', '')}."]
