"""Takes secrets, addresses and a project's own patterns out of text that will be committed."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

_ADDRESSES = re.compile(
    r"(?P<ip>(?<![\w.])(?:[0-9]{1,3}\.){3}[0-9]{1,3}(?![\w.])|(?<![\w:])(?:[0-9A-Fa-f]{0,4}:){2,7}[0-9A-Fa-f]{1,4}(?![\w:]))"
    r"|(?P<mail>[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+)"
    r"|(?P<login>(?<=://)[^\s/@]{1,200}(?=@))"
)
_CLOCK = re.compile(r"[0-9]{1,2}:[0-9]{2}(:[0-9]{2})?")
_NAMED = re.compile(
    r"(?i)(?P<name>(?<![\w-])[\w-]{0,40}(?:passw(?:or)?d|secret|token|api[_-]?key|authorization)[\w-]{0,40}[\"']?"
    r"\s{0,4}[=: ]\s{0,4}[\"']?(?:bearer |basic )?)(?P<value>[^\s\"',;&]{4,})"
)
_KEYS = re.compile(
    r"AKIA[0-9A-Z]{16}|gh[pousr]_[A-Za-z0-9]{20,}|github_pat_\w{20,}|glpat-[\w-]{20,}|xox[abprs]-[\w-]{10,}"
    r"|eyJ[\w-]{10,}\.[\w-]{10,}\.[\w-]*"
)
_KEY_BEGINS, _KEY_ENDS = re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY"), re.compile(r"-----END [A-Z ]*PRIVATE KEY")
SHORTEST = 6
"""Shorter texts are no secrets; they would take words apart."""
LONGEST = 10_000
"""Longer lines are looked at in pieces of this many characters."""


def redacted(text: str, patterns: Sequence[str] = (), *, secrets: bool = False) -> str:
    """The text with what must not be committed replaced by its kind in square brackets.

    Well-known tokens, values named as secrets, logins in URLs, e-mail and IP addresses and the regular expressions in
    `patterns` are taken out. With `secrets`, so is what detect-secrets finds; it must be installed.
    """
    own = [re.compile(pattern) for pattern in patterns]
    found = set(_secrets(text)) if secrets else set()
    lines = _without_keys(text.splitlines(keepends=True))
    return "".join(_line(part, own, found) for line in lines for part in _pieces(line))


def _without_keys(lines: Iterable[str]) -> Iterator[str]:
    """The lines without private keys; one that does not end takes the rest with it."""
    inside = False
    for line in lines:
        if not inside and _KEY_BEGINS.search(line):
            inside = True
            yield "[secret]\n"
        if not inside:
            yield line
        elif _KEY_ENDS.search(line):
            inside = False


def _pieces(line: str) -> Iterator[str]:
    return (line[start : start + LONGEST] for start in range(0, len(line), LONGEST))


def _line(line: str, own: Iterable[re.Pattern[str]], found: Iterable[str]) -> str:
    for secret in sorted(found, key=len, reverse=True):
        line = line.replace(secret, "[secret]")
    for pattern in own:
        line = pattern.sub("[redacted]", line)
    line = _KEYS.sub("[secret]", line)
    line = _NAMED.sub(lambda match: f"{match['name']}[secret]", line)
    return _ADDRESSES.sub(_address, line)


def _address(match: re.Match[str]) -> str:
    kind = match.lastgroup
    if kind == "ip":
        return match[0] if _CLOCK.fullmatch(match[0]) else "[address]"
    return "[login]" if kind == "login" else "[address]"


def _secrets(text: str) -> Iterator[str]:
    """What detect-secrets takes for a secret, with its default plugins and without asking any server."""
    from detect_secrets.core.scan import scan_file
    from detect_secrets.settings import default_settings

    with tempfile.TemporaryDirectory() as folder, default_settings():
        file = Path(folder) / "output.txt"
        pieces = (piece for line in text.splitlines() for piece in _pieces(line))
        file.write_text("".join(f"{piece}\n" for piece in pieces), encoding="utf-8", errors="replace")
        values = (one.secret_value or "" for one in scan_file(str(file)))
        yield from (value for value in values if len(value) >= SHORTEST)
