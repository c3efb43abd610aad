"""The report on one screen: what burns, what changed, whether the targets are met, and the first rows of each list."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence

import click

from pirgen.report.exports.pretty import paint
from pirgen.report.exports.table import grid, wrapped
from pirgen.report.headline import Line, headline
from pirgen.report.sections import Section, cell, head_lines, sections
from pirgen.report.table import Report
from pirgen.text.terminal import width

WIDE = 100
"""How wide the overview is where there is no terminal."""
MOST = 10
"""How many rows of a list it shows; it counts the others."""
LEAST = 24
"""The least width in which details stand beside what they are about."""
TARGETS = "Are we inside our targets?"
MORE = "`pirgen report --all` lists everything, `pirgen history` tells who did what, `--export` writes it for programs."


def render(report: Report, wide: int | None, *, brief: bool = False, colour: bool = False) -> str:
    """The overview, no line of it wider than `wide`; with `brief` only its first part, the headline."""
    wide, told = wide or WIDE, [*headline(report)]
    parts = [_head(report, wide), _now(told, wide)]
    if not brief:
        parts += _rest(report, {line.listing for line in told}, wide)
    text = "\n".join(parts)
    return text if colour else click.unstyle(text)


def _head(report: Report, wide: int) -> str:
    first, *caveats = head_lines(report)
    lines = [click.style(line, bold=True) for line in wrapped(cell(first), wide)]
    lines += [f"  {line}" for caveat in caveats for line in wrapped(cell(caveat.strip()), wide - 2)]
    return _text(lines)


def _now(lines: Sequence[Line], wide: int) -> str:
    """The headline: how many there are of what, and the first of them beside it, or below it where there is no room."""
    counts = max(len(str(line.number or "no")) for line in lines)
    left = max((width(line.what) for line in lines if line.details), default=0) + counts + 5
    is_beside = wide - left >= LEAST
    text = [_title("Now")]
    for line in lines:
        colour = "red" if line.is_late else None if line.number else "green"
        said = f"  {line.number or 'no':>{counts}} {line.what}"
        first, *others = _details(line, wide - left if is_beside else wide - counts - 5) or [""]
        painted = click.style(said, fg=colour, bold=line.is_late or None)
        if is_beside:
            text.append(f"{painted}{' ' * (left - width(said))}{first}".rstrip())
            text += [f"{' ' * left}{one}" for one in others]
        else:
            text += [painted, *(f"{' ' * (counts + 5)}{one}" for one in (first, *others) if one)]
    return _text(text)


def _details(line: Line, wide: int) -> list[str]:
    return [text for one in line.details for text in wrapped(cell(one), wide)]


def _rest(report: Report, known: Collection[str], wide: int) -> Iterator[str]:
    """The figures, the first rows of each list that the headline does not tell whole, and what is left out."""
    left_out = []
    for section in sections(report):
        if section.folded and section.rows:
            left_out.append(section.heading)
        elif section.rows and section.name not in known:
            yield _section(section, wide)
    lines = [f"  {line}" for heading in left_out for line in wrapped(cell(heading), wide - 2)]
    more = wrapped(MORE, wide - 2)
    yield _text([_title("Not shown"), *lines, *(f"  {line}" for line in more)] if lines else more)


def _section(section: Section, wide: int) -> str:
    rows = section.rows[:MOST] if section.is_list else section.rows
    rest = len(section.rows) - len(rows)
    title = section.heading if section.title and section.name != "metrics" else TARGETS
    text = _title(title) + "\n" + grid(section.columns, rows, "  ", wide, paint)
    return text + (f"  and {rest} more\n" if rest else "")


def _title(text: str) -> str:
    return click.style(text, bold=True)


def _text(lines: Iterable[str]) -> str:
    return "".join(f"{line}\n" for line in lines)
