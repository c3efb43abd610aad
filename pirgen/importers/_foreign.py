"""Reads a file in another format, by the module of this package that knows its suffix."""

from __future__ import annotations

from importlib import import_module
from pathlib import PurePath
from typing import Any, NamedTuple

from pirgen.diagnostic import Problem
from pirgen.document import Document
from pirgen.errors import PirgenError
from pirgen.files import MAX_BYTES, Source
from pirgen.review.synonyms import SEVERAL, folded
from pirgen.runtime import modules

MAX_DEPTH = 50
"""How deeply the values of a file may be nested."""


class Foreign(NamedTuple):
    """A review in another format: its fields in their order. One name may be there more than once."""

    fields: tuple[tuple[str, Any], ...]
    is_alone: bool = True
    """Whether the file holds this review alone, so that the file's name may be its id."""
    repaired: tuple[str, ...] = ()
    """What was repaired in the file's YAML so that it could be read."""


def formats() -> dict[str, Any]:
    """The modules of this package that read a format, by the suffixes of their files."""
    package = __name__.rpartition(".")[0]
    names = modules.names(str(PurePath(__file__).with_name("__init__.py")))
    found = (import_module(f"{package}.{name}") for name in names)
    return {suffix: module for module in found for suffix in module.SUFFIXES}


def read(source: Source) -> list[Foreign]:
    """The reviews in a file. Raises PirgenError, with the file's name, where it cannot be read or has none."""
    known = formats()
    suffix = PurePath(source.name).suffix.lower()
    if source.error:
        raise PirgenError(f"{source.name}: the file {source.error}")
    if suffix not in known:
        raise PirgenError(f"{source.name}: pirgen adopts files that end in {', '.join(known)}")
    if len(source.data) > MAX_BYTES:
        raise PirgenError(f"{source.name}: the file is larger than {MAX_BYTES >> 10} KiB; split it")
    found: list[Foreign] = known[suffix].read(source)
    return found


def repairs(document: Document, name: str, above: int = 0) -> tuple[str, ...]:
    """What was repaired in YAML, whose first line is below `above` others of the file.

    Raises PirgenError for the first mistake that was not repaired.
    """
    left = [one for one in document.problems if one[1].fix is None] or (
        document.problems if document.data is None else ()
    )
    for span, problem in left[:1]:
        raise PirgenError(f"{name}:{span.line + above}:{span.column}: {_said(problem)}")
    lines: dict[str, list[str]] = {}
    for span, problem in document.problems:
        lines.setdefault(_said(problem).removeprefix("not valid YAML: "), []).append(str(span.line + above))
    return tuple(f"line{'s' if len(some) > 1 else ''} {', '.join(some)}: {said}" for said, some in lines.items())


def _said(problem: Problem) -> str:
    return problem.message + (f"; {problem.hint}" if problem.hint else "")


def reviews(data: Any, name: str) -> list[Foreign]:
    """The reviews in the data of a file: one, or a list of them. Raises PirgenError where there is none."""
    if _depth(data) > MAX_DEPTH:
        raise PirgenError(f"{name}: the values are nested too deeply")
    if isinstance(data, dict) and len(data) == 1:
        [(key, value)] = data.items()
        if folded(str(key)) in SEVERAL and isinstance(value, list):
            data = value
    several = data if isinstance(data, list) else [data]
    if not several or not all(isinstance(one, dict) and one for one in several):
        raise PirgenError(f"{name}: there is no review in it; pirgen adopts mappings of fields, one or a list of them")
    return [Foreign(tuple(one.items()), len(several) == 1) for one in several]


def _depth(data: Any) -> int:
    depth, level = 0, [data]
    while level and depth <= MAX_DEPTH:
        depth += 1
        inner = (one.values() if isinstance(one, dict) else one for one in level if isinstance(one, dict | list))
        level = [value for values in inner for value in values]
    return depth
