"""The same as the pages for programs, as JSON: the reviews, their list, the figures and the action items."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from pirgen.report import actions, exports, head_of
from pirgen.site.pages import Page, Subject
from pirgen.site.review_page import first_sentence
from pirgen.text.json import line

INDEX = "index.json"


def make(subject: Subject) -> Iterator[Page]:
    """A file beside each page; those of the figures and the action items need a history."""
    for name, said in subject.said.items():
        yield Page(f"{name}.json", _file("pir", said.decode()))
    yield Page(INDEX, _file("index", line(index(subject)).decode()))
    if subject.report and subject.ledger:
        yield Page("report.json", _file("report", exports.render("json", subject.report)))
        rows = actions.action_rows(subject.ledger, actions.Wanted(statuses=actions.STATUSES))
        told = actions.render("json", subject.ledger, head_of(subject.ledger), rows, "", None)
        yield Page("actions.json", _file("actions", told))


def index(subject: Subject) -> list[dict[str, Any]]:
    """The list of the reviews, newest first; what is not known is null."""
    found = sorted(subject.reviews.values(), key=lambda one: (str(one.date or ""), one.incident_id), reverse=True)
    return [
        {
            "incident_id": review.incident_id,
            "title": review.headline,
            "severity": review.severity or None,
            "status": review.status,
            "date": review.date and review.date.isoformat(),
            "services": review.services,
            "tags": review.tags,
            "impact": first_sentence(review),
            "action_items": len(review.action_items),
            "page": f"{subject.home}{quote(review.incident_id)}{subject.links.ending}",
            "data": f"{quote(review.incident_id)}.json",
        }
        for review in found
    ]


def _file(schema: str, data: str) -> str:
    """A file that names the schema of its data."""
    return f'{{"generated_by": "pirgen", "schema": "{schema}", "data": {data.rstrip()}}}\n'
