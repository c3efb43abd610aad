"""Takes secrets, addresses and a project's own patterns out of text that will be committed."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from pirgen.runtime.extras import require
from pirgen.text.pattern import replacer

_IPV4 = r"(?:[0-9]{1,3}\.){3}[0-9]{1,3}"
_ADDRESSES = re.compile(
    rf"(?P<ip>(?<![\w.:])(?:[0-9A-Fa-f]{{0,4}}:){{2,7}}(?:{_IPV4}|[0-9A-Fa-f]{{1,4}})(?![\w:])|(?<![\w.]){_IPV4}(?!\w|\.\w))"
    r"|(?P<mail>[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+)"
)
_LOGIN = re.compile(r"(?<=://)[^\s\"'<>]{1,200}(?=@)")
_CLOCK = re.compile(r"[0-9]{1,2}:[0-9]{2}(:[0-9]{2})?")
_HEADER = re.compile(r"(?i)(?P<name>(?:proxy-)?authorization|(?:set-)?cookie)(?P<mark>[\"']?\s{0,4}:)[^\r\n]*")
_NAMED = re.compile(
    r"(?i)(?P<name>(?<![\w-])[\w-]{0,40}(?:passw(?:or)?d|passphrase|secret|token|api[_-]?key|authorization|session)"
    r"[\w-]{0,40}[\"']?(?:\s{0,4}[=:]\s{0,4}|(?<=\w)[ ](?=\S))[\"']?(?:bearer |basic |token )?)(?P<value>[^\s\"',;&]+)"
)
_OPTION = re.compile(r"(?i)--[\w-]{0,40}(?:passw|passphrase|secret|token|api[_-]?key)")
_KEYS = re.compile(
    r"AKIA[0-9A-Z]{16}|gh[pousr]_[A-Za-z0-9]{20,}|github_pat_\w{20,}|glpat-[\w-]{20,}|xox[abprs]-[\w-]{10,}"
    r"|sk-[\w-]{16,}|AIza[\w-]{20,}|npm_\w{20,}|hf_\w{20,}|ya29\.[\w-]{10,}|(?<![\w-])(?>[\w-]*?eyJ)[\w-]{6,}+(?:\.[\w-]+){1,4}"
)
_KEY_BEGINS, _KEY_ENDS = re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY"), re.compile(r"-----END [A-Z ]*PRIVATE KEY")
SHORTEST = 6
"""Shorter texts are no secrets; they would take words apart."""
LONGEST, STEP = 500, 400
"""Longer lines are searched for secrets in pieces of this many characters, each this many after the one before."""


def require_patterns(patterns: Sequence[str]) -> None:
    """Raise PirgenError where there are patterns and RE2, which applies them in linear time, is not installed."""
    if patterns:
        require("re2")


def redacted(text: str, patterns: Sequence[str] = (), *, secrets: bool = False) -> str:
    """The text with what must not be committed replaced by its kind in square brackets.

    Well-known tokens, values named as secrets, logins in URLs, e-mail and IP addresses and the regular expressions in
    `patterns` are taken out. With `secrets`, so is what detect-secrets finds; it must be installed. Raises PirgenError
    as `require_patterns`.
    """
    require_patterns(patterns)
    own = [replacer(pattern) for pattern in patterns]
    text = "".join(_line(line, own) for line in _without_keys(text.splitlines(keepends=True)))
    for secret in sorted(set(_secrets(text)) if secrets else (), key=len, reverse=True):
        text = text.replace(secret, "[secret]")
    return text


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


def _line(line: str, own: Iterable[Any]) -> str:
    for pattern in own:
        line = pattern.sub("[redacted]", line)
    line = _KEYS.sub("[secret]", line)
    line = _HEADER.sub(r"\g<name>\g<mark> [secret]", line)
    line = _LOGIN.sub("[login]", line)
    line = _NAMED.sub(_named, line)
    return _ADDRESSES.sub(lambda found: found[0] if _CLOCK.fullmatch(found[0]) else "[address]", line)


def _named(found: re.Match[str]) -> str:
    """A value after a name such as `password`. Without `=` or `:` the name must be an option: prose stays."""
    name: str = found["name"]
    is_said = name.rstrip("\"' ").endswith((":", "=")) or re.search(r"[=:]", name) or _OPTION.match(name)
    return f"{name}[secret]" if is_said else found[0]


def _secrets(text: str) -> Iterator[str]:
    """What detect-secrets takes for a secret, with its default plugins and without asking any server."""
    from detect_secrets.core.scan import scan_file
    from detect_secrets.settings import default_settings

    with tempfile.TemporaryDirectory() as folder, default_settings():
        file = Path(folder) / "output.txt"
        lines = text.splitlines()
        pieces = (line[start : start + LONGEST] for line in lines for start in range(0, len(line), STEP))
        file.write_text("".join(f"{piece}\n" for piece in pieces), encoding="utf-8", errors="replace")
        values = (one.secret_value or "" for one in scan_file(str(file)))
        yield from (value for value in values if len(value) >= SHORTEST and "[secret" not in value)
