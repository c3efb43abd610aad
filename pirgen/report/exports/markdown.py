"""A report in Markdown, for a step's summary or the weekly mail."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

from pirgen.report.sections import Section, cell, head_lines, sections
from pirgen.report.table import Column, Report, Row
from pirgen.text.markdown import inline

MOST = 200
"""How many rows of a section are written, so that the host shows the summary at all (1 MiB on GitHub)."""


def render(report: Report) -> str:
    """What the table says; the overdue action items by owner, so that each finds their own."""
    first, *others = head_lines(report)
    lines = ["# Post-incident follow-up", "", inline(first), ""]
    lines += [f"- {inline(line.strip())}" for line in others]
    for section in sections(report):
        lines += ["", *_section(section)]
    return "\n".join(lines) + "\n"


def _section(section: Section) -> Iterator[str]:
    heading = inline(section.heading)
    if not section.title:
        yield from _grid(section.columns, section.rows)
    elif section.by_owner and section.rows:
        yield from (f"## {heading}", "")
        yield from _by_owner(section)
    elif section.folded and section.rows:
        yield from (f"<details><summary>{heading}</summary>", "")
        yield from _grid(section.columns, section.rows)
        yield from ("", "</details>")
    else:
        yield from (f"## {heading}", "")
        yield from _grid(section.columns, section.rows)


def _by_owner(section: Section) -> Iterator[str]:
    owned = sorted(section.rows, key=_owner)
    columns = [column for column in section.columns if column.key != "owner"]
    for owner, rows in groupby(owned, key=_owner):
        listed = list(rows)
        yield from (f"### {inline(owner)}: {len(listed)}", "")
        yield from _grid(columns, listed)
        yield ""


def _owner(row: Row) -> str:
    return row["owner"] or "nobody"


def _grid(columns: Sequence[Column], rows: Sequence[Mapping[str, object]]) -> Iterator[str]:
    if not rows:
        return
    yield f"| {' | '.join(column.title for column in columns)} |"
    yield f"|{' --- |' * len(columns)}"
    for row in rows[:MOST]:
        yield f"| {' | '.join(inline(cell(column.said(row))) for column in columns)} |"
    if len(rows) > MOST:
        yield from ("", f"and {len(rows) - MOST} more; `pirgen report` lists them all")
