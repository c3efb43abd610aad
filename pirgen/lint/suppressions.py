"""Comments that silence a rule: `# pirgen: ignore[rule] reason`, optionally `until 2026-01-31`.

At the end of a line it counts for what is found on that line; on a line of its own for the block that follows.
"""

import re
from collections.abc import Collection, Iterable, Iterator
from datetime import date
from typing import NamedTuple

from pirgen.diagnostic import Diagnostic, Problem, Span
from pirgen.document import Document
from pirgen.review.timeline import parse_date

FORM = "write `# pirgen: ignore[rule-name] reason`, optionally with `until 2026-01-31` at its end"
_FORM = (
    "the form of a file always counts, so mend it; in pirgen.yaml `custom_fields` allows fields of your own, and "
    "`exclude` leaves out files that are not reviews"
)
COUNTS_ALWAYS = {
    "yaml": _FORM,
    "schema": _FORM,
    "ignore": "correct the comment that it names",
    "no-unused-ignore": "remove the comment that silences nothing",
}
"""What is found and cannot be silenced by a comment, each with what to do instead."""
_COMMENT = re.compile(r"(?m)(?P<before>^[ \t]*|[ \t])(?P<comment>#[ \t]*pirgen:(?P<text>[^\r\n]*))")
_TEXT = re.compile(r"\Aignore\s*\[(?P<rules>[^\]]*)\](?P<rest>.*)")


class Ignore(NamedTuple):
    """A comment that silences rules between two lines (both included), for a reason, until a day or for good."""

    file: str
    span: Span
    rules: tuple[str, ...]
    reason: str
    first_line: int
    last_line: int
    until: date | None = None

    def covers(self, found: Diagnostic) -> bool:
        """Whether it silences a finding."""
        return found.rule in self.rules and self.first_line <= found.span.line <= self.last_line


def find(document: Document, known: Collection[str]) -> Iterator[Ignore | tuple[Span, Problem]]:
    """The ignores of a document, and what is wrong with the form of some; `known` are the rules' names."""
    if "pirgen:" not in document.text:
        return
    for comment in _COMMENT.finditer(document.text):
        if document.is_in_scalar(comment.start("comment")):
            continue
        span = document.between(comment.start("comment"), comment.end("comment"))
        found = _TEXT.fullmatch(comment["text"].strip())
        if found is None:
            yield span, Problem((), "this comment silences nothing", FORM)
            continue
        names = tuple(name.strip() for name in found["rules"].split(",") if name.strip())
        reason, day = _until(found["rest"].strip())
        until = parse_date(day) if day else None
        if fixed := [name for name in names if name in COUNTS_ALWAYS]:
            yield span, Problem((), f"`{fixed[0]}` cannot be silenced", COUNTS_ALWAYS[fixed[0]])
        elif unknown := [name for name in names if name not in known]:
            yield span, Problem((), f"there is no rule `{unknown[0]}`", "`pirgen rules` lists them")
        elif not names or not reason:
            yield span, Problem((), "an ignore names its rules and its reason", FORM)
        elif day and until is None:
            yield span, Problem((), f"`{day}` is not a date", FORM)
        else:
            own_line = not comment["before"].strip() and _starts_line(document.text, comment.start("before"))
            lines = document.block_after(comment.end()) if own_line else (span.line, span.line)
            yield Ignore(document.source.name, span, names, reason, *lines, until)


def _until(text: str) -> tuple[str, str]:
    """The text without `until …` at its end, and the day that is written there; empty where there is none."""
    before, *day = text.rsplit(maxsplit=1) or [""]
    if day and re.search(r"\buntil\Z", before):
        return before.removesuffix("until").rstrip(), day[0]
    return text, ""


def silence(found: Iterable[Diagnostic], ignores: Collection[Ignore]) -> tuple[list[Diagnostic], list[Ignore]]:
    """The findings that are left, and the ignores that silence nothing."""
    used: set[Ignore] = set()
    left: list[Diagnostic] = []
    for one in found:
        covering = {ignore for ignore in ignores if ignore.covers(one)}
        used |= covering
        if not covering:
            left.append(one)
    return left, [ignore for ignore in ignores if ignore not in used]


def _starts_line(text: str, index: int) -> bool:
    return index == 0 or text[index - 1] in "\r\n"
