"""Post-mortems as Markdown: front matter in YAML, headings, lists, tables and lines such as `**Date:** 2025-10-05`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from pirgen.document import load
from pirgen.errors import PirgenError
from pirgen.files import Source
from pirgen.importers._foreign import Foreign, repairs, reviews
from pirgen.importers._texts import word
from pirgen.review.synonyms import FIELDS, folded

SUFFIXES = (".md", ".markdown")

_HEADING = re.compile(r"(?P<marks>#{1,6})[ \t]+(?P<text>[^\r\n]*)")
_FENCE = re.compile(r" {0,3}(```|~~~)")
_BOLD = re.compile(r"(?:[-*+][ \t]+)?\*\*(?P<key>[^*:]{1,40}):?\*\*:?[ \t]*(?P<value>\S[^\r\n]*)")
_PLAIN = re.compile(r"(?:[-*+][ \t]+)?(?P<key>[A-Z][A-Za-z ]{1,30}):[ \t]+(?P<value>\S[^\r\n]*)")
_KNOWN = {word for words in FIELDS[""].values() for word in words} | {*FIELDS[""]}
BEFORE = "introduction"
"""What the text above the first heading is called."""


class Section(NamedTuple):
    """A heading with the lines below it."""

    level: int
    heading: str
    lines: list[str]


def read(source: Source) -> list[Foreign]:
    """The review in a file. Raises PirgenError where its front matter cannot be repaired, or where there is nothing."""
    try:
        text = source.data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise PirgenError(f"{source.name}: the file is not UTF-8; save it as UTF-8") from None
    front, body = _split(text)
    fields: list[tuple[str, Any]] = []
    repaired: tuple[str, ...] = ()
    if front.strip():
        document = load(Source(source.name, front.encode()))
        if not document.is_empty:
            repaired = repairs(document, source.name, above=1)
        if document.data is not None:
            fields += [pair for one in reviews(document.data, source.name) for pair in one.fields]
    fields += _body(body)
    if not fields:
        raise PirgenError(f"{source.name}: there is nothing in it")
    return [Foreign(tuple(fields), repaired=repaired)]


def _split(text: str) -> tuple[str, str]:
    """The front matter and the text below it; empty front matter where there is none."""
    lines = text.splitlines(keepends=True)
    if not lines or lines[0].rstrip() != "---":
        return "", text
    end = next((at for at, line in enumerate(lines[1:], 1) if line.rstrip() in ("---", "...")), None)
    return ("", text) if end is None else ("".join(lines[1:end]), "".join(lines[end + 1 :]))


def _body(text: str) -> Iterator[tuple[str, Any]]:
    """The fields that headings and lines of metadata name."""
    titled = False
    for section in _joined(_sections(text.splitlines())):
        name, lines = section.heading or BEFORE, section.lines
        if section.level == 1 and not titled:
            titled = True
            yield "title", name
            name = BEFORE
        if section.level <= 1:
            pairs, lines = _metadata(lines)
            yield from pairs
        yield name, "\n".join(lines).strip("\n")


def _sections(lines: Sequence[str]) -> Iterator[Section]:
    """The sections of a text; the first one has no heading."""
    current, fence = Section(0, "", []), ""
    for line in lines:
        mark = _FENCE.match(line)
        if mark and (not fence or mark[1] == fence):
            fence = "" if fence else mark[1]
        heading = None if fence or mark else _HEADING.fullmatch(line)
        if heading is None:
            current.lines.append(line)
            continue
        yield current
        current = Section(len(heading["marks"]), heading["text"].rstrip(" \t#").strip(), [])
    yield current


def _joined(sections: Iterator[Section]) -> Iterator[Section]:
    """The sections, where those that name no field of ours are part of the section above that does."""
    known: Section | None = None
    for section in sections:
        if known is not None and section.level > known.level and not _is_known(section.heading):
            known.lines.extend([f"{'#' * section.level} {section.heading}", *section.lines])
            continue
        if known is not None:
            yield known
            known = None
        if section.level > 1 and _is_known(section.heading):
            known = section
        else:
            yield section
    if known is not None:
        yield known


def _is_known(heading: str) -> bool:
    return folded(word(heading)) in _KNOWN


def _metadata(lines: Sequence[str]) -> tuple[list[tuple[str, Any]], list[str]]:
    """The lines that give a known field a value, such as `**Severity:** P1`, as pairs, and the others."""
    pairs: list[tuple[str, Any]] = []
    rest: list[str] = []
    for line in lines:
        found = _BOLD.fullmatch(line.strip()) or _PLAIN.fullmatch(line.strip())
        if found and _is_known(found["key"]):
            pairs.append((found["key"], found["value"].strip()))
        else:
            rest.append(line)
    return pairs, rest
