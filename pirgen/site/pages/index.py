"""The index of reviews: one table, which pirgen.js makes sortable and filterable; in parts where it would be long."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from pirgen.review import Review
from pirgen.review.duration import format_duration
from pirgen.site.pages import Page, Subject
from pirgen.site.review_page import severity_name

LONG, PART = 500, 50
"""From how many reviews on only some are in the page, and how many."""


def make(subject: Subject) -> Iterator[Page]:
    """The newest first; of many, the rest are data for the script, and a page a year for a browser without it."""
    rows = [_row(subject, review) for review in subject.reviews.values()]
    rows.sort(key=lambda row: (row["date"], row["id"]), reverse=True)
    years: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    if is_long := len(rows) > LONG:
        for row in rows:
            years[row["date"][:4] or "unknown"].append(row)
    island = json.dumps([_cells(row) for row in rows], ensure_ascii=True) if is_long else ""
    for mark in "<>&":  # nothing in it may end the element that holds it
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
            severities=json.dumps([severity_name(level.name, subject.config) for level in subject.config.severities]),
        ),
    )
    for year, some in years.items():
        up = [{**row, "address": f"../{row['address']}"} for row in some]
        yield Page(f"years/{year}.md", subject.fill("year", rows=up, year=year))


def _row(subject: Subject, review: Review) -> dict[str, Any]:
    taken = subject.config.intervals["mttr"].measure(review.milestones)
    lasted = taken.seconds if taken else -1
    return {
        "id": review.incident_id,
        "address": f"{subject.home}{review.incident_id}.md",
        "title": review.headline,
        "severity": severity_name(review.severity, subject.config),
        "date": str(review.date or ""),
        "lasted": format_duration(lasted) if lasted >= 0 else "",
        "services": review.services,
        "tags": review.tags,
        "status": review.status.replace("_", " "),
    }


def _cells(row: dict[str, Any]) -> list[str]:
    """What the script shows in a row's cells, as the table has it."""
    plain = [row[key] for key in ("id", "title", "severity", "date", "lasted")]
    return [*plain, ", ".join(row["services"]), ", ".join(row["tags"]), row["status"]]
