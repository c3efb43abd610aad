"""Parses YAML text into plain data and knows the span of every value.

A line ends at LF, CRLF or CR, as in editors.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from codecs import BOM_UTF8
from collections.abc import Callable, Iterator
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from pirgen.diagnostic import Diagnostic, Path, Problem, Severity, Span
from pirgen.document.builder import Builder
from pirgen.document.composer import EMPTY, ComposeError, compose
from pirgen.files import MAX_BYTES, TOO_LARGE, Source

if TYPE_CHECKING:
    from pirgen.document.repairs import Changes

BEFORE, AFTER = 40, 140
"""How much of a long line a diagnostic keeps around the place meant, in characters."""
_LINE_END = re.compile(r"\r\n|\n|\r")
_COMMENT = re.compile(r"(?<![ \t])[ \t]+(?P<comment>#[^\r\n]*)")


class Place(NamedTuple):
    """Where a value stands in its text, by indices."""

    start: int
    end: int
    colon: int | None
    """The colon of its key; None in a list."""
    column: int
    """The column (0-based) of the mapping or list that holds it."""
    in_flow: bool
    """Whether that is in flow style."""


class Document:
    """A parsed file. Where `problems` is not empty, `data` may be None or incomplete.

    Where mistakes in the YAML were repaired so that the file could be read, `text` is the repaired text. It has the
    lines of the file; spans and excerpts are those of the file.
    """

    def __init__(
        self, source: Source, text: str, root: Node | None = None, restore: Callable[[str], str] = str
    ) -> None:
        self.source, self.text = source, text
        self.written = text
        """The text of the file as it is."""
        self.changes: Changes | None = None
        self.data: Any = None
        self.problems: tuple[tuple[Span, Problem], ...] = ()
        self._root, self._restore = root, restore
        self._children: dict[int, dict[str, tuple[Node, Node]]] = {}

    @property
    def is_empty(self) -> bool:
        """Whether the text holds nothing but comments and white space, or the word `null`."""
        return [problem.message for _, problem in self.problems] == [EMPTY.message]

    def span(self, path: Path, *, at_key: bool = False) -> Span:
        """The span of the value at `path`, or of its key with `at_key`.

        Where there is no such value, the span of the first key of its nearest ancestor.
        """
        node, key = self._root, None
        for step in path:
            found = self._child(node, step)
            if found is None:
                at_key = False
                node = _first_key(node)
                break
            key, node = found
        if at_key and key is not None:
            node = key
        if node is None:
            return Span(1, 1, 1, 1)
        return self.between(node.start_mark.index, node.end_mark.index)

    def excerpt(self, span: Span, before: int = 0, after: int = MAX_BYTES) -> tuple[int, str]:
        """The column (1-based) at which an excerpt of a span's first line begins, and the excerpt.

        The excerpt holds at most `before` characters before the start of the span and `after` from it on.
        """
        starts = self._written_starts
        start, place = starts[span.line - 1], starts[span.line - 1] + span.column - 1
        first = max(start, place - before)
        end = starts[span.line] if span.line < len(starts) else len(self.written)
        return first - start + 1, self.written[first : min(end, place + after)].rstrip("\r\n")

    def diagnostic(self, span: Span, rule: str, severity: Severity, problem: Problem) -> Diagnostic:
        """The diagnostic of a problem at a span of this file."""
        column, excerpt = self.excerpt(span, BEFORE, AFTER)
        return Diagnostic(
            self.source.name,
            span,
            rule,
            severity,
            problem.message,
            problem.hint,
            excerpt=excerpt,
            excerpt_column=column,
            fix=problem.fix,
            cause=problem.cause,
        )

    def _find(self, path: Path) -> tuple[Node | None, Node | None] | None:
        """The nodes of the key (None in a list) and the value at `path`; None where there is no such value."""
        found: tuple[Node | None, Node | None] | None = None, self._root
        for step in path:
            found = self._child(found[1], step) if found else None
        return found

    def _child(self, node: Node | None, step: str | int) -> tuple[Node | None, Node] | None:
        if isinstance(node, MappingNode) and isinstance(step, str):
            if id(node) not in self._children:
                pairs = [(key, value) for key, value in node.value if isinstance(key, ScalarNode)]
                index = {self._restore(key.value): (key, value) for key, value in reversed(pairs)}
                self._children[id(node)] = index
            return self._children[id(node)].get(step)
        if isinstance(node, SequenceNode) and isinstance(step, int) and step < len(node.value):
            return None, node.value[step]
        return None

    def range(self, start: int, end: int) -> Span:
        """The span from one index of the text of the file to another; `index` the other way round."""
        starts = self._written_starts
        first, last = bisect_right(starts, start), bisect_right(starts, end)
        return Span(first, start - starts[first - 1] + 1, last, end - starts[last - 1] + 1)

    def line_end(self, index: int) -> int:
        """The index in the text of the file at which the line of another index ends, before its line end."""
        found = _LINE_END.search(self.written, index)
        return found.start() if found else len(self.written)

    def index(self, line: int, column: int) -> int:
        """The index in the text of the file of a line and column (1-based)."""
        return self._written_starts[line - 1] + column - 1

    def extent(self, path: Path, *, at_key: bool = False) -> tuple[int, int] | None:
        """The start and end index of the scalar at `path`, or of its key with `at_key`; None if there is none."""
        found = self._find(path)
        if found is None:
            return None
        target = found[0] if at_key else found[1]
        if not isinstance(target, ScalarNode):
            return None
        return target.start_mark.index, target.end_mark.index

    def entry(self, path: Path, key: str) -> tuple[int, int, bool] | None:
        """The end of an entry of the mapping at `path`: of the entry `key`, else of the last one.

        Returns the index of the end, the column (0-based) of the mapping, and whether it is in flow style; None where
        there is no mapping or it is empty.
        """
        found = self._find(path)
        node = found[1] if found else None
        if not isinstance(node, MappingNode) or not node.value:
            return None
        pair = self._child(node, key) or node.value[-1]
        end = pair[1].end_mark.index
        while end > 0 and self.text[end - 1] in " \t\r\n":
            end -= 1
        return end, node.start_mark.column, bool(node.flow_style)

    def entries(self, path: Path) -> tuple[list[tuple[int, int, int]], bool]:
        """The parts of the mapping or list at `path`, and whether it is in flow style; no parts for anything else.

        Each part is the index at which it starts (its key, or after the dash), the column of that (0-based), and the
        index at which its text ends.
        """
        found = self._find(path)
        node = found[1] if found else None
        if not isinstance(node, MappingNode | SequenceNode):
            return [], False
        parts = [pair if isinstance(node, MappingNode) else (pair, pair) for pair in node.value]
        told = [
            (first.start_mark.index, first.start_mark.column, len(self.text[: last.end_mark.index].rstrip(" \t\r\n")))
            for first, last in parts
        ]
        return told, bool(node.flow_style)

    def place(self, path: Path) -> Place | None:
        """Where the value at `path` stands; None where there is none, or where it is the root."""
        found, around = self._find(path), self._find(path[:-1])
        if not path or found is None or around is None or around[1] is None or found[1] is None:
            return None
        key, node, parent = found[0], found[1], around[1]
        colon = self.text.find(":", key.end_mark.index) if key else None
        in_flow = bool(getattr(parent, "flow_style", False))
        return Place(node.start_mark.index, _last_end(node), colon, parent.start_mark.column, in_flow)

    def written_at(self, path: Path) -> str:
        """The characters of the value at `path`; empty where there is none, or where it goes over several lines."""
        place = self.place(path)
        said = self.text[place.start : place.end] if place else ""
        return "" if "\n" in said or "\r" in said else said

    def comment(self, path: Path) -> Span | None:
        """The span of the comment that ends the plain value at `path` on its line; None where there is none."""
        found = self._find(path)
        node = found[1] if found else None
        if not isinstance(node, ScalarNode) or node.style:
            return None
        comment = _COMMENT.match(self.text, node.end_mark.index)
        return self.between(*comment.span("comment")) if comment else None

    def items(self, path: Path) -> list[tuple[int, int]]:
        """The start (after the dash) and end index of each item in the block list at `path`; empty for others."""
        found = self._find(path)
        node = found[1] if found else None
        if not isinstance(node, SequenceNode) or node.flow_style:
            return []
        return [(item.start_mark.index, item.end_mark.index) for item in node.value]

    def is_in_scalar(self, index: int) -> bool:
        """Whether the character at `index` is part of a value or a key. A `#` there starts no comment."""
        place = bisect_right(self._scalars, (index, len(self.text))) - 1
        return place >= 0 and index < self._scalars[place][1]

    @cached_property
    def _scalars(self) -> list[tuple[int, int]]:
        scalars = (node for node in _nodes(self._root) if isinstance(node, ScalarNode))
        return sorted((node.start_mark.index, node.end_mark.index) for node in scalars)

    def block_after(self, index: int) -> tuple[int, int]:
        """The first and last line of the outermost entry of a mapping or list that begins at `index` or later."""
        place = bisect_left(self._blocks, (index, -len(self.text)))
        start, end = self._blocks[place] if place < len(self._blocks) else (index, -index)
        span = self.between(start, -end)
        return span.line, span.end_line

    @cached_property
    def _blocks(self) -> list[tuple[int, int]]:
        """The start and the negative end of each entry, so that of those with one start the outermost is first."""
        return sorted((key.start_mark.index, -value.end_mark.index) for key, value in _entries(self._root))

    def between(self, start: int, end: int) -> Span:
        """The span from one index of the text to another, without trailing white space."""
        while end > start and self.text[end - 1] in " \t\r\n":
            end -= 1
        starts = self._starts
        first, last = bisect_right(starts, start), bisect_right(starts, end)
        columns = (first, start - starts[first - 1] + 1), (last, end - starts[last - 1] + 1)
        if self.changes:
            before = self.changes.column
            return Span(first, before(*columns[0]), last, before(*columns[1]))
        return Span(*columns[0], *columns[1])

    @cached_property
    def _starts(self) -> list[int]:
        return _line_starts(self.text)

    @cached_property
    def _written_starts(self) -> list[int]:
        return _line_starts(self.written) if self.changes else self._starts


def load(source: Source) -> Document:
    """Parse a source. Raises nothing; all errors are in the document's problems."""
    if source.error == TOO_LARGE or len(source.data) > MAX_BYTES:
        return _failed(source, "", ComposeError(0, 0, f"the file is larger than {MAX_BYTES >> 10} KiB", "split it"))
    if source.error:
        return _failed(source, "", ComposeError(0, 0, f"the file {source.error}"))
    data = source.data
    while data.startswith(BOM_UTF8):
        data = data[len(BOM_UTF8) :]
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        start = len(data[: error.start].decode())
        text = data.decode(errors="replace")
        return _failed(source, text, ComposeError(start, start + 1, "the file is not UTF-8", "save it as UTF-8"))
    try:
        root, restore = compose(text)
    except ComposeError as error:
        return _repaired(source, text, error) if error.problem else _failed(source, text, error)
    return _built(Document(source, text, root, restore), root, restore)


def _built(document: Document, root: Node, restore: Callable[[str], str]) -> Document:
    """The document with its data, and with what cannot be built besides the problems that it has."""
    builder = Builder(restore)
    document.data = builder.build(root)
    if document.data is None and not builder.problems and not document.problems:
        return _failed(document.source, document.text, EMPTY)
    found = (
        (document.between(node.start_mark.index, node.end_mark.index), Problem((), message, hint))
        for node, message, hint in builder.problems
    )
    document.problems = tuple(sorted((*document.problems, *found), key=lambda one: one[0]))
    return document


def _failed(source: Source, text: str, error: ComposeError) -> Document:
    document = Document(source, text)
    span = document.between(error.start, min(error.end, len(text)))
    document.problems = ((span, Problem((), error.message, error.hint)),)
    return document


def _repaired(source: Source, text: str, error: ComposeError) -> Document:
    """The document of a text with mistakes in its syntax, with the data that it has without them."""
    from pirgen.document.repairs import repair

    repaired = repair(text, error)
    root, restore = repaired.composed or (None, str)
    document = Document(source, repaired.text, root, restore)
    document.written, document.changes, document.problems = text, repaired.changes, repaired.mistakes
    return _built(document, root, restore) if root else document


def _line_starts(text: str) -> list[int]:
    return [0, *(found.end() for found in _LINE_END.finditer(text))]


def _nodes(root: Node | None) -> Iterator[Node]:
    todo = [root] if root else []
    while todo:
        node = todo.pop()
        yield node
        if isinstance(node, MappingNode):
            todo += (part for pair in node.value for part in pair)
        elif isinstance(node, SequenceNode):
            todo += node.value


def _entries(root: Node | None) -> Iterator[tuple[Node, Node]]:
    """The first and last node of each entry: key and value in a mapping, the item twice in a list."""
    for node in _nodes(root):
        if isinstance(node, MappingNode):
            yield from node.value
        elif isinstance(node, SequenceNode):
            yield from ((item, item) for item in node.value)


def _last_end(node: Node) -> int:
    """Where the last value in a node ends, without the white space and comments that follow."""
    while isinstance(node, MappingNode | SequenceNode) and node.value and not node.flow_style:
        node = node.value[-1][1] if isinstance(node, MappingNode) else node.value[-1]
    end: int = node.end_mark.index
    return end


def _first_key(node: Node | None) -> Node | None:
    return node.value[0][0] if isinstance(node, MappingNode) and node.value else node
