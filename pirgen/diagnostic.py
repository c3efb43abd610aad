"""What is wrong and where: the values that flow from the checks to the output formats."""

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


class Replace(NamedTuple):
    """Give the value at `path` another text."""

    path: Path
    value: str


class Rename(NamedTuple):
    """Give the key at the end of `path` another name."""

    path: Path
    name: str


class Insert(NamedTuple):
    """Add a key to the mapping at `path`, behind the key `after` if it is there, else behind the last one."""

    path: Path
    key: str
    value: str
    after: str = ""


class Quote(NamedTuple):
    """Put the value that starts at a place (1-based) into quotes, where the text cannot be parsed without."""

    line: int
    column: int


class Reorder(NamedTuple):
    """Give the list at `path` another order: the present places of its items, one after the other."""

    path: Path
    order: tuple[int, ...]


class Erase(NamedTuple):
    """Take away a comment that stands at a place (1-based)."""

    line: int
    column: int


Edit: TypeAlias = Replace | Rename | Insert | Quote | Reorder | Erase


class Fix(NamedTuple):
    """How to mend a problem. An unsafe one may not be what the author meant."""

    edits: tuple[Edit, ...]
    safe: bool = True


class Problem(NamedTuple):
    """What a check has to say, placed by meaning; the engine finds the characters.

    `path` may name a value that does not exist: its nearest existing ancestor is then shown.
    With `at_key` the key is meant and not its value.
    """

    path: Path
    message: str
    hint: str = ""
    at_key: bool = False
    fix: Fix | None = None


class Diagnostic(NamedTuple):
    """A problem in a file, ready to print."""

    file: str
    span: Span
    rule: str
    severity: Severity
    message: str
    hint: str = ""
    excerpt: str = ""
    """The first line of the span as it stands in the file, or the part of it around the span."""
    excerpt_column: int = 1
    """The column at which the excerpt begins."""
    fix: Fix | None = None

    @property
    def order(self) -> tuple[str, Span, str, str]:
        """What diagnostics are sorted by: their place, then their rule."""
        return self.file, self.span, self.rule, self.message

    @property
    def fixable(self) -> bool:
        """Whether `pirgen lint --fix` can mend it."""
        return self.fix is not None and self.fix.safe
