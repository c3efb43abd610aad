"""Repairs YAML that cannot be parsed, so that one run tells all mistakes of a file.

A kind of repair is a module of this folder with a function `repairs`, which takes a `Mistake` and yields what may mend
it, the likeliest first. The parser itself decides: a repair counts where the parser gets further. No repair adds or
removes a line. `ORDER` says which module is asked first.
"""

from __future__ import annotations

from functools import cached_property
from typing import NamedTuple

from pirgen.diagnostic import Fix, Problem, Rewrite, Span
from pirgen.document.composer import Composed, ComposeError, compose, read_tokens
from pirgen.document.repairs._lines import line_at, line_number, split_lines
from pirgen.document.splices import Splice, spliced
from pirgen.runtime.modules import modules

ORDER = ("marks", "quotes", "tabs", "values", "brackets", "colons", "indentation")
MAX_REPAIRS = 100
"""How many mistakes of a file are told in one run."""
MAX_PARSED = 2_000_000
"""How many characters are read to find them, so that no file takes long: each attempt reads down to the mistake."""


class Repair(NamedTuple):
    """What may mend a mistake; one that is not safe may not be what the author meant."""

    start: int
    """Where the mistake is in the text, for people."""
    end: int
    splices: tuple[Splice, ...]
    """What to replace, from the first to the last; each within one line."""
    message: str
    hint: str
    safe: bool = True
    is_fix: bool = True
    """Whether the splices are what the author should write."""


class Mistake:
    """The first mistake in a text: what the parser says, at which index, and the index of what it was reading."""

    def __init__(self, text: str, error: ComposeError) -> None:
        self.text, self.problem, self.at, self.context = text, error.problem, error.at, error.context

    @cached_property
    def _tokens(self) -> tuple[list[int], tuple[int, int] | None]:
        return read_tokens(self.text, self.at)

    @property
    def brackets(self) -> list[int]:
        """The indices of the brackets that are open at the mistake, the innermost last."""
        return self._tokens[0]

    @property
    def long_quote(self) -> tuple[int, int] | None:
        """The start and end of the last text in quotes, above the mistake, that goes over several lines."""
        return self._tokens[1]


class Repaired(NamedTuple):
    """What became of a text with mistakes."""

    text: str
    """The text as it was parsed in the end. It has the lines that it had before."""
    composed: Composed | None
    """The nodes; None where a mistake is left that nothing mends, so that what the file says is not known."""
    mistakes: tuple[tuple[Span, Problem], ...]
    """Each mistake, with its place in the text as it was."""
    changes: Changes


class Changes:
    """What was replaced in each line, one after the other."""

    def __init__(self) -> None:
        self._of_line: dict[int, list[Splice]] = {}

    def add(self, line: int, splice: Splice) -> None:
        """Note a splice of a line (1-based), whose indices count from the start of the line."""
        self._of_line.setdefault(line, []).append(splice)

    def column(self, line: int, column: int) -> int:
        """The column (1-based) that a place of a line had before."""
        at = column - 1
        for start, end, text in reversed(self._of_line.get(line, ())):
            if at >= start + len(text):
                at -= len(text) - (end - start)
            elif at > start:
                at = min(at, end)
        return at + 1


def repair(text: str, error: ComposeError) -> Repaired:
    """Mend one mistake after another, as far as that goes. `error` is the first one. This always ends, and soon."""
    reading = _Reading(text, error)
    while reading.goes_on and reading.advance():
        pass
    return reading.told()


class _Reading:
    """A text on its way to be sound."""

    def __init__(self, text: str, error: ComposeError) -> None:
        self.written, self.text = text, text
        self.left: ComposeError | None = error
        self.composed: Composed | None = None
        self.is_whole, self.parsed = True, 0
        self.changes = Changes()
        self.made: list[tuple[Span, Repair, list[int]]] = []

    @property
    def goes_on(self) -> bool:
        """Whether there is a mistake that a repair may mend, and time to look for it."""
        if self.left is None or not self.left.problem or self._is_lost:
            return False
        return len(self.made) < MAX_REPAIRS and self.parsed < MAX_PARSED

    @property
    def _is_lost(self) -> bool:
        """Whether the parser takes the rest of the text for another document, which is a consequence and no mistake."""
        return bool(self.made and self.left and "<document start>" in self.left.problem)

    def advance(self) -> bool:
        """Mend the first mistake, or leave out its line; whether either helps."""
        assert self.left is not None
        mistake = Mistake(self.text, self.left)
        for module in modules(__name__, __file__, ORDER):
            for one in module.repairs(mistake):
                if self._try(one):
                    return True
                if self.parsed >= MAX_PARSED:
                    return False
        if not self._try(_without_line(mistake, self.left)):
            return False
        self.is_whole = False
        return True

    def _try(self, one: Repair) -> bool:
        """Make a repair where the parser then gets further."""
        assert self.left is not None
        after, before = spliced(self.text, one.splices), self.left
        if after is None or after == self.text:
            return False
        following: ComposeError | None = None
        try:
            self.composed = compose(after)
        except ComposeError as error:
            following = error
            grown = len(after) - len(self.text)
            if error.problem == before.problem and error.at == before.at + grown:
                return False
            repaired = range(one.splices[0].start, max(one.end, one.splices[-1].end) + grown)
            if error.problem and error.start in repaired:  # above it, a mistake is another one that came to light
                return False
        finally:
            self.parsed += 2 * (following.at if following and following.problem else len(after))
        lines = []
        span = Span(*self._place(one.start), *self._place(one.end))
        for splice in reversed(one.splices):
            start, _ = line_at(self.text, splice.start)
            lines.append(line_number(self.text, splice.start))
            self.changes.add(lines[-1], Splice(splice.start - start, splice.end - start, splice.text))
        self.made.append((span, one, lines))
        self.text, self.left = after, following
        return True

    def _place(self, index: int) -> tuple[int, int]:
        """The line and column that a place in the text had before all repairs."""
        line = line_number(self.text, index)
        return line, self.changes.column(line, index - line_at(self.text, index)[0] + 1)

    def told(self) -> Repaired:
        """What became of the text. Mistakes in one line are mended together."""
        unsafe = {line for _, one, lines in self.made if not one.safe for line in lines}
        mended = split_lines(self.text)
        mistakes = []
        for span, one, lines in self.made:
            edits = tuple(Rewrite(line, mended[line - 1]) for line in sorted(set(lines)))
            fix = Fix(edits, unsafe.isdisjoint(lines)) if one.is_fix else None
            mistakes.append((span, Problem((), f"not valid YAML: {one.message}", one.hint, fix=fix)))
        if self.left and not self._is_lost:
            start, end = min(self.left.start, len(self.text)), min(self.left.end, len(self.text))
            span = Span(*self._place(start), *self._place(end))
            mistakes.append((span, Problem((), self.left.message, self.left.hint)))
        mistakes.sort(key=lambda one: one[0])
        is_known = self.left is None and self.is_whole
        return Repaired(self.text, self.composed if is_known else None, tuple(mistakes), self.changes)


def _without_line(mistake: Mistake, error: ComposeError) -> Repair:
    """What makes a comment of the line at fault, so that mistakes below it are found."""
    unended = ("could not find expected", "did not find expected ',' or")
    is_above = mistake.problem.startswith(unended) and mistake.context is not None
    start, end = line_at(mistake.text, mistake.context if is_above and mistake.context else mistake.at)
    text = mistake.text[start:end]
    at = start + len(text) - len(text.lstrip(" "))
    said = error.message.removeprefix("not valid YAML: ")
    return Repair(error.start, error.end, (Splice(at, at, "# "),), said, error.hint, safe=False, is_fix=False)
