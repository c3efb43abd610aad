"""The index of reviews: a table that pirgen.js makes sortable and filterable, split where it would be long."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from pirgen.review import Review
from pirgen.review.duration import format_duration
from pirgen.site.pages import MOST, Page, Subject
from pirgen.site.review_page import severity_name

LONG, PART = 500, 50
"""The index is long with more than LONG reviews. Its page then shows PART of them."""


def make(subject: Subject) -> Iterator[Page]:
    """The index, newest first. A long one gives the script all rows as data, and has a page for each year."""
    rows = [_row(subject, review) for review in subject.reviews.values()]
    rows.sort(key=lambda row: (row["date"], row["id"]), reverse=True)
    years: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    if is_long := len(rows) > LONG:
        for row in rows:
            years[row["date"][:4] or "unknown"].append(row)
    island = json.dumps([_cells(row) for row in rows], ensure_ascii=True) if is_long else ""
    for mark in "<>&":  # no text may close the HTML element that holds the data
        island = island.replace(mark, f"\\u{ord(mark):04x}")
    yield Page(
        "index.md",
        subject.fill(
            "index",
            rows=rows[:PART] if is_long else rows,
            count=len(rows),
            unrenderable=subject.unrenderable,
            years=years,
            island=island,
            urgent=subject.urgent,
            report=subject.report,
            most=MOST,
            severities=json.dumps([severity_name(level.name, subject.config) for level in subject.config.severities]),
        ),
    )
    for year, some in years.items():
        up = [{**row, "address": f"../{row['address']}"} for row in some]
        yield Page(f"years/{year}.md", subject.fill("year", rows=up, year=year))


def _row(subject: Subject, review: Review) -> dict[str, Any]:
    taken = subject.config.intervals["mttr"].measure(review.milestones)
    derived = format_duration(taken.seconds, exact=True) if taken and taken.seconds >= 0 else ""
    return {
        "id": review.incident_id,
        "address": f"{subject.home}{review.incident_id}.md",
        "title": review.headline,
        "severity": severity_name(review.severity, subject.config),
        "date": str(review.date or ""),
        "lasted": review.lasted.beside(derived),
        "services": review.services,
        "tags": review.tags,
        "status": review.status.replace("_", " "),
    }


def _cells(row: dict[str, Any]) -> list[str]:
    """The texts that the script shows in a row's cells, the same as in the table."""
    plain = [row[key] for key in ("id", "title", "severity", "date", "lasted")]
    return [*plain, ", ".join(row["services"]), ", ".join(row["tags"]), row["status"]]
