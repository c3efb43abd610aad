"""A revision says the same whether it is read alone or after others that it shares most of its text with."""

from __future__ import annotations

from typing import Any

import yaml
from hypothesis import given
from hypothesis import strategies as st

from pirgen.config import Config
from pirgen.files import Source
from pirgen.ledger.snapshot import Camera, UnreadableError
from tests.support import item, review

OTHERS: dict[str, list[Any]] = {
    "incident_id": ["INC-002", 7, None],
    "severity": ["P2", "P9", None],
    "type": ["near_miss", "drill", "incident", 7, None],
    "status": ["draft", "in_review", "complete", "withdrawn", None],
    "date": ["2025-10-06", "unknown", None],
    "timezone": ["+09:00", "Europe/Berlin", "UTC", None],
    "duration": ["50m", None],
    "impact": ["TODO", "Nobody noticed", None],
    "timeline": [
        [{"time": "23:50", "event": "Alert triggered"}, {"time": "00:10", "event": "Incident resolved"}],
        [{"time": "14:30", "event": "x", "kind": "started"}],
        [],
        None,
    ],
    "root_cause": ["TBD", "A slow query", None],
    "contributing_factors": [["TODO"], [], None],
    "action_items": [
        [item("AI-001", "Add pool metrics", due=None)],
        [item("AI-001", "Add pool metrics", status="done"), item("AI-002", "Add tests")],
        [item("AI-002", "Add pool metrics", owner="@qa")],
        [{"id": 7}],
        [],
        None,
    ],
    "lessons_learned": [["Watch it"], None],
    "services": [["web"], None],
    "related": [["INC-002"], None],
    "covers": [["INC-003"], None],
}
EDIT = st.sampled_from([(key, value) for key, values in OTHERS.items() for value in values])


def said(camera: Camera, text: str) -> Any:
    try:
        return camera.take(Source("pir/INC-001.yaml", text.encode()))
    except UnreadableError as error:
        return str(error)


@given(st.lists(st.lists(EDIT, min_size=1, max_size=3), min_size=1, max_size=6))
def test_reading_in_a_row_says_what_reading_alone_says(commits: list[list[tuple[str, Any]]]) -> None:
    assert {*yaml.safe_load(review())} < {*OTHERS}, "every key of a review is edited"
    camera = Camera(Config())
    changes: dict[str, Any] = {}
    for edits in [[], *commits]:
        changes |= dict(edits)
        text = review(**changes)
        assert said(camera, text) == said(Camera(Config()), text)
