"""Writes JSON that neither moves a terminal's cursor nor turns its text around."""

from __future__ import annotations

from typing import Any

import msgspec

_MOVING = {
    code: f"\\u{code:04x}"
    for code in (*range(0x7F, 0xA0), 0x200E, 0x200F, *range(0x2028, 0x202F), *range(0x2066, 0x206A))
}
"""What moves a terminal's cursor or turns its text around, written as JSON writes it in ASCII."""


def line(value: Any) -> bytes:
    """A value as JSON in one line, without a line end."""
    told = msgspec.json.encode(value)
    is_plain = told.isascii() and b"\x7f" not in told
    return told if is_plain else told.decode().translate(_MOVING).encode()
