"""Reminders as people and programs read them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from tests.support import DATA, Repo, item, review

PERIOD = ("--since", "2025-10-12", "--until", "2025-10-16")


def test_each_owner_is_told_what_is_due_or_late(repo: Repo, golden: Callable[[Path, str], None]) -> None:
    items = [
        item("AI-001", "Add *pool* metrics", due="2025-10-12"),
        item("AI-002", "Raise the limit", due="2025-10-13", owner="@sre"),
        item("AI-003", "Page somebody", due="2025-10-15"),
    ]
    led = {"status": "in_review", "roles": {"incident_commander": "@ann"}}
    repo.commit("2025-10-06", {"pir/INC-001.yaml": review(action_items=items, **led)})
    nobodys = {key: value for key, value in item("AI-001", "Ask", due="2025-10-14").items() if key != "owner"}
    repo.commit("2025-10-07", {"pir/INC-002.yaml": review("INC-002", severity=None, action_items=[nobodys])})
    done = [items[0], items[1] | {"status": "done"}, items[2]]
    repo.commit("2025-10-14", {"pir/INC-001.yaml": review(action_items=done, **led)})
    said = [repo.run("remind", *PERIOD, "--format", form).stdout for form in ("text", "markdown", "json")]
    told = json.loads(said[2])
    assert len(told.pop("head")) == 40
    assert {"owner", "severity", "action"} <= {key for row in told["reminders"] for key in row if row[key] is None}
    golden(DATA / "reminders.txt", "\n".join((*said[:2], json.dumps(told, indent=2), "")))


def test_nobody_is_to_be_reminded(repo: Repo) -> None:
    repo.commit("2025-10-06", {"pir/INC-001.yaml": review(action_items=[item("AI-001", "x", due="2026-10-12")])})
    assert repo.run("remind", *PERIOD).stdout == (
        "Nobody is to be reminded of anything from 2025-10-12 to 2025-10-16\n"
    )
