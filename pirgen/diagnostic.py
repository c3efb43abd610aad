"""What is wrong and where: the values that flow from the checks to the output formats."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple, TypeAlias

Path: TypeAlias = tuple[str | int, ...]
"""Where a value stands in the data: keys and list indices from the root down."""


class Severity(StrEnum):
    """How much a diagnostic weighs: errors fail a run, warnings fail it on request, advice never does."""

    ERROR = "error"
    WARNING = "warning"
    ADVICE = "advice"


class Span(NamedTuple):
    """A stretch of text: lines and columns are 1-based and count characters; the end is exclusive."""

    line: int
    column: int
    end_line: int
    end_column: int


@dataclass(frozen=True, slots=True)
class Problem:
    """What a check has to say, placed by meaning; the engine finds the characters.

    `path` may name a value that does not exist: its nearest existing ancestor is then shown.
    With `at_key` the key is meant and not its value.
    """

    path: Path
    message: str
    hint: str = ""
    at_key: bool = False


@dataclass(frozen=True, slots=True, order=True)
class Diagnostic:
    """A problem in a file, ready to print. Sorts by place, then rule."""

    file: str
    span: Span
    rule: str
    severity: Severity
    message: str
    hint: str = ""
    fixable: bool = False
    excerpt: str = field(default="", compare=False)
    """The first line of the span as it stands in the file, or the part of it around the span."""
    excerpt_column: int = field(default=1, compare=False)
    """The column at which the excerpt begins."""
