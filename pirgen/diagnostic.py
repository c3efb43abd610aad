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
class Replace:
    """Give the value at `path` another text."""

    path: Path
    value: str


@dataclass(frozen=True, slots=True)
class Rename:
    """Give the key at the end of `path` another name."""

    path: Path
    name: str


@dataclass(frozen=True, slots=True)
class Insert:
    """Add a key to the mapping at `path`, behind the key `after` if it is there, else behind the last one."""

    path: Path
    key: str
    value: str
    after: str = ""


@dataclass(frozen=True, slots=True)
class Quote:
    """Put the value that starts at a place (1-based) into quotes, where the text cannot be parsed without."""

    line: int
    column: int


Edit: TypeAlias = Replace | Rename | Insert | Quote


@dataclass(frozen=True, slots=True)
class Fix:
    """How to mend a problem. An unsafe one may not be what the author meant."""

    edits: tuple[Edit, ...]
    safe: bool = True


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
    fix: Fix | None = None


@dataclass(frozen=True, slots=True, order=True)
class Diagnostic:
    """A problem in a file, ready to print. Sorts by place, then rule."""

    file: str
    span: Span
    rule: str
    severity: Severity
    message: str
    hint: str = ""
    excerpt: str = field(default="", compare=False)
    """The first line of the span as it stands in the file, or the part of it around the span."""
    excerpt_column: int = field(default=1, compare=False)
    """The column at which the excerpt begins."""
    fix: Fix | None = field(default=None, compare=False)

    @property
    def fixable(self) -> bool:
        """Whether `pirgen lint --fix` can mend it."""
        return self.fix is not None and self.fix.safe
