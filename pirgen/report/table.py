"""Tables of figures: what the metrics make and the exports write."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of figures under one name. A value that is not known is None, never 0."""

    name: str
    rows: tuple[Row, ...]


class Group(NamedTuple):
    """The figures of a part; None where a figure is not about such a part."""

    incidents: int | None
    open_actions: int
    overdue_actions: int
    overdue_reviews: int | None
    metrics: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """The tables as of a moment (aware), and what limits how far they can be believed."""

    as_of: datetime
    since: date | None
    revision: str
    timezone: str
    shallow: bool
    uncommitted: bool
    clock_adjusted: int
    unreadable_revisions: tuple[Row, ...]
    shadowed_files: tuple[str, ...]
    tables: Mapping[str, Table]
    groups: Mapping[str, Mapping[str, Group]]
    """The figures by dimension (as severity) and group (as P1); "" is the group of those that do not say."""
