"""Diagnostics as JUnit XML, which most CI systems show as test results (https://llg.cubic.org/docs/junit/).

JUnit knows tests that fail and tests that pass. An error is a failure, any other finding a passing test with output.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import groupby

from pirgen.diagnostic import Diagnostic, Severity

FROM_TOP = True
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that no XML document may hold."""
_ENTITIES = {char: f"&#{ord(char)};" for char in "&<>\"'\t\n\r"}


def render(diagnostics: Sequence[Diagnostic], files: int, colour: bool) -> str:
    """One suite a file with findings, one test case a finding; without any, one test case that passes."""
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', f"<testsuites {_counts(diagnostics)}>"]
    for file, group in groupby(diagnostics, lambda found: found.file):
        suite = [*group]
        lines += [f'  <testsuite name="{_text(file)}" {_counts(suite)}>', *map(_case, suite), "  </testsuite>"]
    if not diagnostics:
        lines += [f'  <testsuite name="pirgen" {_counts(())}>', '    <testcase classname="pirgen" name="all good"/>']
        lines += ["  </testsuite>"]
    return "\n".join([*lines, "</testsuites>"]) + "\n"


def _counts(diagnostics: Sequence[Diagnostic]) -> str:
    failures = sum(found.severity is Severity.ERROR for found in diagnostics)
    return f'tests="{len(diagnostics) or 1}" failures="{failures}" errors="0"'


def _case(found: Diagnostic) -> str:
    place = f"{found.span.line}:{found.span.column}"
    file, said = _text(found.file), _text(found.message)
    where = f'classname="{file}" name="{found.rule} {place}" file="{file}" line="{found.span.line}"'
    more = f"{file}:{place}: {said}" + (f"; {_text(found.hint)}" if found.hint else "")
    if found.severity is Severity.ERROR:
        told = f'<failure type="{found.rule}" message="{said}">{more}</failure>'
    else:
        told = f"<system-out>{found.severity}: {more}</system-out>"
    return f"    <testcase {where}>{told}</testcase>"


def _text(text: str) -> str:
    return "".join(_ENTITIES.get(char, char) for char in _FORBIDDEN.sub("\ufffd", text))
