"""A revision says the same whether it is read alone or after others that it shares most of its text with."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from pirgen.config import Config
from pirgen.files import Source
from pirgen.ledger import snapshot
from pirgen.ledger.snapshot import Camera, Snapshot, UnreadableError
from pirgen.review import read
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


def take(text: str, path: str = "pir/INC-001.yaml") -> Snapshot:
    return Camera(Config()).take(Source(path, text.encode()))


def test_only_what_has_changed_is_read_again(monkeypatch: pytest.MonkeyPatch) -> None:
    camera, known = Camera(Config()), []
    camera.take(Source("pir/INC-001.yaml", review().encode()))

    def noted(data: Any, clock: Any, timeline: Any, items: Any) -> Any:
        known.append((timeline is not None, items is not None))
        return read(data, clock, timeline, items)

    monkeypatch.setattr(snapshot, "read", noted)
    monkeypatch.setattr(snapshot, "load", None)  # which reads a whole file
    steps: list[dict[str, Any]] = [
        {"impact": "Nothing"},
        {"timeline": []},
        {"action_items": []},
        {"date": "2025-10-06"},
    ]
    changes: dict[str, Any] = {}
    for step in steps:
        changes |= step
        camera.take(Source("pir/INC-001.yaml", review(**changes).encode()))
    assert known == [(True, True), (False, True), (True, False), (False, True)]


@pytest.mark.parametrize(("who", "roles"), [("@ann", {"incident_commander": "@ann"}), (7, {}), ("", {}), (None, {})])
def test_of_a_review_the_incident_commander_is_known(who: Any, roles: dict[str, str]) -> None:
    assert take(review(roles={"incident_commander": who, "scribe": "@bo"})).roles == roles


def test_a_log_that_is_over_says_who_was_incident_commander_and_has_a_story() -> None:
    head = "- {at: 2025-11-01T10:00:00Z, kind: declared, incident_id: INC-001, title: x, severity: P1}\n"
    role = "- {at: 2025-11-01T10:05:00Z, kind: role_assigned, role: %s, to: %s}\n"
    log = head + role % ("incident_commander", "'@ann'") + role % ("scribe", "'@bo'")
    path = "operational_audit/incidents/INC-001.yaml"
    runs, over = take(log, path), take(f"{log}- {{at: 2025-11-01T11:00:00Z, kind: resolved, text: x}}\n", path)
    assert runs.roles == {"incident_commander": "@ann", "scribe": "@bo"}
    assert over.roles == {"incident_commander": "@ann"}
    assert len({runs.story, over.story, take(head, path).story, ""}) == 4


def test_a_log_without_events_has_no_story() -> None:
    assert take("incident_id: INC-007\nevents: []\n", "operational_audit/incidents/INC-007.yaml").story == ""


def test_a_review_without_a_timeline_or_with_placeholders_has_no_story() -> None:
    assert take(review()).story
    assert take(review(timeline=[])).story == ""
    assert take(review(impact="TODO")).story == ""


def test_a_review_without_an_id_says_so() -> None:
    with pytest.raises(UnreadableError, match=r"^the incident_id cannot be read$"):
        take(review(7))
