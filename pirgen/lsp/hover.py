"""What is said about the thing under the pointer: a field or a rule."""

from __future__ import annotations

import inspect
import re
from collections.abc import Mapping, Sequence
from typing import Any

from pirgen.diagnostic import Path
from pirgen.lint.rules import Rule
from pirgen.lsp.fields import field


def about_field(schema: Mapping[str, Any], path: Path, value: str = "") -> str:
    """What the schema says about the field at a path and about its value, as plain text; empty for nothing."""
    here = field(schema, path)
    if here is None:
        return ""
    said = [one for key in ("description", "patternErrorMessage") if isinstance(one := here.get(key), str)]
    options, about = here.get("enum"), here.get("enumDescriptions")
    if isinstance(options, list) and isinstance(about, list):
        pairs = list(zip(options, about, strict=False))
        meant = [f"{option}: {text}" for option, text in pairs if option == value] or [
            f"{option}: {text}" for option, text in pairs
        ]
        said += meant
    examples = here.get("examples")
    if isinstance(examples, list) and examples:
        said.append(f"Such as {', '.join(map(str, examples))}")
    return "\n".join(said)


def about_rules(rules: Sequence[Rule]) -> str:
    """The documentation of rules, as Markdown."""
    return "\n\n---\n\n".join(f"**{rule.name}**\n\n{inspect.cleandoc(rule.doc)}" for rule in rules)


def fenced(text: str) -> str:
    """Markdown that goes on with a text as it is; a project's own fields may hold any text."""
    fence = "`" * max([3, *(len(marks) + 1 for marks in re.findall("`+", text))])
    return f"\n\n---\n\n{fence}text\n{text}\n{fence}" if text else ""
