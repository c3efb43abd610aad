"""Where a position of a YAML text lies in its data, told by indentation, so that half-written text is no obstacle.

Lines and columns are counted from 0, as in the protocol of editors.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from string import ascii_letters, digits
from typing import NamedTuple, TypeAlias

from pirgen.diagnostic import Path

_LINE_END = re.compile(r"\r\n|\n|\r")
_KEY = re.compile(r"""\A(?:"([^"\\]*)"|'([^']*)'|([^\s"'\[\]{}#&*!|>%@`,:?-][^:#\[\]{},"']*)):(?=[ \t]|\Z)""")
_IGNORE = re.compile(r"\A#[ \t]*pirgen:[ \t]*ignore[ \t]*\[[^\]]*")
_WORD = re.compile(r"[A-Za-z0-9._-]*")
_WORD_CHARACTERS = f"{ascii_letters}{digits}._-"
_Part: TypeAlias = tuple[int, str | None]
"""The column of a dash or a key, and the name of the key; None for a dash."""
MAX_DEPTH = 20
"""How many dashes and brackets of one line are read. No file of ours has more than two."""


class Place(NamedTuple):
    """A position at which somebody writes."""

    path: Path
    """The path of the value, or of the mapping in which a key is written."""
    typed: str
    """What is written of the key or value before the position."""
    is_key: bool
    """Whether a key may be written here."""
    is_value: bool
    """Whether a value may be written here; after the dash of a list it may be either."""
    present: frozenset[str] = frozenset()
    """The keys that the mapping has already."""


def split(text: str) -> list[str]:
    """The lines of a text without their ends, which are LF, CRLF or CR."""
    return _LINE_END.split(text)


def rule_typed(lines: Sequence[str], line: int, column: int) -> str | None:
    """What is written of the name of a rule in a comment that silences it; None outside of such a comment."""
    before = lines[line][:column]
    if not _IGNORE.fullmatch(before[max(before.rfind("#"), 0) :]):
        return None
    return before[len(before.rstrip(_WORD_CHARACTERS)) :]


def word(lines: Sequence[str], line: int, column: int) -> str:
    """The word around a position: letters, digits, `.`, `_` and `-`; empty where there is none."""
    text = lines[line]
    return text[len(text[:column].rstrip(_WORD_CHARACTERS)) : _word_end(text, column)].strip(".-")


def _word_end(text: str, column: int) -> int:
    found = _WORD.match(text, column)
    return found.end() if found else column


def path_at(lines: Sequence[str], line: int, column: int) -> Path:
    """The path of the key or value at a position; empty where there is none."""
    text = lines[line]
    parts, rest = _parts(text)
    path, _ = _path(lines, line, [part for part in parts if part[0] <= column], rest)
    value = text[rest:].lstrip(" \t")
    if column < rest or value[:1] not in ("{", "["):
        return path
    inner = _flow(text[len(text) - len(value) : _word_end(text, column)])
    if inner is None:
        return path
    return (*path, *inner.path, *([inner.typed] if inner.is_key and not inner.is_value else []))


def place(lines: Sequence[str], line: int, column: int) -> Place | None:
    """The place at a position; None where a comment or a text of several lines is written."""
    before = lines[line][:column]
    if _in_comment(before):
        return None
    parts, rest = _parts(before)
    path, is_text = _path(lines, line, parts, rest)
    written = before[rest:].lstrip(" \t")
    if is_text or written[:1] in ("|", ">", "&", "*", "!"):
        return None
    if written[:1] in ("{", "[") and (inner := _flow(written)):
        return inner._replace(path=(*path, *inner.path))
    if parts and parts[-1][1] is not None:
        return Place(path, written, is_key=False, is_value=True)
    return Place(path, written, is_key=True, is_value=bool(parts), present=_present(lines, line, rest))


def _parts(line: str) -> tuple[list[_Part], int]:
    """The dashes and the key at the start of a line, and the column after them."""
    at = len(line) - len(line.lstrip(" "))
    parts: list[_Part] = []
    while line[at : at + 1] == "-" and line[at + 1 : at + 2] in ("", " ", "\t"):
        parts.append((at, None))
        at += 1
        at += len(line[at:]) - len(line[at:].lstrip(" \t"))
        if len(parts) > MAX_DEPTH:
            return parts, at
    if found := _KEY.match(line[at:]):
        parts.append((at, _name(found)))
        at += found.end()
    return parts, at


def _name(found: re.Match[str]) -> str:
    return next(name for name in found.groups() if name is not None).rstrip()


def _path(lines: Sequence[str], line: int, parts: Sequence[_Part], column: int) -> tuple[Path, bool]:
    """The path to what stands at a column, in a line that begins with these parts.

    The second value says whether the line is one of a text of several lines.
    """
    path: list[str | int] = []
    is_text = False
    if parts:
        column = len(lines[line]) + 1
    for number in range(line, -1, -1):
        rest = 0
        if number != line:
            parts, rest = _parts(lines[number])
        for at, name in reversed(parts):
            in_list = bool(path) and isinstance(path[0], int)
            if name is None and in_list and at == column:
                path[0] = int(path[0]) + 1
            elif at < column or (name is not None and in_list and at == column):
                path.insert(0, 0 if name is None else name)
                column = at
                is_text |= number != line and name is not None and lines[number][rest:].lstrip(" \t")[:1] in ("|", ">")
        if column == 0 and path and isinstance(path[0], str):
            break
    return tuple(path), is_text


def _present(lines: Sequence[str], line: int, column: int) -> frozenset[str]:
    """The keys of the mapping whose keys stand at this column around this line."""
    found: set[str] = set()
    for step, start in ((-1, line), (1, line + 1)):
        number = start
        while 0 <= number < len(lines):
            parts, _ = _parts(lines[number])
            if number != line:
                found.update(name for at, name in parts if at == column and name is not None)
            if parts and parts[0][0] < column and (number != line or step < 0):
                break
            number += step
    return frozenset(found)


def _in_comment(before: str) -> bool:
    quote = ""
    for index, char in enumerate(before):
        if quote:
            quote = "" if char == quote else quote
        elif char in "\"'" and (index == 0 or before[index - 1] in " \t[{,:"):
            quote = char
        elif char == "#" and (index == 0 or before[index - 1] in " \t"):
            return True
    return False


class _Open:
    """A bracket that is still open, and what is being written in it."""

    def __init__(self, is_mapping: bool) -> None:
        self.is_mapping, self.keys, self.is_at_value, self.count = is_mapping, list[str](), not is_mapping, 0

    @property
    def step(self) -> list[str | int]:
        """The step of a path to what is being written; none for a key."""
        if not self.is_mapping:
            return [self.count]
        return [self.keys[-1]] if self.is_at_value else []


def _flow(text: str) -> Place | None:
    """The place at the end of a text that begins with a bracket; None where all brackets are closed."""
    opened: list[_Open] = []
    token, quote = "", ""
    for index, char in enumerate(text):
        last = opened[-1] if opened else None
        if quote or (char in "\"'" and not token.strip()):
            quote = "" if char == quote else quote or char
            token += char
        elif char in "{[" and not token.strip():
            opened.append(_Open(char == "{"))
            token = ""
        elif last and char in "}]":
            opened.pop()
            token = ""
        elif last and char == ",":
            last.count, last.is_at_value, token = last.count + 1, not last.is_mapping, ""
        elif last and char == ":" and not last.is_at_value and text[index + 1 : index + 2] in ("", " "):
            last.keys.append(token.strip().strip("\"'"))
            last.is_at_value, token = True, ""
        else:
            token += char
        if len(opened) > MAX_DEPTH:
            return None
    if not opened:
        return None
    path = tuple(step for one in opened for step in one.step)
    last, typed = opened[-1], token.lstrip()
    is_key = not last.is_mapping or not last.is_at_value
    return Place(path, typed, is_key=is_key, is_value=last.is_at_value, present=frozenset(last.keys))
