"""A report in Markdown, for a step's summary or the weekly mail."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import groupby

from pirgen.report import telling
from pirgen.report.sections import Section, cell, head_lines, sections
from pirgen.report.table import Column, Report, Row, Told
from pirgen.text.markdown import inline

LONGEST = 65_536
"""How many characters an issue of GitHub holds at most; a digest is often posted as one."""
_FOLDED = "\n\n</details>"


def render(report: Report) -> str:
    """What the table says; the overdue action items by owner, so that each finds their own.

    A digest that would be too long for an issue has fewer rows in each table, and says how many it leaves out.
    """
    return digest([*head_lines(report)], [*sections(report)], "`pirgen report`")


def digest(head: Sequence[str], parts: Sequence[Section], command: str) -> str:
    """The lines of the head, then each section; it is cut as `render` says, and `command` tells all."""
    return _fitting(lambda most: _text(head, parts, most, command), f"{command} tells all")


def tell(report: Report, told: Told) -> str:
    """What happened, a list for each kind, then what is overdue and due next, by owner; cut as the report is."""
    return _fitting(lambda most: _told(report, told, most), telling.WHOLE)


def _fitting(write: Callable[[int], str], whole: str) -> str:
    """The first text that is not too long, of those with fewer and fewer rows in each table."""
    for most in telling.SIZES:
        text = write(most)
        if len(text) <= LONGEST:
            return text
    rest = f"\n\nThe rest is left out; {whole}.\n"
    kept = text[: text.rindex("\n", 0, LONGEST - len(rest) - len(_FOLDED))]
    return kept + (_FOLDED if kept.count("<details>") > kept.count("</details>") else "") + rest


def _told(report: Report, told: Told, most: int) -> str:
    first, *others = telling.opening(report, told)
    lines = [f"# {telling.TITLE}", "", inline(first)]
    lines += ["", *(f"- {inline(line)}" for line in others)] if others else []
    for part in telling.events(report, told, most):
        lines += ["", f"## {inline(part.heading)}", "", *_list(part)]
    lines += ["", f"## {inline(telling.duties_title(report, told))}"]
    for part in telling.duties(told, most):
        lines += ["", f"### {inline(part.heading)}", "", *_list(part)]
    return "\n".join(lines) + "\n"


def _list(part: telling.Part) -> Iterator[str]:
    for line in part.lines:
        action = f" {inline(telling.shortened(line.action))}" if line.action else ""
        yield f"- **{inline(cell(line.subject))}**{action}: {inline(cell(line.rest))}"
    if part.more:
        yield f"- {part.more}"


def _text(head: Sequence[str], parts: Sequence[Section], most: int, command: str) -> str:
    first, *others = head
    lines = [f"# {telling.TITLE}", "", inline(first), ""]
    lines += [f"- {inline(line.strip())}" for line in others]
    for section in parts:
        lines += ["", *_section(section, most, command)]
    return "\n".join(lines) + "\n"


def _section(section: Section, most: int, command: str) -> Iterator[str]:
    heading = inline(section.heading)
    if not section.title:
        yield from grid(section.columns, section.rows, most, command)
    elif section.by_owner and section.rows:
        yield from (f"## {heading}", "")
        yield from _by_owner(section, most, command)
    elif section.folded and section.rows:
        yield from (f"<details><summary>{heading}</summary>", "")
        yield from grid(section.columns, section.rows, most, command)
        yield from ("", "</details>")
    else:
        yield from (f"## {heading}", "")
        yield from grid(section.columns, section.rows, most, command)


def _by_owner(section: Section, most: int, command: str) -> Iterator[str]:
    owned = sorted(section.rows, key=_owner)
    columns = [column for column in section.columns if column.key != "owner"]
    for owner, rows in groupby(owned, key=_owner):
        listed = list(rows)
        yield from (f"### {inline(owner)}: {len(listed)}", "")
        yield from grid(columns, listed, most, command)
        yield ""


def _owner(row: Row) -> str:
    return row["owner"] or "nobody"


def grid(
    columns: Sequence[Column], rows: Sequence[Mapping[str, object]], most: int, command: str = "`pirgen report`"
) -> Iterator[str]:
    """The lines of a table with the first `most` rows, and how many more there are; none without rows."""
    if not rows:
        return
    yield f"| {' | '.join(column.title for column in columns)} |"
    yield f"|{' --- |' * len(columns)}"
    for row in rows[:most]:
        yield f"| {' | '.join(inline(cell(column.said(row))) for column in columns)} |"
    if len(rows) > most:
        yield from ("", f"and {len(rows) - most} more; {command} lists them all")
