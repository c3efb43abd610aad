"""Each diagnostic for a person at a terminal: what, where, the very characters, and what to do."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from pirgen.diagnostic import Diagnostic, Severity
from pirgen.lint.rules import FORM
from pirgen.runtime import environment
from pirgen.text.terminal import painted, plain, printable, width

RULES = Path(__file__).parents[1] / "rules"
COLOURS = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.ADVICE: "cyan"}


def render(diagnostics: Sequence[Diagnostic], files: int, colour: bool) -> str:
    """Every diagnostic with its excerpt, then one line that sums up."""
    return report(("\n".join(block(found, colour)) for found in diagnostics), diagnostics, files, colour)


def report(blocks: Iterable[str], diagnostics: Sequence[Diagnostic], files: int, colour: bool) -> str:
    """The blocks, then one line that sums up the diagnostics, unless only answers are wanted."""
    summary = "" if environment.voice() == environment.QUIET else _summary(diagnostics, files, painter(colour)) + "\n"
    return "".join(f"{one}\n\n" for one in blocks) + summary


def painter(colour: bool) -> Callable[..., str]:
    """The function that paints a text in some styles, or that leaves it without colour."""
    return painted if colour else plain


def title(found: Diagnostic, colour: bool) -> str:
    """The first line of a block: how grave it is, the rule, and the message."""
    linked = colour and environment.stdout_is_terminal()  # a log keeps colours but shows the address of a link
    rule = _link(found.rule) if linked else found.rule
    paint = painter(colour)
    head = paint(f"{found.severity}[{rule}]", COLOURS[found.severity], "bold")
    return head + paint(f": {printable(found.message)}", "bold")


def help_line(margin: str, hint: str, colour: bool) -> str:
    """The last line of a block: what to do."""
    paint = painter(colour)
    return f"{margin} {paint('=', 'blue')} {paint('help:', 'bold')} {printable(hint)}"


def block(found: Diagnostic, colour: bool, also: str = "") -> Iterator[str]:
    """The lines about a diagnostic; `also` says where else it is."""
    paint = painter(colour)
    line, column, end_line, end_column = found.span
    margin = " " * len(str(line))
    bar = paint("|", "blue")
    yield title(found, colour)
    place = f"{printable(found.file)}:{line}:{column}"
    yield f"{margin}{paint('-->', 'blue')} {place}" + (f" {also}" if also else "")
    if found.excerpt:
        start = column - found.excerpt_column
        end = end_column - found.excerpt_column if end_line == line else len(found.excerpt)
        head = ("…" if found.excerpt_column > 1 else "") + printable(found.excerpt[:start])
        meant = printable(found.excerpt[start : max(end, start + 1)])
        rest = printable(found.excerpt[max(end, start + 1) :])
        yield f"{margin} {bar}"
        yield f"{paint(str(line), 'blue')} {bar} {head}{meant}{rest}".rstrip()
        carets = paint("^" * max(1, width(meant)), COLOURS[found.severity], "bold")
        yield f"{margin} {bar} {' ' * width(head)}{carets}"
    if found.hint:
        yield help_line(margin, found.hint, colour)


def _link(rule: str) -> str:
    """The rule's name, in terminals that can (by OSC 8) a link to its documentation, which stands in its module."""
    module = RULES / f"{rule.replace('-', '_')}.py"
    return f"\x1b]8;;{module.as_uri()}\x1b\\{rule}\x1b]8;;\x1b\\" if module.exists() else rule


def _summary(diagnostics: Sequence[Diagnostic], files: int, paint: Callable[..., str]) -> str:
    looked = f"{files} {'file' if files == 1 else 'files'} checked"
    counts = [(level, sum(found.severity is level for found in diagnostics)) for level in Severity]
    told = [
        paint(f"{count} {level}{'s' if count != 1 and level is not Severity.ADVICE else ''}", COLOURS[level])
        for level, count in counts
        if count
    ]
    safe = sum(found.fixable for found in diagnostics)
    unsafe = sum(found.fix is not None for found in diagnostics) - safe
    by_weight = (found.rule for level in Severity for found in diagnostics if found.severity is level)
    explained = next((rule for rule in by_weight if rule not in FORM), None)
    more = f"; `pirgen rules {explained}` says why" if explained else ""
    if safe:
        more = f"; `pirgen lint --fix` mends {safe}" + (f", with `--unsafe-fixes` {unsafe} more" if unsafe else "")
    elif unsafe:
        more += f"; `pirgen lint --fix --unsafe-fixes` mends {unsafe}"
    return f"{looked}: {', '.join(told) or paint('all good', 'green')}{more}"
