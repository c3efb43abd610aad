"""Writes text as a YAML scalar on one line."""

from __future__ import annotations

import re


def yaml_string(text: str) -> str:
    """The text as a double-quoted YAML scalar on one line."""
    shown = "".join(
        f"\\{char}" if char in '\\"' else char if char.isprintable() else f"\\U{ord(char):08x}" for char in text
    )
    return f'"{shown}"'


def yaml_plain(text: str) -> str:
    """The text as a YAML scalar, without quotes where it cannot be a number or a keyword."""
    return text if re.fullmatch(r"[A-Z]+-?[0-9]+", text) else yaml_string(text)


def shown(written: str) -> str:
    """What somebody shall write, between backticks and cut where it is long."""
    return f"`{written if len(written) <= 80 else written[:79] + '…'}`"
