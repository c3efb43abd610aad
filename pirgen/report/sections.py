"""A report as titled grids in a person's words: what the table, the pretty table, the mail and the pages show."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from pirgen.report.caveats import caveats, marked
from pirgen.report.table import Column, Figure, Group, Listing, Older, Report, Row
from pirgen.report.wording import METRIC_COLUMNS, figure, metrics_texts
from pirgen.text.terminal import printable


class Section(NamedTuple):
    """Rows under a title; a section without a title is the report's head piece."""

    name: str
    title: str
    rows: Sequence[Row]
    columns: Sequence[Column]
    is_list: bool = True
    """Whether the number of rows says something."""
    page: str = ""
    """The page of the site that it is on; empty for one that the pages show in their own way."""
    alarming: bool = False
    urgent: bool = False
    folded: bool = False
    by_owner: bool = False

    @property
    def heading(self) -> str:
        """The title, with how many there are."""
        return f"{self.title}: {len(self.rows) or 'none'}" if self.is_list else self.title


def sections(report: Report) -> Iterator[Section]:
    """What the report says, most important first; what is only sometimes there is left out when it is not."""
    lists = [*listed(report)]
    urgent = [one for one in lists if one.urgent]
    yield from urgent
    figures, title = metrics_texts(report.tables["metrics"].rows, report.figures), "Figures" if urgent else ""
    yield Section("metrics", title, figures, METRIC_COLUMNS, is_list=False)
    for dimension, groups in report.groups.items():
        yield from by_group(report.figures, dimension, groups)
    yield from (one for one in lists if not one.urgent)


def listed(report: Report) -> Iterator[Section]:
    """The sections of the listings that people are told."""
    for listing in report.listings:
        if listing.name not in report.tables:
            continue
        rows = report.tables[listing.name].rows
        if listing.apart_from:
            shown = {_key(row) for row in report.tables[listing.apart_from].rows}
            rows = tuple(row for row in rows if _key(row) not in shown)
        if rows or listing.always:
            one = section_of(listing, rows)
            yield one._replace(columns=[marked(column, report) for column in one.columns])


def section_of(listing: Listing, rows: Sequence[Row]) -> Section:
    """Rows of a listing as people see them, without the numbers that are 0 or unknown in every row."""
    columns = {column.key: column for column in listing.columns}
    shown = [columns[key] for key in listing.shown]
    return Section(
        listing.name,
        listing.title,
        rows,
        [one for one in shown if not rows or one.kind != "number" or any(row[one.key] for row in rows)],
        listing.is_list,
        listing.page,
        listing.alarming,
        listing.urgent,
        listing.folded,
        listing.by_owner,
    )


def _key(row: Row) -> tuple[Any, Any]:
    return row["incident_id"], row["action_id"]


def by_group(figures: Sequence[Figure], dimension: str, groups: Mapping[str, Group]) -> Iterator[Section]:
    """A line a group. A figure is followed by how many it rests on of how many, `*` marks assumed or inferred ones."""
    if not groups:
        return
    rows = [
        {
            "group": name or ("nobody" if dimension == "owner" else "unknown"),
            **group._asdict(),
            **{row["name"]: figure(row) for row in group.metrics},
        }
        for name, group in groups.items()
    ]
    first = Column("group", dimension.capitalize())
    if any(group.incidents is not None for group in groups.values()):
        counts = (first, Column("incidents", "Incidents"), Column("overdue_reviews", "Overdue reviews"))
        title, columns = "(* rests on assumed or inferred times)", (*counts, *_short(figures, "incidents"))
        yield Section(f"incidents_by_{dimension}", f"Incidents by {dimension} {title}", rows, columns, is_list=False)
    counts = (first, Column("open_actions", "Open"), Column("overdue_actions", "Overdue"))
    columns = (*counts, *_short(figures, "actions"))
    yield Section(f"actions_by_{dimension}", f"Action items by {dimension}", rows, columns, is_list=False)


def _short(figures: Sequence[Figure], about: str) -> tuple[Column, ...]:
    return tuple(Column(one.name, one.short) for one in figures if one.about == about)


def head_lines(report: Report) -> Iterator[str]:
    """What the report is of, and what limits how far it can be believed."""
    since = f", incidents from {report.since}" if report.since else ""
    if report.owners is not None:
        since += f", only action items of {printable(', '.join(report.owners))}"
    yield f"As of {report.as_of:%Y-%m-%d %H:%M} {report.timezone} at {evidence(report)}{since}"
    if report.older:
        yield f"  without what began before {report.since}: {count(report.older)}"
    yield from (f"  {caveat}" for caveat in caveats(report))


def count(older: Older) -> str:
    """How many incidents and action items are left out, in words."""
    incidents, actions = (
        f"{number} {what}{'' if number == 1 else 's'}"
        for number, what in ((older.incidents, "incident"), (older.actions, "action item"))
    )
    return f"{incidents} with {actions}"


def evidence(report: Report) -> str:
    """The commit that the report ends with; with the head, where that is a later one."""
    read_from = f" (read from {report.head[:10]})" if report.head != report.revision else ""
    return f"{report.revision[:10]}{read_from}"


def cell(value: Any) -> str:
    """A value as one line of printable text."""
    return printable("" if value is None else str(value))
