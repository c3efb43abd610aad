"""A report in Markdown, for a step's summary or the weekly mail."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

from pirgen.report.sections import Section, cell, head_lines, sections
from pirgen.report.table import Column, Report, Row
from pirgen.text.markdown import inline

LONGEST = 65_536
"""How many characters an issue of GitHub holds at most; a digest is often posted as one."""
_FOLDED = "\n\n</details>"
SIZES = (200, 100, 50, 20, 10, 5, 2, 1)
"""How many rows of a table are written: the first number with which the digest is not too long."""


def render(report: Report) -> str:
    """What the table says; the overdue action items by owner, so that each finds their own.

    A digest that would be too long for an issue has fewer rows in each table, and says how many it leaves out.
    """
    for most in SIZES:
        text = _text(report, most)
        if len(text) <= LONGEST:
            return text
    rest = "\n\nThe rest is left out; `pirgen report` tells all.\n"
    kept = text[: text.rindex("\n", 0, LONGEST - len(rest) - len(_FOLDED))]
    return kept + (_FOLDED if kept.count("<details>") > kept.count("</details>") else "") + rest


def _text(report: Report, most: int) -> str:
    first, *others = head_lines(report)
    lines = ["# Post-incident follow-up", "", inline(first), ""]
    lines += [f"- {inline(line.strip())}" for line in others]
    for section in sections(report):
        lines += ["", *_section(section, most)]
    return "\n".join(lines) + "\n"


def _section(section: Section, most: int) -> Iterator[str]:
    heading = inline(section.heading)
    if not section.title:
        yield from grid(section.columns, section.rows, most)
    elif section.by_owner and section.rows:
        yield from (f"## {heading}", "")
        yield from _by_owner(section, most)
    elif section.folded and section.rows:
        yield from (f"<details><summary>{heading}</summary>", "")
        yield from grid(section.columns, section.rows, most)
        yield from ("", "</details>")
    else:
        yield from (f"## {heading}", "")
        yield from grid(section.columns, section.rows, most)


def _by_owner(section: Section, most: int) -> Iterator[str]:
    owned = sorted(section.rows, key=_owner)
    columns = [column for column in section.columns if column.key != "owner"]
    for owner, rows in groupby(owned, key=_owner):
        listed = list(rows)
        yield from (f"### {inline(owner)}: {len(listed)}", "")
        yield from grid(columns, listed, most)
        yield ""


def _owner(row: Row) -> str:
    return row["owner"] or "nobody"


def grid(columns: Sequence[Column], rows: Sequence[Mapping[str, object]], most: int) -> Iterator[str]:
    """The lines of a table with the first `most` rows, and how many more there are; none without rows."""
    if not rows:
        return
    yield f"| {' | '.join(column.title for column in columns)} |"
    yield f"|{' --- |' * len(columns)}"
    for row in rows[:most]:
        yield f"| {' | '.join(inline(cell(column.said(row))) for column in columns)} |"
    if len(rows) > most:
        yield from ("", f"and {len(rows) - most} more; `pirgen report` lists them all")
