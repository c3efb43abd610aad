"""Tables of figures: what the metrics make and the exports write."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of figures under one name. A value that is not known is None, never 0."""

    name: str
    rows: tuple[Row, ...]


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
