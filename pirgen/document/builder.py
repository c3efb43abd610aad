"""Builds plain data from nodes, by the core schema of YAML 1.2 (https://yaml.org/spec/1.2.2/#103-core-schema).

Values that only YAML 1.1 reads as dates, sexagesimal numbers, octal numbers or booleans stay text. So do numbers that
JSON could not represent exactly: those with over 18 digits, infinite ones and NaN.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from pirgen.document.composer import PLAIN, TAG

_NULL = {"", "~", "null", "Null", "NULL"}
_BOOL = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_INT = re.compile(r"[-+]?(0|[1-9][0-9]{0,17})")
_FLOAT = re.compile(r"[-+]?(\.[0-9]{1,17}|(0|[1-9][0-9]{0,17})(\.[0-9]{0,17})?)([eE][-+]?[0-9]{1,2})?")


class Builder:
    """Builds the data of one document. `problems` lists what cannot be built: node, message, hint."""

    def __init__(self, restore: Callable[[str], str]) -> None:
        self.restore = restore
        self.problems: list[tuple[Node, str, str]] = []

    def build(self, node: Node) -> Any:
        """The data of a node."""
        tag = node.tag
        if tag == PLAIN:
            return _plain(self.restore(node.value))
        if isinstance(node, ScalarNode):
            return self._tagged(node)
        if isinstance(node, SequenceNode) and tag == TAG + "seq":
            return [self.build(item) for item in node.value]
        if isinstance(node, MappingNode) and tag == TAG + "map":
            return self._mapping(node)
        return self._bad_tag(node)

    def _mapping(self, node: MappingNode) -> dict[str, Any]:
        data: dict[str, Any] = {}
        for key_node, value_node in node.value:
            if not isinstance(key_node, ScalarNode):
                self.problems.append((key_node, "a key must be text, not a list or a mapping", ""))
                continue
            key = self.restore(key_node.value)
            if key in data:
                self.problems.append(
                    (key_node, f"the key `{key}` is here twice", "keep one; YAML allows a key only once")
                )
            else:
                data[key] = self.build(value_node)
        return data

    def _tagged(self, node: ScalarNode) -> Any:
        value = self.restore(node.value)
        if node.tag in (TAG + "str", "!"):
            return value
        kinds = {"int": int, "float": float, "bool": bool, "null": type(None)}
        kind = kinds.get(node.tag.removeprefix(TAG))
        plain = _plain(value)
        return plain if kind and type(plain) is kind else self._bad_tag(node)

    def _bad_tag(self, node: Node) -> None:
        shown = node.tag.replace(TAG, "!!")
        self.problems.append(
            (node, f"the tag `{shown}` is not supported here", "put the value in quotes, or write it without the tag")
        )


def _plain(value: str) -> Any:
    """The value of a plain scalar by the core schema of YAML 1.2."""
    if value in _NULL:
        return None
    if value in _BOOL:
        return _BOOL[value]
    if value[0] in "+-.0123456789":
        if _INT.fullmatch(value):
            return int(value)
        if _FLOAT.fullmatch(value):
            return float(value)
    return value
