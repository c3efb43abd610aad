"""Tables of figures: what the metrics make, what is said about their columns, and the report that holds them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from pirgen.config import Config
    from pirgen.ledger import Adjustment, Ledger, LeftOut, Shadowed, Unreadable
    from pirgen.report.period import Period
    from pirgen.report.story import Story
    from pirgen.report.sums import Parts

Row = Mapping[str, Any]
"""The values of a line by the keys of its columns. A value that is not known is None, never 0."""


class Column(NamedTuple):
    """One value of every row of a table, as people and programs read it."""

    key: str
    title: str = ""
    """The heading that people read."""
    description: str = ""
    """What programs are told of it, in report.schema.json."""
    type: Mapping[str, Any] = {}
    """Its JSON Schema."""
    text: Callable[[Any], Any] | None = None
    """What people read of a row; None for the value itself."""
    kind: str = "text"
    """How it is shown: as `text`, `incident`, `commit`, `number`, `whole` (never broken) or `note` (never cut)."""
    least: int = 0
    """How many characters wide it is at least where its text may be wrapped; 0 where it stays on one line."""

    def said(self, row: Any) -> Any:
        """What people read of a row."""
        return self.text(row) if self.text else row[self.key]


@dataclass(frozen=True)
class Listing:
    """A metric that lists incidents or action items, one to a row."""

    name: str
    title: str
    description: str
    columns: tuple[Column, ...]
    """All values of a row."""
    shown: tuple[str, ...]
    """The keys of the columns that people see, in their order."""
    page: str
    """The page of the site that it is on: `report` or `actions`."""
    rows: Callable[[Ledger, datetime], Iterable[Row]]
    always: bool = False
    """Whether people are told that there is nothing."""
    alarming: bool = False
    """Whether a row means that somebody has to act now."""
    urgent: bool = False
    """Whether people are told it before the figures."""
    folded: bool = False
    """Whether it may be folded away, because it is long and nothing in it is urgent."""
    by_owner: bool = False
    """Whether a mail tells it owner by owner."""
    is_list: bool = True
    """Whether the number of its rows says something."""
    counted_by: str = ""
    """The column by which a monitoring system counts its rows; empty where it does not."""
    apart_from: str = ""
    """The listing whose rows people are not shown again here."""

    @property
    def is_of_items(self) -> bool:
        """Whether it is about action items alone, so that it can be told of some owners."""
        return self.page == "actions"


@dataclass(frozen=True)
class Figure:
    """A metric that is one figure: a mean time, a median time or a share. It is a row of the table `metrics`."""

    name: str
    title: str
    short: str
    """The title where there is little room."""
    about: str
    """What it counts: `incidents` or `actions`."""
    kind: str
    """One of `mean`, `median` and `share`."""
    definition: Callable[[Config], str]
    """How it is derived, by a configuration."""
    parts: Parts
    """What it is counted from."""
    is_census: bool = False
    """Whether it counts all there are, so that few are enough for a verdict on its target."""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under one name."""

    name: str
    rows: tuple[Row, ...]


class Group(NamedTuple):
    """The figures of a part; None where a figure is not about such a part."""

    incidents: int | None
    open_actions: int
    overdue_actions: int
    overdue_reviews: int | None
    metrics: tuple[Row, ...]


class Told(NamedTuple):
    """What happened in a period, for a report that tells it."""

    period: Period
    story: Story


class Older(NamedTuple):
    """How many incidents, and action items of theirs, a report leaves out because they began before its first day."""

    incidents: int
    actions: int


@dataclass(frozen=True, slots=True)
class Report:
    """The tables as of a moment (aware), and what limits how far they can be believed."""

    as_of: datetime
    since: date | None
    owners: tuple[str, ...] | None
    """The owners and teams whose action items alone count, as they were asked for; None for all."""
    revision: str
    """The last commit that is counted."""
    head: str
    """The commit that the history was read from."""
    is_forecast: bool
    timezone: str
    shallow: bool
    uncommitted: bool
    clock_adjusted: tuple[Adjustment, ...]
    unreadable: tuple[Unreadable, ...]
    shadowed: tuple[Shadowed, ...]
    left_out: tuple[LeftOut, ...]
    tables: Mapping[str, Table]
    figures: tuple[Figure, ...]
    """The figures that the table `metrics` has, a row each."""
    listings: tuple[Listing, ...]
    """The listings that may be among the tables."""
    groups: Mapping[str, Mapping[str, Group]]
    """The figures by dimension (as severity) and group (as P1); "" is the group of those that do not say."""
    older: Older | None = None
    """What is left out because of `since`; None without it."""
    told: Told | None = None
    """What happened in the period that was asked for; None where none was."""
