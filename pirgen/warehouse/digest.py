"""A rollup for a mail, a chat and a browser: by the report's own writers of Markdown and Slack, and as one page."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

from pirgen.report.exports import markdown, slack
from pirgen.report.metrics.open_incidents import open_incidents, titled
from pirgen.report.sections import Section, cell
from pirgen.report.table import Row
from pirgen.report.telling import OWNERS, TITLE, Line, Part
from pirgen.report.wording import days
from pirgen.templating import Templates
from pirgen.warehouse import telling
from pirgen.warehouse.rollup import Rollup
from pirgen.warehouse.telling import FAILURE, head, sections

COMMAND = "`pirgen rollup --format json`"
WHOLE = f"{COMMAND} tells all"
MOST = 1_000
"""How many rows of a list the page shows at most."""
BURNING = ("open_incidents", "overdue_reviews", "overdue_actions")
"""What the page begins with."""
STYLE = Path(__file__).parents[1] / "assets" / "pirgen.css"
_CLOCKS = ("open_minutes", "acknowledged_at", "resolve_by")
_WEB = ("https://", "http://")


def in_markdown(found: Rollup) -> str:
    """What the table says; the overdue action items by owner. It is cut as a report's digest is."""
    parts = [one._replace(by_owner=one.name == "overdue_actions") for one in sections(found, None)]
    return markdown.digest([*head(found)], parts, COMMAND)


def in_slack(found: Rollup) -> str:
    """A message for an incoming webhook: the open incidents, the overdue reviews, and by owner the overdue items."""

    def parts(most: int) -> Iterator[Part | str]:
        for title, rows, tell in (
            ("Open incidents", found.open_incidents, _incident),
            ("Overdue reviews", found.overdue_reviews, _review),
        ):
            if rows:
                yield Part(title, [*map(tell, rows[:most])], len(rows), WHOLE)
        yield f"Overdue action items, by owner: {len(found.overdue_actions) or 'none'}"
        owned = [(owner, [*rows]) for owner, rows in groupby(sorted(found.overdue_actions, key=_owner), key=_owner)]
        for owner, items in owned[: OWNERS * most]:
            yield Part(owner, [*map(_item, items[:most])], len(items), WHOLE)
        if rest := sum(len(items) for _, items in owned[OWNERS * most :]):
            yield Part("of other owners", [], rest, WHOLE)

    return slack.digest([*head(found)], parts, WHOLE)


def as_page(found: Rollup) -> str:
    """One page that needs no other file: what burns and what is overdue, with links, the figures, and the groups."""
    burning_first = sorted(sections(found, MOST), key=lambda one: one.name not in BURNING)
    if found.failures:
        rows = [one._asdict() for one in found.failures]
        burning_first.append(Section("failures", "Sources left out", rows, FAILURE))
    return Templates(Path()).render(
        "rollup.html.j2",
        title=TITLE,
        style=STYLE.read_text(encoding="utf-8"),
        head=[cell(line.strip()) for line in head(found)],
        sections=[_table(one) for one in burning_first],
    )


def _table(section: Section) -> dict[str, Any]:
    """A section as plain values; of a row the text of each cell, what stands small below it, and where it leads."""
    rows, is_group = [], section.columns[0].key == "group"
    for row in section.rows:
        address = row.get("review_url") or ""
        leads = address if address.startswith(_WEB) else ""
        cells = []
        for number, one in enumerate(section.columns):
            text, mark, basis = cell(one.said(row)), "", ""
            if is_group and number:  # a figure, and in brackets what it rests on
                text, mark, basis = text.partition(" (")
            cells.append((text, basis.removesuffix(")") if mark else "", leads if one.key == "incident_id" else ""))
        rows.append(cells)
    titles = [one.title for one in section.columns]
    title = section.heading or "Figures"
    return {"name": section.name, "title": title, "columns": titles, "rows": rows, "is_group": is_group}


def _incident(row: Row) -> Line:
    columns = {column.key: column for column in open_incidents.columns}
    said = "; ".join(f"{columns[key].title.lower()}: {columns[key].said(row)}" for key in _CLOCKS)
    return Line(_subject(row, row["severity"]), titled(row, ""), said)


def _review(row: Row) -> Line:
    return Line(_subject(row, row["severity"]), "", f"{days(row['days_late'])} late")


def _item(row: Row) -> Line:
    return Line(_subject(row, row["action_id"]), row["action"] or "", f"{days(row['days_late'])} late")


def _subject(row: Row, rest: str | None) -> str:
    return f"{row['repo']} {row['incident_id']} {rest or ''}".rstrip()


def _owner(row: Row) -> str:
    return row["owner"] or "nobody"


RENDERERS: dict[str, Callable[[Rollup], str]] = {
    "table": telling.table,
    "json": telling.as_json,
    "markdown": in_markdown,
    "slack": in_slack,
    "html": as_page,
}
"""How a rollup can be written."""
