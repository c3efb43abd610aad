"""Problems, their places and their fixes: the values that the checks give to the output formats."""

from enum import StrEnum
from typing import NamedTuple, TypeAlias

Path: TypeAlias = tuple[str | int, ...]
"""The path of a value in the data: keys and list indices from the root down."""


class Severity(StrEnum):
    """The severity of a diagnostic: errors fail a run, warnings fail it on request, advice never does."""

    ERROR = "error"
    WARNING = "warning"
    ADVICE = "advice"


class Span(NamedTuple):
    """A range of text. Lines and columns are 1-based, columns count characters, and the end is exclusive."""

    line: int
    column: int
    end_line: int
    end_column: int


class Replace(NamedTuple):
    """Replace the value at `path`."""

    path: Path
    value: str


class Rename(NamedTuple):
    """Rename the key at the end of `path`."""

    path: Path
    name: str


class Insert(NamedTuple):
    """Add a key to the mapping at `path`: after the key `after` where it exists, else after the last key.

    With `first` it is added before the first key.
    """

    path: Path
    key: str
    value: str
    after: str = ""
    first: bool = False


class Reshape(NamedTuple):
    """Put a value of another kind in place of that at `path`: a text, a list of texts, or a mapping of texts."""

    path: Path
    value: str | tuple[str, ...] | tuple[tuple[str, str], ...]

    @property
    def data(self) -> str | list[str] | dict[str, str]:
        """The value as it is in the data."""
        if isinstance(self.value, str):
            return self.value
        pairs = [one for one in self.value if not isinstance(one, str)]
        return dict(pairs) if pairs else [one for one in self.value if isinstance(one, str)]


class Remove(NamedTuple):
    """Remove the key at the end of `path`, with its value and the comment on its line."""

    path: Path


class Append(NamedTuple):
    """Add a mapping of texts at the end of the list at `path`; the list is made where there is none."""

    path: Path
    values: tuple[tuple[str, str], ...]


class Rewrite(NamedTuple):
    """Put another text in place of a line (1-based) of a file that cannot be parsed otherwise."""

    line: int
    text: str


class Reorder(NamedTuple):
    """Reorder the list at `path`. `order` holds the present indices of its items, in the new order."""

    path: Path
    order: tuple[int, ...]


class Erase(NamedTuple):
    """Remove the comment at a line and column (1-based)."""

    line: int
    column: int


Edit: TypeAlias = Replace | Rename | Insert | Remove | Append | Reshape | Rewrite | Reorder | Erase


class Fix(NamedTuple):
    """The edits that fix a problem. An unsafe fix may not be what the author meant."""

    edits: tuple[Edit, ...]
    safe: bool = True


class Change(NamedTuple):
    """The text that a fix writes in place of a part of its file."""

    title: str
    """What it does, in the imperative."""
    span: Span
    """The part that is replaced; empty where the text is only added."""
    text: str
    lines: str
    """What the lines of that part are then, as a whole, without the last line end."""


class Reason(StrEnum):
    """Why data does not fit its schema."""

    MISSING = "missing"
    UNKNOWN = "unknown"
    RENAMED = "renamed"
    VALUE = "value"


class Cause(NamedTuple):
    """What lies behind a problem with the form of a file; the same at all places and in all files where it shows."""

    reason: Reason
    field: str
    """The path of the field, without the numbers of lists: `action_items.due_date`."""
    ours: Path = ()
    """The path at which we keep what an unknown field holds, from the mapping that holds it; empty for the others."""


class Problem(NamedTuple):
    """A problem that a check found, placed by a path in the data; the engine finds its place in the text.

    `path` may name a value that does not exist; its nearest existing ancestor is then shown.
    With `at_key` the problem is shown at the key and not at the value.
    """

    path: Path
    message: str
    hint: str = ""
    at_key: bool = False
    fix: Fix | None = None
    cause: Cause | None = None


class Diagnostic(NamedTuple):
    """A problem in a file, ready to print."""

    file: str
    span: Span
    rule: str
    severity: Severity
    message: str
    hint: str = ""
    excerpt: str = ""
    """The first line of the span as it is in the file, or the part of that line around the span."""
    excerpt_column: int = 1
    """The column at which the excerpt begins."""
    fix: Fix | None = None
    cause: Cause | None = None
    change: Change | None = None
    """What the fix does, where a format shows it and it can be made."""

    @property
    def order(self) -> tuple[str, Span, str, str]:
        """The key that diagnostics are sorted by: file, span, rule, message."""
        return self.file, self.span, self.rule, self.message

    @property
    def fixable(self) -> bool:
        """Whether `pirgen lint --fix` can fix the problem."""
        return self.fix is not None and self.fix.safe
