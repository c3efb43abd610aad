"""The report on one screen: what burns, what changed, whether the targets are met, and the first rows of each list."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import timedelta

import click

from pirgen.report.exports.pretty import paint
from pirgen.report.exports.table import grid, wrapped
from pirgen.report.headline import Line, headline, news
from pirgen.report.sections import Section, cell, head_lines, sections
from pirgen.report.story import Story
from pirgen.report.table import Report
from pirgen.text.terminal import width

WIDE = 100
"""How wide the overview is where there is no terminal."""
MOST = 10
"""How many rows of a list it shows; it counts the others."""
RECENT = timedelta(weeks=1)
"""How long ago the news begin."""
LEAST = 24
"""The least width in which details stand beside what they are about."""
TARGETS = "Are we inside our targets?"
MORE = "`pirgen report --all` lists everything, `pirgen history` tells who did what, `--export` writes it for programs."


def render(report: Report, recent: Story, wide: int | None, *, brief: bool = False, colour: bool = False) -> str:
    """The overview, no line of it wider than `wide`; with `brief` only its first part, the headline.

    `recent` is what happened in the last week.
    """
    wide, told = wide or WIDE, [*headline(report)]
    since = f"Since {recent.since.astimezone(report.as_of.tzinfo):%A %Y-%m-%d, %H:%M}"
    parts = [_head(report, wide), _lines("Now", told, wide), _lines(since, [*news(recent)], wide)]
    if not brief:
        parts += _rest(report, {line.listing for line in told}, wide)
    text = "\n".join(parts)
    return text if colour else click.unstyle(text)


def _head(report: Report, wide: int) -> str:
    first, *caveats = head_lines(report)
    lines = [click.style(line, bold=True) for line in wrapped(cell(first), wide)]
    lines += [f"  {line}" for caveat in caveats for line in wrapped(cell(caveat.strip()), wide - 2)]
    return _text(lines)


def _lines(title: str, lines: Sequence[Line], wide: int) -> str:
    """How many there are of what, and the first of them beside it, or below it where there is no room."""
    if not lines:
        return _text([_title(title, wide), "  nothing happened"])
    counts = max(len(str(line.number or "no")) for line in lines)
    left = max((width(line.what) for line in lines if line.details), default=0) + counts + 5
    is_beside = wide - left >= LEAST
    text = [_title(title, wide)]
    for line in lines:
        colour = "red" if line.is_late else None if line.number else "green"
        heads = [line.what] if is_beside else wrapped(line.what, wide - counts - 3)
        said = [f"  {line.number or 'no':>{counts}} {heads[0]}", *(f"{' ' * (counts + 3)}{one}" for one in heads[1:])]
        painted = [click.style(one, fg=colour, bold=line.is_late or None) for one in said]
        first, *others = _details(line, wide - left if is_beside else wide - counts - 5) or [""]
        if is_beside:
            text += [
                f"{painted[0]}{' ' * (left - width(said[0]))}{first}".rstrip(),
                *(f"{' ' * left}{one}" for one in others),
            ]
        else:
            text += [*painted, *(f"{' ' * (counts + 5)}{one}" for one in (first, *others) if one)]
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
    yield _text([_title("Not shown", wide), *lines, *(f"  {line}" for line in more)] if lines else more)


def _section(section: Section, wide: int) -> str:
    rows = section.rows[:MOST] if section.is_list else section.rows
    rest = len(section.rows) - len(rows)
    title = section.heading if section.title and section.name != "metrics" else TARGETS
    text = _title(title, wide) + "\n" + grid(section.columns, rows, "  ", wide, paint)
    return text + (f"  and {rest} more\n" if rest else "")


def _title(text: str, wide: int) -> str:
    return "\n".join(click.style(line, bold=True) for line in wrapped(cell(text), wide))


def _text(lines: Iterable[str]) -> str:
    return "".join(f"{line}\n" for line in lines)
