"""Names of files that are not UTF-8. Python keeps each byte of theirs that cannot be decoded as half of a pair."""

from __future__ import annotations

import re

_HALF = re.compile("[\ud800-\udfff]")


def readable(name: str) -> str:
    """A name, or a text with names in it, as UTF-8 can write it: other bytes become `\\xff`."""
    return name if name.isascii() else _HALF.sub(_code, name)


def address(path: str) -> str:
    """A path as a part of a web address: every byte that has a meaning there is percent-encoded."""
    from urllib.parse import quote

    return quote(path, errors="surrogateescape")


def _code(found: re.Match[str]) -> str:
    code = ord(found[0])
    return f"\\x{code - 0xDC00:02x}" if 0xDC80 <= code <= 0xDCFF else f"\\u{code:x}"
