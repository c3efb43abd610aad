"""Applies the regular expressions that people write, in time linear in the text, whatever they write.

Patterns of schemas and globs run in the engine of jsonschema-rs, which only tells whether a text matches. Patterns that
are replaced run in RE2. Neither engine has look-around or back references.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

_UNSUPPORTED = re.compile(r"\(\?<?[=!]|\\[1-9]|\(\?P=|\\k<")
NOT_SUPPORTED = (
    "look-around such as (?=…) and back references such as \\1 are not supported; list what may stand there instead, "
    "as in (?:INC|OPS)-[0-9]{3,}"
)


def needs_more(pattern: str) -> bool:
    """Whether a pattern that cannot be used has look-around or back references."""
    return _UNSUPPORTED.search(pattern) is not None


def is_pattern(pattern: str) -> bool:
    """Whether `matches` can use a pattern, also where it is part of another one."""
    try:
        _matcher(f"^(?:{pattern})$")
    except ValueError:
        return False
    return True


def matches(pattern: str, text: str) -> bool:
    """Whether a part of a text matches a pattern. Raises ValueError for a pattern that `is_pattern` refuses."""
    return _matcher(pattern)(_known(text))


def any_of(patterns: Iterable[str]) -> Callable[[str], bool]:
    """A function that says whether a part of a text matches one of the patterns, which it keeps compiled."""
    matchers = [fits({"type": "string", "pattern": pattern}) for pattern in patterns]

    def matches_any(text: str) -> bool:
        known = _known(text)
        return any(is_match(known) for is_match in matchers)

    return matches_any


def _known(text: str) -> str:
    """A text without halves of characters, which the engine does not take."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode()


@lru_cache(1_024)
def _matcher(pattern: str) -> Callable[[str], bool]:
    return fits({"type": "string", "pattern": pattern})


def fits(schema: dict[str, Any], **how: Any) -> Callable[[Any], bool]:
    """Tells whether data fits a schema whose patterns take linear time. Raises ValueError where one cannot be used.

    Ctrl-C waits while jsonschema-rs is imported, because an interrupt then would end the process as a crash in Rust.
    """
    with _uninterrupted():
        import jsonschema_rs

    options = jsonschema_rs.RegexOptions()
    is_valid: Callable[[Any], bool] = jsonschema_rs.Draft7Validator(schema, pattern_options=options, **how).is_valid
    return is_valid


@contextmanager
def _uninterrupted() -> Iterator[None]:
    import signal

    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@lru_cache(64)
def replacer(pattern: str) -> Any:
    """A compiled pattern, with the methods of `re.Pattern`. Raises ValueError where it cannot be compiled."""
    import re2

    options = re2.Options()
    options.log_errors = False
    try:
        return re2.compile(pattern, options)
    except re2.error as error:
        raise ValueError(str(error)) from None
