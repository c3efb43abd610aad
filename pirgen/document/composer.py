"""Parses YAML text into a tree of nodes with PyYAML's C parser, limits its size, and explains errors in plain words.

Three traits of the parser need care. libyaml breaks lines as YAML 1.1 does. Very deep nesting crashes its Python
binding. A few aliases can stand for billions of values.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress
from itertools import chain, islice
from typing import Any

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

try:
    from yaml import CSafeLoader as _Loader
except ImportError:  # PyYAML was built without libyaml: slower, but the same nodes
    from yaml import SafeLoader as _Loader  # type: ignore[assignment]

MAX_DEPTH = 100
MAX_VALUES = 50_000
TAG = "tag:yaml.org,2002:"
PLAIN = "plain"
"""The tag of a scalar without quotes and without a tag of its own."""

_UNPRINTABLE = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_DIRECTIVE = re.compile(r"\A(?:(?:[ \t]*(?:#[^\r\n]*)?|%YAML[^\r\n]*)(?:\r\n|\r|\n))*+%(?!YAML)")
_CONFLICT = re.compile(r"(?<![^\r\n])(?:<{7} |>{7} |\|{7} |={7}(?![^\r\n]))")
_CUT = re.compile(r"[ \t]#\w[^\r\n]*\Z")
_YAML_1_1_BREAKS = ("\x85", "\u2028", "\u2029")


class ComposeError(Exception):
    """The text is not one sound YAML document.

    `start` and `end` are the indices of the text at fault, `hint` says what to do. A mistake in the syntax also has the
    parser's words for it (`problem`), the index at which the parser stopped, and that of what it was reading then.
    """

    def __init__(
        self, start: int, end: int, message: str, hint: str = "", syntax: tuple[str, int, int | None] = ("", 0, None)
    ) -> None:
        self.start, self.end, self.message, self.hint = start, end, message, hint
        self.problem, self.at, self.context = syntax


EMPTY = ComposeError(0, 1, "the file is empty", "`pirgen new` makes a review from a template")
_HALF_MERGED = "git's conflict marker: a merge stopped here and was not finished"
_TOO_DEEP = ComposeError(0, 1, f"the file nests values more than {MAX_DEPTH} deep")


class _TooDeepError(Exception):
    pass


class _Composer(_Loader):
    """PyYAML's composer, which leaves tags as they are written and limits nesting."""

    depth = 0

    def resolve(self, kind: type[Node], value: str | None, implicit: Any) -> str:
        if kind is ScalarNode:
            return PLAIN if implicit[0] else TAG + "str"
        return TAG + ("map" if kind is MappingNode else "seq")

    def descend_resolver(self, current_node: Node | None, current_index: Any) -> None:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise _TooDeepError

    def ascend_resolver(self) -> None:
        self.depth -= 1


Composed = tuple[Node, Callable[[str], str]]


def compose(text: str) -> Composed:
    """The root node, and a function that restores the original characters of a scalar's value.

    The marks of the nodes are indices of `text`. Raises ComposeError where `text` is not one sound YAML document.
    """
    if directive := _DIRECTIVE.match(text):
        raise ComposeError(directive.end() - 1, directive.end(), "directives other than %YAML are not supported")
    if "<<<<<<< " in text and (marker := _conflict(text)):  # which may stand in a quoted value, too
        raise marker
    yaml_text, restore = _as_yaml_1_2(text)
    try:
        root = _Composer(yaml_text).get_single_node()
    except _TooDeepError:
        raise _TOO_DEEP from None
    except yaml.reader.ReaderError:
        raise _unprintable(text) from None
    except yaml.MarkedYAMLError as error:
        if error.problem == "exceeded maximum nesting depth":  # libyaml has its own limit since 0.2.6
            raise _TOO_DEEP from None
        raise _syntax_error(text, error) from None
    if root is None:
        raise EMPTY
    may_be_large = "&" in text or len(text) > MAX_VALUES
    if may_be_large and (largest := _largest_expansion(root)) is not None:
        message = f"with its aliases written out this holds more than {MAX_VALUES:,} values or {MAX_DEPTH} levels"
        raise ComposeError(largest.start_mark.index, largest.end_mark.index, message)
    return root, restore


def read_tokens(text: str, end: int) -> tuple[list[int], tuple[int, int] | None]:
    """The indices of the brackets that are open at an index, and the last text in quotes above it of several lines."""
    opened: list[int] = []
    quote: tuple[int, int] | None = None
    yaml_text, _ = _as_yaml_1_2(text[:end])
    with suppress(yaml.YAMLError):
        for token in yaml.scan(yaml_text, _Loader):
            start, stop = token.start_mark, token.end_mark
            if isinstance(token, yaml.FlowSequenceStartToken | yaml.FlowMappingStartToken):
                opened.append(start.index)
            elif isinstance(token, yaml.FlowSequenceEndToken | yaml.FlowMappingEndToken):
                del opened[-1:]
            elif isinstance(token, yaml.ScalarToken) and not token.plain and start.line < stop.line:
                quote = (start.index, stop.index) if token.style in ("'", '"') else quote
    return opened, quote


def _as_yaml_1_2(text: str) -> tuple[str, Callable[[str], str]]:
    """The text without NEL, LS and PS, and a function that puts them back into a value.

    libyaml still breaks lines at these characters, as in YAML 1.1. Each is replaced by one private character that the
    text does not use, so all indices stay the same.
    """
    used = [char for char in _YAML_1_1_BREAKS if char in text]
    if not used:
        return text, lambda value: value
    private = chain(range(0xE000, 0xF8FF), range(0xF0000, 0xFFFFD))
    free = islice((chr(c) for c in private if chr(c) not in text), len(used))
    there = dict(zip(used, free, strict=True))
    forth = str.maketrans("".join(there), "".join(there.values()))
    back = str.maketrans("".join(there.values()), "".join(there))
    return text.translate(forth), lambda value: value.translate(back)


def _largest_expansion(root: Node) -> Node | None:
    """The top-level key whose value is the largest with its aliases expanded; of equals, the last.

    None unless the expanded document is too large or too deep. Where the root is not a mapping, the root itself.
    """
    measured: dict[int, tuple[int, int]] = {}

    def measure(node: Node) -> tuple[int, int]:
        known = measured.get(id(node))
        if known is None:
            measured[id(node)] = MAX_VALUES + 1, 0  # the cost of a node that contains itself
            children = node.value if isinstance(node, SequenceNode) else ()
            if isinstance(node, MappingNode):
                children = [part for pair in node.value for part in pair]
            parts = [measure(child) for child in children]
            known = 1 + sum(size for size, _ in parts), 1 + max((depth for _, depth in parts), default=0)
            measured[id(node)] = known
        return known

    values, depth = measure(root)
    if values <= MAX_VALUES and depth <= MAX_DEPTH + 1:
        return None
    if not isinstance(root, MappingNode):
        return root
    key: Node = max(reversed(root.value), key=lambda pair: measure(pair[1]))[0]
    return key


_HINTS = {
    "found character that cannot start any token": "put the value in quotes",
    "mapping values are not allowed in this context": "a colon and a blank inside a value need quotes around it",
    "could not find expected ':'": "a line here is neither `key: value` nor part of the text above",
    "did not find expected key": "look for a wrong indentation or a quote that ends too early",
    "did not find expected '-' indicator": "look for a wrong indentation",
    "found undefined alias": "put the value in quotes; a leading * is an alias in YAML",
    "second occurrence": "give each anchor a name of its own",
    "but found another document": "one file holds one document: remove the `---` or split the file",
    "found unexpected end of stream": "a quote or bracket that is opened before this place is never closed",
    "found unknown escape character": "use 'single quotes' where a backslash is meant literally",
    "block sequence entries are not allowed in this context": "put the list on the lines below its key",
}
_FIRST_CHARACTERS = {
    "@": "a value that starts with @ needs quotes",
    "`": "a value that starts with a backtick needs quotes",
    "%": "a value that starts with % needs quotes",
    "\t": "indent with spaces; YAML does not allow tabs",
}


def _conflict(text: str) -> ComposeError | None:
    """The first conflict marker, where there is one."""
    if found := _CONFLICT.search(text):
        hint = "keep what is right of both sides and remove the lines with <<<<<<<, ======= and >>>>>>>"
        return ComposeError(found.start(), found.end(), _HALF_MERGED, hint)
    return None


def _syntax_error(text: str, error: yaml.MarkedYAMLError) -> ComposeError:
    if marker := _conflict(text):
        return marker
    mark = error.problem_mark or error.context_mark
    start = min(mark.index, len(text)) if mark else 0
    problem = (error.problem or "unreadable").removeprefix("but ")
    hint = _HINTS.get(error.problem or "", "")
    if "cannot start any token" in problem and start < len(text):
        char = text[start]
        hint = _FIRST_CHARACTERS.get(char, hint)
        problem = f"found {'a tab' if char == chr(9) else char} where a value should start"
    if "did not find expected" in problem and _CUT.search(text[:start].rstrip()):
        hint = "a # after a blank starts a comment and cuts the value above: put that value in quotes"
    if "another document" in problem and text[start + 3 :].strip() and text.startswith("---"):
        hint = "of front matter only the fields are read: move the text below the second `---` into fields of their own"
    if start >= len(text) and error.context_mark:
        start = error.context_mark.index
    if "another document" in problem:  # which is no slip that could be mended
        return ComposeError(start, start + 1, f"not valid YAML: {problem}", hint)
    context = min(error.context_mark.index, len(text)) if error.context_mark else None
    syntax = error.problem or "", min(mark.index, len(text)) if mark else 0, context
    return ComposeError(start, start + 1, f"not valid YAML: {problem}", hint, syntax)


def _unprintable(text: str) -> ComposeError:
    found = _UNPRINTABLE.search(text)
    start, char = (found.start(), found[0]) if found else (0, "\0")
    hint = 'remove it, or write it as an escape in a "quoted" value'
    return ComposeError(start, start + 1, f"the character U+{ord(char):04X} is not allowed in YAML", hint)
