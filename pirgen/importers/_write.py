"""Writes a review as YAML, with comments for what is missing and for what no field takes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any

import yaml

from pirgen.diagnostic import Path
from pirgen.document import load
from pirgen.files import Source
from pirgen.importers._convert import Kept, named

LINE = 110
"""From how many characters on a text goes on in the next line."""
_HARMLESS = re.compile(r"[A-Za-z][A-Za-z0-9 ,.()/_-]*")


class _Dumper(yaml.SafeDumper):
    """Writes texts so that YAML 1.1 and YAML 1.2 read them alike, and shows no character that nobody sees."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _text(dumper: _Dumper, text: str) -> yaml.ScalarNode:
    text = "".join("\ufffd" if "\ud800" <= char <= "\udfff" else char for char in text)
    lines = text.split("\n")
    style: str | None = None
    if len(lines) > 1:
        is_plain = all(line.isprintable() and line == line.rstrip() for line in lines) and not text.startswith(
            (" ", "\n")
        )
        style = "|" if is_plain else '"'
    elif not (_HARMLESS.fullmatch(text) or (text[:1].isalpha() and text.isprintable())) or not _reads_back(text):
        style = '"'
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


def _reads_back(text: str) -> bool:
    return isinstance(_value(text), str)


@cache
def _value(text: str) -> Any:
    """What a plain scalar means in YAML 1.2; text where it cannot be one."""
    data = load(Source("", f"- {text}\n".encode())).data
    return data[0] if isinstance(data, list) and len(data) == 1 else text


_Dumper.add_representer(str, _text)


def dumped(data: Any) -> list[str]:
    """The lines of some data as YAML."""
    text: str = yaml.dump(data, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=LINE)
    # what nobody sees stands in double quotes only
    shown = "".join(char if char.isprintable() or char == "\n" else f"\\U{ord(char):08x}" for char in text)
    return shown.rstrip("\n").split("\n")


def body(data: Mapping[str, Any], kept: Sequence[Kept], missing: Mapping[str, str], name: str) -> str:
    """The text of a review; `missing` are the fields that a finished one must have, `name` is where it comes from."""
    beside: dict[Path, list[Kept]] = {}
    for one in kept:
        is_item = len(one.place) > 1 and _has_items(data.get(str(one.place[0])))
        beside.setdefault(one.place[: 2 if is_item else 1], []).append(one)
    lines: list[str] = []
    for key, value in data.items():
        if _has_items(value):
            lines.append(f"{key}:")
            for index, item in enumerate(value):
                lines += (f"  {line}" for line in dumped([item]))
                lines += _comments(beside.get((key, index), ()), 2, "    ")
        else:
            lines += dumped({key: value})
        lines += _comments(beside.get((key,), ()), 1, "  ")
    if missing:
        lines += ["", f"# Missing in {name}; a finished review has them:"]
        lines += (f"# {key}: {' '.join(meaning.split())}" for key, meaning in missing.items())
    if rest := [*_comments(beside.get((), ()), 0, "")]:
        lines += ["", f"# In {name}, and in no field of a review:", *rest]
    return "\n".join(lines) + "\n"


def _has_items(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and isinstance(value[0], dict)


def _comments(kept: Iterable[Kept], depth: int, indent: str) -> Iterator[str]:
    """What was kept at a place of this depth, as YAML in comments; values of one name together."""
    found: dict[str, list[Any]] = {}
    for one in kept:
        found.setdefault(named(one.place[depth:], one.name), []).append(one.value)
    for name, values in found.items():
        yield from (f"{indent}# {line}".rstrip() for line in dumped({name: values[0] if len(values) == 1 else values}))
