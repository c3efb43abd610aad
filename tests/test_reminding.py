"""Reminders as people and programs read them."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pirgen.config import Config
from pirgen.ledger import read_ledger
from pirgen.report.remind import reminders
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


def test_a_step_belongs_to_the_period_that_ends_with_it(repo: Repo) -> None:
    items = [item("AI-001", "x", due="2025-10-12"), item("AI-002", "y", due="2025-10-12", owner="@late")]
    repo.commit(
        "2025-10-12T00:00:00Z", {"pir/INC-001.yaml": review(status="withdrawn", reason="x", action_items=items[:1])}
    )
    repo.commit(
        "2025-10-12T00:00:01Z", {"pir/INC-001.yaml": review(status="withdrawn", reason="x", action_items=items)}
    )

    ledger = read_ledger(repo.folder, Config(), now=datetime(2025, 11, 1, tzinfo=UTC))
    midnight = datetime(2025, 10, 12, tzinfo=UTC)
    told = [
        [one.action_id for one in reminders(ledger, since, since + timedelta(days=1)) if one.action_id]
        for since in (midnight - timedelta(days=1), midnight)
    ]
    assert told == [["AI-001"], ["AI-002"]], "git saw the first one at the start of the very day"


def test_one_reminder_is_one(repo: Repo) -> None:
    repo.commit("2025-10-07", {"pir/INC-001.yaml": review(action_items=[item("AI-001", "x")])})
    said = repo.run("remind", "--since", "2025-10-11", "--until", "2025-10-13").stdout
    assert said.startswith("1 reminder from 2025-10-11 to 2025-10-13")
