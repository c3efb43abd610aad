"""The generated parts of the reference: fields from the schemas, rules from their docstrings, commands from their help.

A part stands between `<!-- generated: NAME -->` and `<!-- end -->`; `make golden` brings it up to date.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable, Iterator
from typing import Any

import click

from pirgen.commands import main
from pirgen.lint import rules
from pirgen.schema import read

EXAMPLE = re.compile(r"\*(Bad|Good)\*( \(.*?\))?:\n\n((?: {4}.*\n?|\n)+)")
PART = re.compile(r"(<!-- generated: (\w+)(?: (\w+))? -->\n).*?(<!-- end -->)", re.DOTALL)


def filled(page: str) -> str:
    """The page with its generated parts as they should be."""
    makers: dict[str, Callable[[str], str]] = {
        "fields": fields,
        "rules": lambda _: rule_sections(),
        "commands": lambda _: command_sections(),
    }
    return PART.sub(lambda found: f"{found[1]}\n{makers[found[2]](found[3])}\n{found[4]}", page)


def fields(name: str) -> str:
    """A table of a schema's fields, nested ones with their path."""
    schema = read(name)
    if name == "incident":
        schema |= schema["definitions"]["event"]
    always = {*schema.get("required", ()), *schema.get("else", {}).get("else", {}).get("required", ())}
    lines = ["| Field | Value | Meaning |", "| --- | --- | --- |"]
    for path, field, required in _walk(schema, schema, "", always):
        meaning = field.get("description", "") + (" *Required.*" if required else "")
        lines.append(f"| `{path}` | {_value(_resolved(schema, field))} | {meaning.replace('|', chr(92) + '|')} |")
    return "\n".join(lines) + "\n"


def _walk(
    root: dict[str, Any], part: dict[str, Any], path: str, required: set[str]
) -> Iterator[tuple[str, dict[str, Any], bool]]:
    for key, field in part.get("properties", {}).items():
        yield f"{path}{key}", field, key in required
        inner = _resolved(root, field)
        below = f"{path}{key}."
        if inner.get("type") == "array":
            inner = _resolved(root, inner["items"])
            below = f"{path}{key}[]."
        yield from _walk(root, inner, below, set(inner.get("required", ())))


def _resolved(root: dict[str, Any], field: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in field:
        found: Any = root
        for step in field["$ref"].removeprefix("#/").split("/"):
            found = found[step]
        field = found
    return field


def _value(field: dict[str, Any]) -> str:
    if "enum" in field:
        return ", ".join(f"`{option}`" for option in field["enum"] if option is not None)
    kind = field.get("format", field.get("type"))
    kinds = [name for name in ([kind] if isinstance(kind, str) else kind or []) if name != "null"]
    words = {"array": "list", "object": "mapping", "string": "text"}
    return ", ".join(words.get(name, name.removeprefix("pirgen-").replace("-", " ")) for name in kinds)


def rule_sections() -> str:
    """A section for each rule: its weight and its documentation."""
    parts = []
    for rule in rules.load():
        doc = re.sub(r"\*(Bad|Good)\*( \(.*?\))?:\n\n((?: {4}.*\n?|\n)+)", _example, rule.doc + "\n")
        drafts = "" if rule.drafts else " Drafts and withdrawn reviews are not judged."
        parts.append(f"## {rule.name}\n\nBy default: {rule.severity}.{drafts}\n\n{doc.strip()}\n")
    return "\n".join(parts)


def _example(found: re.Match[str]) -> str:
    text = textwrap.dedent(found[3]).strip()
    return f"*{found[1]}*{found[2] or ''}:\n\n```yaml\n{text}\n```\n\n"


def command_sections() -> str:
    """The help of every command."""
    context = click.Context(
        main, info_name="pirgen", max_content_width=100, terminal_width=100, **main.context_settings
    )
    parts = [f"```text\n{main.get_help(context)}\n```\n"]
    for name in main.list_commands(context):
        command = main.get_command(context, name)
        assert command is not None
        inner = click.Context(command, info_name=name, parent=context)
        parts.append(f"## {name}\n\n```text\n{command.get_help(inner)}\n```\n")
        for verb, one in (command.commands if isinstance(command, click.Group) else {}).items():
            below = click.Context(one, info_name=verb, parent=inner)
            parts.append(f"### {name} {verb}\n\n```text\n{one.get_help(below)}\n```\n")
    return "\n".join(parts)
