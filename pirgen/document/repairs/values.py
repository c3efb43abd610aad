"""A value that YAML reads as something else, because of a character in it, needs quotes."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pirgen.document.repairs import Mistake, Repair
from pirgen.document.repairs._lines import Entry, below, entry_at, line_at
from pirgen.document.splices import Splice
from pirgen.text.yaml_scalar import shown, yaml_string

_ESCAPES = re.compile(r"\\(.?)", re.DOTALL)
_FLOW_KEY = re.compile(r"[ \t]{0,99}(?:\"[^\"]{0,99}\"|'[^']{0,99}'|[^\s:,\[\]{}]{1,99}):[ \t]+")
_NEXT = re.compile(r",[ \t]*[\w-]+:[ \t]|\}")
_STOP = re.compile(r"[],}]")


def repairs(mistake: Mistake) -> Iterator[Repair]:
    """Put the value at the mistake in quotes."""
    if mistake.brackets:
        yield from _in_brackets(mistake)
        return
    text, entry = mistake.text, entry_at(mistake.text, mistake.at)
    start, end = entry.value, entry.end
    if not entry.value <= mistake.at <= entry.end or start == end:
        return
    value, safe = text[start:end], not entry.has_hash
    if not entry.key and entry.dash is None:
        if ": " not in value or value[0] not in "@`%*&!":
            return
        end = start + value.index(": ")
        value = text[start:end]
    elif value.startswith("- "):
        item = quoted(value[2:].strip())
        yield _repair(start, end, f"[{item}]", "a list with dashes begins on the line below its key", False)
        return
    elif value[0] not in "\"'[{" and (last := _continued(text, entry)):
        yield _over_lines(text, start, last)
        return
    if value[0] in "[{" and not re.search(r"[]}]", value):
        return  # the bracket is the mistake
    inner, is_literal = _without_quotes(value)
    yield _repair(start, end, quoted(inner), _reason(value, mistake.problem), safe and is_literal)


def _repair(start: int, end: int, written: str, reason: str, safe: bool = True) -> Repair:
    hint = f"write {shown(written)}; {reason}"
    return Repair(start, end, (Splice(start, end, written),), "a value needs quotes", hint, safe)


def _reason(value: str, problem: str) -> str:
    if "escape" in problem:
        return "in 'single quotes' a backslash is meant literally"
    if value[0] in "\"'":
        return "a quote inside a value ends it"
    if "mapping values" in problem or (": " in value and "expected ','" in problem):
        return "a colon and a blank inside a value need quotes around it"
    named = "a backtick" if value[0] == "`" else value[0]
    return f"a value that starts with {named} needs quotes"


def quoted(text: str) -> str:
    """The text in quotes, in those that leave it as it is where that is possible."""
    return f"'{text}'" if ('"' in text or "\\" in text) and "'" not in text else yaml_string(text)


def _without_quotes(value: str) -> tuple[str, bool]:
    """A value without the quotes around it, and whether that is surely what is meant."""
    mark = value[0]
    if mark not in "\"'":
        return value, True
    if len(value) < 2 or value[-1] != mark:
        return value, value.count(mark) % 2 == 0
    inner = value[1:-1]
    if mark == "'":
        return inner.replace("''", "'"), True
    escapes = _ESCAPES.findall(inner)
    return inner.replace('\\"', '"'), not any(one in "0abtnvfre\\/N_LPxuU \t" for one in escapes)


def _continued(text: str, entry: Entry) -> int:
    """Where a plain value ends that goes on in the lines below; 0 where it does not."""
    last, line_end = 0, entry.line_end
    if entry.end < len(text[:line_end].rstrip(" \t")):
        return 0
    floor = entry.indent if entry.key or entry.dash is None else (entry.dash - entry.start)
    while (following := below(text, line_end)) and following.indent > floor:
        said = text[following.lead : following.line_end].strip()
        if not said or said[0] == "#" or following.key or following.dash is not None or following.has_hash:
            return 0
        last, line_end = following.end, following.line_end
    return last


def _over_lines(text: str, start: int, end: int) -> Repair:
    marks = [Splice(at, at, "'") for at in (found.start() for found in re.finditer("'", text[start:end]))]
    inner = (Splice(start + at, start + at, mark) for at, _, mark in marks)
    splices = (Splice(start, start, "'"), *inner, Splice(end, end, "'"))
    hint = "put the value of several lines in 'quotes'; in them a quote is written twice"
    return Repair(start, line_at(text, start)[1], splices, "a value needs quotes", hint)


def _in_brackets(mistake: Mistake) -> Iterator[Repair]:
    """The value of an entry in a list or mapping that is in brackets."""
    text, at, bracket = mistake.text, mistake.at, mistake.brackets[-1]
    line, line_end = line_at(text, at)
    if bracket < line and mistake.problem.startswith("did not find expected ',' or"):
        return  # the bracket should have been closed above
    floor = max(line, bracket + 1, text.rfind(",", line, at) + 1)
    in_mapping = text[bracket] == "{"
    if in_mapping and (key := _FLOW_KEY.match(text, floor, line_end)):
        floor = key.end()
    start = floor + len(text[floor:line_end]) - len(text[floor:line_end].lstrip())
    stop = (_NEXT if in_mapping else _STOP).search(text, max(at, start), line_end)
    value = text[start : stop.start() if stop else entry_at(text, at).end].rstrip(" \t")
    if not value:
        return
    inner, is_literal = _without_quotes(value)
    safe = is_literal and not re.search(r"[,\[\]{}]", value)
    yield _repair(start, start + len(value), quoted(inner), _reason(value, mistake.problem), safe)
