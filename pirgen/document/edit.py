"""Applies edits to YAML text by replacing characters. Comments, quotes, indentation, line ends and a BOM are kept.

The edited text is parsed again, and its data must equal the old data with the edit applied. So an edit cannot change
a value that it does not name.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Mapping
from typing import Any

from pirgen.diagnostic import Append, Edit, Erase, Insert, Path, Remove, Rename, Reorder, Replace, Reshape, Rewrite
from pirgen.document import Document, load
from pirgen.document.splices import Splice, spliced
from pirgen.files import Source
from pirgen.text.yaml_scalar import yaml_plain, yaml_string


def apply(document: Document, edits: tuple[Edit, ...], parse: Callable[[Source], Document] = load) -> Document | None:
    """The document with the edits made; None where they cannot be made without a change elsewhere.

    `parse` parses the new text.
    """
    if lines := {edit.line: edit.text for edit in edits if isinstance(edit, Rewrite)}:
        return _rewritten(document, lines, parse)
    splices = [_splice(document, edit) for edit in edits]
    text = spliced(document.text, [splice for splice in splices if splice])
    if None in splices or text is None or text == document.text:
        return None
    after = _parsed(document, text, parse)
    if document.data is None or (after.problems and not document.problems):
        return None
    return after if after.data == _expected(document.data, edits) else None


def _parsed(document: Document, text: str, parse: Callable[[Source], Document]) -> Document:
    """The document of a text in place of another one; a byte order mark is kept."""
    mark = document.source.data[: len(document.source.data) - len(document.written.encode())]
    return parse(Source(document.source.name, mark + text.encode()))


def _rewritten(document: Document, lines: Mapping[int, str], parse: Callable[[Source], Document]) -> Document | None:
    """The document with other lines; None where there are not fewer mistakes, or where it says something else."""
    splices = []
    for line, text in lines.items():
        start = document.index(line, 1)
        splices.append(Splice(start, _line_end(document.written, start), text))
    after = _parsed(document, spliced(document.written, splices) or "", parse)
    if len(after.problems) >= len(document.problems):
        return None
    return after if document.data is None or after.data == document.data else None


def _expected(data: Any, edits: tuple[Edit, ...]) -> Any:
    data = copy.deepcopy(data)
    named = (edit for edit in edits if not isinstance(edit, Rewrite | Erase))
    # what an edit names is looked up before another edit moves or renames what holds it
    for edit in sorted(named, key=lambda edit: (-len(edit.path), isinstance(edit, Rename))):
        place = data
        for step in edit.path if isinstance(edit, Insert | Reorder) else edit.path[:-1]:
            place = place[step]
        if isinstance(edit, Append):
            place[edit.path[-1]] = [*(place.get(edit.path[-1]) or ()), dict(edit.values)]
        elif isinstance(edit, Remove):
            del place[edit.path[-1]]
        elif isinstance(edit, Reorder):
            place[:] = [place[index] for index in edit.order]
        elif isinstance(edit, Insert):
            place[edit.key] = edit.value
        elif isinstance(edit, Reshape):
            place[edit.path[-1]] = edit.data
        elif isinstance(edit, Replace):
            place[edit.path[-1]] = edit.value
        else:
            place[edit.name] = place.pop(edit.path[-1])
    return data


def _splice(document: Document, edit: Edit) -> Splice | None:
    if isinstance(edit, Rewrite):
        return None
    if isinstance(edit, Erase):
        start = document.index(edit.line, edit.column)
        return _erase(document.text, start, _line_end(document.text, start))
    if isinstance(edit, Insert):
        return _insert(document, edit)
    if isinstance(edit, Reorder):
        return _reorder(document, edit)
    if isinstance(edit, Remove):
        return _remove(document, edit)
    if isinstance(edit, Append):
        return _append(document, edit)
    if isinstance(edit, Reshape):
        return _reshape(document, edit)
    span = document.extent(edit.path, at_key=isinstance(edit, Rename))
    if span is None:
        return None
    if isinstance(edit, Rename):
        return Splice(*span, edit.name)
    blank = " " if document.text[span[0] - 1 : span[1]] == ":" else ""
    return Splice(*span, blank + _like(document.text[span[0] : span[1]], edit.value))


def _line_end(text: str, index: int) -> int:
    while index < len(text) and text[index] not in "\r\n":
        index += 1
    return index


def _erase(text: str, start: int, end: int) -> Splice:
    """A splice that removes a comment and the blanks before it.

    The whole line is removed where nothing else is on it.
    """
    before = len(text[:start].rstrip(" \t"))
    if before and text[before - 1] not in "\r\n":
        return Splice(before, end, "")
    return Splice(before, min(end + (2 if text[end : end + 2] == "\r\n" else 1), len(text)), "")


def _insert(document: Document, edit: Insert) -> Splice | None:
    found = document.entry(edit.path, edit.after)
    if found is None:
        return None
    end, column, is_flow = found
    if edit.first:
        start = document.entries(edit.path)[0][0][0]
        rest = ", " if is_flow else f"{_newline(document.text)}{' ' * column}"
        return Splice(start, start, f"{edit.key}: {yaml_plain(edit.value)}{rest}")
    if is_flow:
        return Splice(end, end, f", {edit.key}: {_plain(edit.value)}")
    line_end, newline = _line_end(document.text, end), _newline(document.text)
    return Splice(line_end, line_end, f"{newline}{' ' * column}{edit.key}: {_plain(edit.value)}")


def _reshape(document: Document, edit: Reshape) -> Splice | None:
    """A splice that puts a value of another kind in place of one; block style where it stands in a block."""
    place = document.place(edit.path)
    if place is None:
        return None
    text, data, newline = document.text, edit.data, _newline(document.text)
    start = place.start if place.colon is None else place.colon + 1
    blank = "" if place.colon is None else " "
    if any(mark == "#" and not document.is_in_scalar(at) for at, mark in enumerate(text[start : place.end], start)):
        return None  # a comment would be lost
    if isinstance(data, str):
        return Splice(start, place.end, blank + (_like("", data) if not place.in_flow else yaml_string(data)))
    if isinstance(data, dict):
        if place.in_flow or place.colon is not None:
            fields = ", ".join(f"{key}: {yaml_string(value)}" for key, value in data.items())
            return Splice(start, place.end, f"{blank}{{{fields}}}")
        column = place.start - max(text.rfind("\n", 0, place.start), text.rfind("\r", 0, place.start)) - 1
        lines = (f"{key}: {_alike(document, (), value)}" for key, value in data.items())
        return Splice(start, place.end, f"{newline}{' ' * column}".join(lines))
    if place.in_flow or place.colon is None or not data:
        return Splice(start, place.end, f"{blank}[{', '.join(map(yaml_string, data))}]")
    dash = f"{newline}{' ' * place.column}  - "
    return Splice(start, place.end, "".join(dash + _like("", one) for one in data))


def _newline(text: str) -> str:
    return next((mark for mark in ("\r\n", "\n", "\r") if mark in text), "\n")


def _remove(document: Document, edit: Remove) -> Splice | None:
    """A splice that removes an entry of a mapping; in block style its lines, and those around it stay."""
    parts, is_flow = document.entries(edit.path[:-1])
    key = document.extent(edit.path, at_key=True)
    place = next((index for index, (start, _, _) in enumerate(parts) if key and start == key[0]), None)
    if place is None or len(parts) < 2:
        return None
    text, (start, _, end) = document.text, parts[place]
    if not place:
        following = parts[1][0]
        between = text[end if is_flow else _line_end(text, end) : following]
        return Splice(start, following, "") if not between.strip(" \t\r\n,") else None
    if is_flow:
        return Splice(parts[place - 1][2], end, "")
    line = max(text.rfind("\n", 0, start), text.rfind("\r", 0, start))
    return Splice(line - (text[line - 1 : line + 1] == "\r\n"), _line_end(text, end), "")


def _append(document: Document, edit: Append) -> Splice | None:
    """A splice that adds an item to a list in the style of the last one; block style where there is none."""
    text, newline = document.text, _newline(document.text)
    parts, is_flow = document.entries(edit.path)
    if not parts:
        return _begin(document, edit)
    start, column, end = parts[-1]
    last = (*edit.path, len(parts) - 1)
    fields, in_braces = document.entries(last)
    values = [f"{key}: {_alike(document, (*last, key), value, flow=in_braces)}" for key, value in edit.values]
    line = max(text.rfind("\n", 0, start), text.rfind("\r", 0, start)) + 1
    if is_flow:
        blank = f"{newline}{' ' * column}" if not text[line:start].strip() else " "
        return Splice(end, end, f",{blank}{{{', '.join(values)}}}")
    dash = text.rfind("-", 0, start)
    if not fields or text[line:dash].strip():
        return None
    lead = f"{newline}{text[line:dash]}-{' ' * max(start - dash - 1, 1)}"
    body = f"{{{', '.join(values)}}}" if in_braces else f"{newline}{' ' * column}".join(values)
    line_end = _line_end(text, end)
    return Splice(line_end, line_end, lead + body)


def _begin(document: Document, edit: Append) -> Splice | None:
    """A splice that begins a list at an empty value, or under a new last key."""
    text, newline = document.text, _newline(document.text)
    fields, is_flow = document.entries(edit.path[:-1])
    key = document.extent(edit.path, at_key=True)
    if not fields or is_flow:
        return None
    column = fields[0][1]
    values = [f"{key}: {_alike(document, (), value)}" for key, value in edit.values]
    dash = f"{newline}{' ' * column}  - "
    block = dash + f"{newline}{' ' * column}    ".join(values)
    if key is None:
        end = _line_end(text, fields[-1][2])
        return Splice(end, end, f"{newline}{' ' * column}{edit.path[-1]}:{block}")
    end = next(end for start, _, end in fields if start == key[0])
    colon = text.index(":", key[1]) + 1
    line_end = _line_end(text, max(end, colon))
    comment = text[max(end, colon) : line_end].rstrip()
    return Splice(colon, line_end, comment + block)


def _alike(document: Document, path: Path, value: str, *, flow: bool = False) -> str:
    """A value in the quotes of the one at `path`; without one, plain where that is a text for every YAML parser."""
    span = document.extent(path) if path else None
    if span:
        old = document.text[span[0] : span[1]]
        return (
            _like(old, value)
            if not flow or old[:1] in ("'", '"') or re.fullmatch(r"[\w .-]+", value)
            else _plain(value)
        )
    return _plain(value) if flow or not value[:1].isalpha() else _like("", value)


def _reorder(document: Document, edit: Reorder) -> Splice | None:
    """A splice that moves the items of a list as whole lines, each with the comments above it."""
    text, items, starts, floor = document.text, document.items(edit.path), [], 0
    for start, _ in items:
        dash = floor + len(text[floor:start].rstrip()) - 1
        line = max(text.rfind("\n", 0, dash), text.rfind("\r", 0, dash)) + 1
        if text[dash : dash + 1] != "-" or text[line:dash].strip():
            return None
        first, mark = line, f"{text[line:dash]}#"
        for above in reversed(re.findall(r"[^\r\n]*(?:\r\n|\r|\n)", text[floor:line])):
            if not above.startswith(mark):
                break
            first -= len(above)
        starts.append(first)
        floor = line
    if sorted(edit.order) != list(range(len(items))) or not items:
        return None
    last = len(text[: items[-1][1]].rstrip())
    last += len((re.match(r"[^\r\n]*(?:\r\n|\r|\n)?", text[last:]) or [""])[0])
    blocks = [text[start:end] for start, end in zip(starts, [*starts[1:], last], strict=True)]
    newline = _newline(text)
    whole = [block if block.endswith(newline) else block + newline for block in blocks]
    moved = "".join(whole[index] for index in edit.order)
    return Splice(starts[0], last, moved if blocks == whole else moved.removesuffix(newline))


def _plain(value: str) -> str:
    simple = value.replace("_", "").replace("/", "").isalpha() and value.isascii()
    return value if simple and value.lower() not in ("true", "false", "null") else yaml_string(value)


def _like(old: str, value: str) -> str:
    """The new value in the style of quotes that the old value has, where that is possible."""
    if old[:1] == "'" and "'" not in value:
        return f"'{value}'"
    if old[:1] == '"':
        return yaml_string(value)
    plain = load(Source("", f"a: {value}\n".encode()))
    return value if plain.data == {"a": value} and not plain.problems else yaml_string(value)
