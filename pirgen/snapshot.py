"""What one revision of a file says: the part of it that the ledger compares with the next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pirgen.config import Config
from pirgen.document import load
from pirgen.incident import IncidentLog
from pirgen.incident import read as read_log
from pirgen.review import ActionItem, Review, placeholders
from pirgen.review import read as read_review
from pirgen.source import Source, is_below


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A readable revision of a review."""

    review: Review
    complete: bool
    """Valid by today's schema, without placeholder text, and its status says complete. Rules never enter."""

    @property
    def incident_id(self) -> str:
        """The incident that the review is of."""
        return self.review.incident_id

    @property
    def items(self) -> Mapping[str, ActionItem]:
        """The action items by id; of two with one id the first holds."""
        found: dict[str, ActionItem] = {}
        for item in self.review.action_items:
            found.setdefault(item.id, item)
        return found


class UnreadableError(Exception):
    """A revision whose YAML, incident id or action ids cannot be read. The message says why."""


def take(source: Source, config: Config) -> Snapshot | IncidentLog:
    """Read one revision; what it is follows from its folder. Raises UnreadableError."""
    document = load(source)
    if document.problems:
        raise UnreadableError(document.problems[0][1].message)
    data = document.data
    if not isinstance(data, dict) or not isinstance(data.get("incident_id"), str) or not data["incident_id"]:
        raise UnreadableError("the incident_id cannot be read")
    if is_below(source.name, config.incidents):
        return read_log(data)
    items = data.get("action_items") or []
    if not isinstance(items, list) or not all(isinstance(i, dict) and isinstance(i.get("id"), str) for i in items):
        raise UnreadableError("the ids of the action items cannot be read")
    review = read_review(data, config.clock)
    finished = review.status == "complete" and not any(placeholders(review))
    return Snapshot(review, finished and config.review_schema.is_valid(data))
