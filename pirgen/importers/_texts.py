"""Reads lists, tables and times out of text, where the reading is clear."""

from __future__ import annotations

import re
from typing import Any

_ITEM = re.compile(r"\A(?P<indent>[ \t]*)(?:[-*+]|[0-9]{1,3}[.)])[ \t]+(?P<text>\S.*)")
_RULE = re.compile(r"\A\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?")
_BOX = re.compile(r"\[(?P<mark>[ xX])\][ \t]+(?P<text>\S.*)", re.DOTALL)
_TIME = re.compile(
    r"[*_`\[(]{0,3}(?P<time>~?(?:[0-9]{4}-[0-9]{2}-[0-9]{2}[T ])?[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?"
    r"(?:[ ]?[AaPp][Mm]\b)?(?:[ ]?(?:UTC|Z|[+-][0-9]{2}:?[0-9]{2})\b)?)[*_`\])]{0,3}"
    r"[ \t]*[:|\u2013\u2014-]{0,3}[*_`]{0,2}[ \t]+(?P<event>\S.*)",
    re.DOTALL,
)


def word(heading: str) -> str:
    """A heading, or the name of a column, without what stands around its words: `3. Root Cause(s) (draft):`."""
    bare = re.sub(r"\A[0-9]{1,3}[.)]?\s+", "", heading.strip(" \t*_:").replace("(s)", "s"))
    return re.sub(r"[^\w\s.-]", "", re.sub(r"\([^()]*\)", "", bare)).strip() or heading


def in_utc(time: str, *names: str) -> str:
    """A time with its zone, where one of the names of its column or its list says that it is in UTC."""
    is_bare = re.fullmatch(r"~?(?:[0-9-]{10}[T ])?[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?", time)
    return f"{time} UTC" if is_bare and any("(utc)" in name.lower() for name in names) else time


def items(text: str) -> tuple[list[Any], str]:
    """The items of a text, and what of the text is outside of them.

    Items are the rows of a table as mappings, else the entries of a list; a text without either is one item.
    """
    lines = text.splitlines()
    rule = next((at for at in range(1, len(lines)) if "-" in lines[at] and _is_rule(lines, at)), None)
    if rule is not None:
        end = next((at for at in range(rule + 1, len(lines)) if "|" not in lines[at]), len(lines))
        names = _cells(lines[rule - 1])
        rows = [_cells(line) for line in lines[rule + 1 : end]]
        if all(names) and len({*names}) == len(names) and rows and all(len(row) <= len(names) for row in rows):
            found = [{name: cell for name, cell in zip(names, row, strict=False) if cell} for row in rows]
            return [row for row in found if row], "\n".join([*lines[: rule - 1], *lines[end:]]).strip()
    return _listed(text, lines)


def _is_rule(lines: list[str], at: int) -> bool:
    return "|" in lines[at] and "|" in lines[at - 1] and _RULE.fullmatch(lines[at].strip()) is not None


def _cells(line: str) -> list[str]:
    inner = line.strip().removeprefix("|")
    inner = inner[:-1] if inner.endswith("|") and not inner.endswith("\\|") else inner
    return [cell.replace("\\|", "|").strip() for cell in re.split(r"(?<!\\)\|", inner)]


def _listed(text: str, lines: list[str]) -> tuple[list[Any], str]:
    found: list[list[str]] = []
    rest: list[str] = []
    top: int | None = None
    for line in lines:
        entry = _ITEM.fullmatch(line)
        if entry and (top is None or len(entry["indent"]) <= top):
            top = len(entry["indent"])
            found.append([entry["text"].strip()])
        elif found and not rest and line.startswith((" ", "\t")):
            found[-1].append(line.strip())
        elif line.strip():
            rest.append(line)
    return (["\n".join(parts) for parts in found], "\n".join(rest)) if found else ([text.strip()], "")


def entry(text: str) -> dict[str, str]:
    """A timeline entry of a text that begins with a time; one of an unknown time for any other."""
    found = _TIME.fullmatch(text.strip())
    return {"time": found["time"], "event": found["event"]} if found else {"time": "unknown", "event": text.strip()}


def action(text: str) -> dict[str, str]:
    """An action item of a text; a box that is ticked says that it is done."""
    found = _BOX.fullmatch(text.strip())
    if not found:
        return {"action": text.strip()}
    return {"action": found["text"], "status": "open" if found["mark"] == " " else "done"}
