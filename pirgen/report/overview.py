"""The report on one screen: what burns, what changed, whether the targets are met, and the first rows of each list."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import timedelta

from pirgen.report.exports.pretty import paint
from pirgen.report.exports.table import grid, wrapped
from pirgen.report.headline import Line, headline, news
from pirgen.report.sections import Section, cell, head_lines, sections
from pirgen.report.story import Story
from pirgen.report.table import Report
from pirgen.text.terminal import painted, plain, width

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
    return "\n".join(_Overview(wide or WIDE, colour=colour).parts(report, recent, brief=brief))


class _Overview:
    def __init__(self, wide: int, *, colour: bool) -> None:
        self.wide = wide
        self.paint = painted if colour else plain
        self.paint_cell = paint if colour else str

    def parts(self, report: Report, recent: Story, *, brief: bool) -> Iterator[str]:
        told = [*headline(report)]
        yield self._head(report)
        yield self._lines("Now", told)
        since = f"Since {recent.since.astimezone(report.as_of.tzinfo):%A %Y-%m-%d, %H:%M}"
        yield self._lines(since, [*news(recent)])
        if not brief:
            yield from self._rest(report, {line.listing for line in told})

    def _head(self, report: Report) -> str:
        first, *caveats = head_lines(report)
        return self._title(first) + "".join(map(self._indented, caveats))

    def _lines(self, title: str, lines: Sequence[Line]) -> str:
        """How many there are of what, and the first of them beside it, or below it where there is no room."""
        if not lines:
            return self._title(title) + "  nothing happened\n"
        counts = max(len(str(line.number or "no")) for line in lines)
        left = max((width(line.what) for line in lines if line.details), default=0) + counts + 5
        is_beside = self.wide - left >= LEAST
        text = [self._title(title)]
        for line in lines:
            styles = ("red", "bold") if line.is_late else () if line.number else ("green",)
            what = [line.what] if is_beside else wrapped(line.what, self.wide - counts - 3)
            said = f"  {line.number or 'no':>{counts}} {what[0]}"
            rest = [f"{' ' * (counts + 3)}{one}" for one in what[1:]]
            margin = " " * (left if is_beside else counts + 5)
            details = [margin + text for one in line.details for text in wrapped(cell(one), self.wide - len(margin))]
            if is_beside and details:
                details[0] = self.paint(said, *styles) + details[0][width(said) :]
            else:
                details = [self.paint(one, *styles) for one in (said, *rest)] + details
            text += [f"{one}\n" for one in details]
        return "".join(text)

    def _rest(self, report: Report, known: Collection[str]) -> Iterator[str]:
        """The figures, the first rows of each list that the headline does not tell whole, and what is left out."""
        left_out = []
        for section in sections(report):
            if section.folded and section.rows:
                left_out.append(section.heading)
            elif section.rows and section.name not in known:
                yield self._section(section)
        title = self._title("Not shown") if left_out else ""
        yield title + "".join(map(self._indented, (*left_out, MORE)))

    def _section(self, section: Section) -> str:
        rows = section.rows[:MOST] if section.is_list else section.rows
        rest = len(section.rows) - len(rows)
        title = TARGETS if section.name == "metrics" else section.heading
        text = self._title(title) + grid(section.columns, rows, "  ", self.wide, self.paint_cell)
        return text + (f"  and {rest} more\n" if rest else "")

    def _title(self, text: str) -> str:
        return "".join(f"{self.paint(line, 'bold')}\n" for line in wrapped(cell(text), self.wide))

    def _indented(self, text: str) -> str:
        return "".join(f"  {line}\n" for line in wrapped(cell(text.strip()), self.wide - 2))
