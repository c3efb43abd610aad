"""Makes text safe to print. Text from a file must not move the cursor or change the reading direction.

Names of files may hold bytes that are not UTF-8; here is how they are shown.
"""

from __future__ import annotations

from unicodedata import category, east_asian_width

STYLES = {"bold": 1, "red": 31, "green": 32, "yellow": 33, "blue": 34, "cyan": 36, "grey": 90}
"""The styles of a terminal and their codes by ECMA-48."""

_CONTROLS = {code: f"\\u{{{code:x}}}" for code in (*range(9), *range(11, 32), *range(127, 160))}


def printable(text: str) -> str:
    """The text on one line, with control, format and unassigned characters written as `\\u{…}`, and tabs as blanks."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(_shown(char) for char in readable(text))


def uncontrolled(text: str) -> str:
    """The text with its tabs and line feeds, and every other control character written as `\\u{…}`.

    It is for files that programs read, which people print to a terminal, too.
    """
    return text.translate(_CONTROLS)


def readable(text: str) -> str:
    """The text as UTF-8 can hold it: bytes of a file's name that are not UTF-8 become `\\xff`.

    Python keeps each of them as half of a pair of surrogates.
    """
    try:
        text.encode()
    except UnicodeEncodeError:
        return "".join(_half(char) if "\ud800" <= char <= "\udfff" else char for char in text)
    return text


def address(path: str) -> str:
    """A path as a part of a web address: every byte that has a meaning there is percent-encoded."""
    from urllib.parse import quote

    return quote(path, errors="surrogateescape")


def width(text: str) -> int:
    """How many columns a printable text takes on a terminal."""
    if text.isascii():
        return len(text)
    return sum(0 if category(char) in ("Mn", "Me") else 1 + (east_asian_width(char) in "WF") for char in text)


def painted(text: str, *styles: str) -> str:
    """The text in the `STYLES` of these names, for a terminal; an empty text stays empty."""
    codes = ";".join(str(STYLES[style]) for style in styles)
    return f"\x1b[{codes}m{text}\x1b[0m" if codes and text else text


def plain(text: str, *styles: str) -> str:
    """The text without any style."""
    return text


def _shown(char: str) -> str:
    if char == "\t":
        return " "
    if category(char) in ("Cc", "Cf", "Cn", "Co", "Zl", "Zp"):
        return f"\\u{{{ord(char):x}}}"
    return char


def _half(char: str) -> str:
    code = ord(char)
    return f"\\x{code - 0xDC00:02x}" if 0xDC80 <= code <= 0xDCFF else f"\\u{code:x}"
