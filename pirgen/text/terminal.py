"""Makes text safe to print. Text from a file must not move the cursor or change the reading direction."""

from __future__ import annotations

from unicodedata import category, east_asian_width

from pirgen.text.names import readable


def printable(text: str) -> str:
    """The text on one line, with control, format and unassigned characters written as `\\u{…}`, and tabs as blanks."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(_shown(char) for char in readable(text))


def width(text: str) -> int:
    """How many columns a printable text takes on a terminal."""
    if text.isascii():
        return len(text)
    return sum(0 if category(char) in ("Mn", "Me") else 1 + (east_asian_width(char) in "WF") for char in text)


def _shown(char: str) -> str:
    if char == "\t":
        return " "
    if category(char) in ("Cc", "Cf", "Cn", "Co", "Zl", "Zp"):
        return f"\\u{{{ord(char):x}}}"
    return char
