"""What the issue of an action item says: its title, the part of its text that pirgen writes, and a hidden mark."""

from __future__ import annotations

import re
from typing import NamedTuple
from urllib.parse import quote, unquote

from pirgen.followup.items import Followed
from pirgen.text.markdown import address, inline, label
from pirgen.text.terminal import printable

MOST_TITLE, MOST_ACTION = 200, 2_000
"""How many characters of an action its issue's title and text have at most."""
LAST = "This part comes from the review. Change it there; what is written outside of it stays."
END = "<!-- /pirgen -->"
_MARK = re.compile(r"(?m)^<!-- pirgen: ([^\s/]{1,600})/([^\s/]{1,600}) @ ([0-9a-f]{40}(?:[0-9a-f]{24})?) -->$")
_QUIET = re.compile(r"(@|(?<!&)#|(?<=[Gg][Hh])-|&#58;(?=//)|\b[Ww]{3}\.)(?=[\w/])")
"""What begins a mention, the number of an issue or an address, each of which a code host would make a link of."""


class Mark(NamedTuple):
    """The hidden mark in an issue."""

    incident_id: str
    action_id: str
    commit: str
    """The commit in which the review last agreed with the issue."""


def mark(body: str) -> Mark | None:
    """The mark in an issue's text; None without one."""
    found = _found(_lines(body))
    return Mark(unquote(found[1]), unquote(found[2]), found[3]) if found else None


def _found(text: str) -> re.Match[str] | None:
    """The mark of the part that pirgen wrote: on a line of its own, the last one before the first end."""
    end = text.find(END)
    marks = [*_MARK.finditer(text)]
    before = [one for one in marks if end < 0 or one.start() < end]
    return before[-1] if before else marks[0] if marks else None


def title(item: Followed) -> str:
    """The title of an item's issue, on one line."""
    text = f"{item.incident_id} {item.action_id}: {_cut(printable(' '.join(item.action.split())), MOST_TITLE)}"
    return _cut(text, MOST_TITLE)


def body(item: Followed, commit: str, before: str = "", *, is_assignable: bool = False) -> str:
    """The text of an item's issue: what pirgen writes, in the place where it was, and what people wrote around it.

    It names the owner as code where the issue cannot be assigned to the owner, so that nobody is called who does not
    know of it.
    """
    block, before = _block(item, commit, is_assignable=is_assignable), _lines(before)
    found = _found(before)
    for last in (END, LAST) if found else ():  # somebody may have taken the end away
        if found and (end := before.find(last, found.end())) >= 0:
            return f"{before[: found.start()]}{block}{before[end + len(last) :]}"
    rest = _MARK.sub("", before).replace(END, "").strip()
    return f"{block}\n\n{rest}" if rest else block


def says(item: Followed, text: str, *, is_assignable: bool) -> bool:
    """Whether an issue's text holds what pirgen writes of an item, whatever commit its mark names."""
    known = mark(text)
    return known is not None and body(item, known.commit, text, is_assignable=is_assignable) == _lines(text)


def _block(item: Followed, commit: str, *, is_assignable: bool) -> str:
    ids = "/".join(quote(one, safe="") for one in (item.incident_id, item.action_id))
    owner = inline(item.owner) if is_assignable else f"<code>{quiet(inline(item.owner))}</code>"
    review = quiet(inline(item.incident_id))
    facts = [
        f"Owner: {owner if item.owner else 'nobody'}",
        f"Due: {item.due.isoformat() if item.due else 'no date'}",
        f"Review: {f'[{review}]({address(item.link)})' if item.link else review}",
    ]
    said = quiet(label(_cut(item.action, MOST_ACTION)))
    return "\n".join(
        [
            f"<!-- pirgen: {ids} @ {commit} -->",
            f"{said}\n",
            *(f"- {fact}" for fact in facts),
            f"\n{LAST}",
            END,
        ]
    )


def quiet(markdown: str) -> str:
    """Markdown in which no handle calls anybody and no number links another issue."""
    return _QUIET.sub("\\1\u2060", markdown)


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"
