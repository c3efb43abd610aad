"""Diagnostics for a person at a terminal: what, where, the very characters, and what to do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from pirgen.diagnostic import Diagnostic, Severity
from pirgen.runtime import environment
from pirgen.text.terminal import printable, width

PLAIN = ("yaml", "schema", "ignore")
"""What is found by no rule, so that there is nothing to read about it."""
RULES = Path(__file__).parents[1] / "rules"
COLOURS = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.ADVICE: "cyan"}


def render(diagnostics: Sequence[Diagnostic], files: int, colour: bool) -> str:
    """Every diagnostic with its excerpt, then one line that sums up, unless only answers are wanted."""
    linked = colour and environment.stdout_is_terminal()  # a log keeps colours but shows the address of a link
    blocks = ["\n".join(_block(found, linked)) + "\n\n" for found in diagnostics]
    summary = "" if environment.voice() == environment.QUIET else _summary(diagnostics, files) + "\n"
    text = "".join(blocks) + summary
    return text if colour else click.unstyle(text)


def _block(found: Diagnostic, linked: bool) -> Iterator[str]:
    line, column, end_line, end_column = found.span
    colour = COLOURS[found.severity]
    margin = " " * len(str(line))
    bar = click.style("|", fg="blue")
    yield (
        click.style(f"{found.severity}[{_link(found.rule) if linked else found.rule}]", fg=colour, bold=True)
        + click.style(f": {printable(found.message)}", bold=True)
    )
    yield f"{margin}{click.style('-->', fg='blue')} {printable(found.file)}:{line}:{column}"
    if found.excerpt:
        start = column - found.excerpt_column
        end = end_column - found.excerpt_column if end_line == line else len(found.excerpt)
        head = ("…" if found.excerpt_column > 1 else "") + printable(found.excerpt[:start])
        meant = printable(found.excerpt[start : max(end, start + 1)])
        rest = printable(found.excerpt[max(end, start + 1) :])
        yield f"{margin} {bar}"
        yield f"{click.style(str(line), fg='blue')} {bar} {head}{meant}{rest}".rstrip()
        carets = click.style("^" * max(1, width(meant)), fg=colour, bold=True)
        yield f"{margin} {bar} {' ' * width(head)}{carets}"
    if found.hint:
        yield f"{margin} {click.style('=', fg='blue')} {click.style('help:', bold=True)} {printable(found.hint)}"


def _link(rule: str) -> str:
    """The rule's name, in terminals that can (by OSC 8) a link to its documentation, which stands in its module."""
    module = RULES / f"{rule.replace('-', '_')}.py"
    return f"\x1b]8;;{module.as_uri()}\x1b\\{rule}\x1b]8;;\x1b\\" if module.exists() else rule


def _summary(diagnostics: Sequence[Diagnostic], files: int) -> str:
    looked = f"{files} {'file' if files == 1 else 'files'} checked"
    counts = [(level, sum(found.severity is level for found in diagnostics)) for level in Severity]
    told = [
        click.style(f"{count} {level}{'s' if count != 1 and level is not Severity.ADVICE else ''}", fg=COLOURS[level])
        for level, count in counts
        if count
    ]
    fixable = sum(found.fixable for found in diagnostics)
    by_weight = (found.rule for level in Severity for found in diagnostics if found.severity is level)
    explained = next((rule for rule in by_weight if rule not in PLAIN), None)
    more = f"; `pirgen rules {explained}` says why" if explained else ""
    more = f"; `pirgen lint --fix` mends {fixable}" if fixable else more
    return f"{looked}: {', '.join(told) or click.style('all good', fg='green')}{more}"
