"""The history command as a person and a program meet it."""

from __future__ import annotations

import json
import re

from tests.support import Repo, item, review

PIR = "pir/INC-001.yaml"
NEW = "status open, owner @platform, due 2025-10-12"


def one(**changes: object) -> str:
    return review(action_items=[item("AI-001", "Add metrics") | changes])


def test_the_ledger_as_a_person_reads_it(repo: Repo) -> None:
    opened = repo.commit("2025-10-06", {PIR: one()})[:10]
    moved = repo.commit("2025-10-08", {PIR: one(due="2025-10-20"), "pir/INC-002.yaml": review("INC-002")})[:10]
    repo.commit("2025-10-09", {PIR: "a: b: c\n"})
    repo.write(PIR, one(due="2025-10-20", status="done"))
    rows = [re.sub(r"  +", " | ", line) for line in repo.run("history", "INC-001").stdout.splitlines()]
    assert rows == [
        "When | What | Event | Change | By | Commit",
        f"2025-10-06 12:00 | INC-001 | review opened | status complete | Ann | {opened}",
        f"2025-10-06 12:00 | INC-001 AI-001 | opened | {NEW} | Ann | {opened}",
        f"2025-10-06 12:00 | INC-001 | review completed | status complete | Ann | {opened}",
        f"2025-10-08 12:00 | INC-001 AI-001 | due moved | due 2025-10-12 → 2025-10-20 | Ann | {moved}",
        rows[5],
        "",
        "Revisions that cannot be read, so that what they followed went on: 1",
        rows[8],
    ]
    assert rows[5].endswith("INC-001 AI-001 | closed | status open → done | uncommitted")
    assert "pir/INC-001.yaml: not valid YAML" in rows[8]


def test_the_ledger_as_a_program_reads_it(repo: Repo) -> None:
    commit = repo.commit("2025-10-06", {PIR: one()})
    head = repo.commit("2025-10-08", {PIR: one(owner="@qa")})
    found = json.loads(repo.run("history", "--export", "json", "--as-of", "2025-10-06").stdout)
    assert {key: value for key, value in found.items() if key != "facts"} == {
        "head": head, "shallow": False, "clock_adjusted": 0, "unreadable_revisions": []
    }  # fmt: skip
    assert found["facts"][1] == {
        "at": "2025-10-06T12:00:00Z",
        "commit": commit,
        "author": found["facts"][0]["author"],
        "path": PIR,
        "incident_id": "INC-001",
        "action_id": "AI-001",
        "event": "action_opened",
        "before": {},
        "after": {"status": "open", "owner": "@platform", "due": "2025-10-12"},
    }
    last = json.loads(repo.run("history", "--export", "json").stdout)["facts"][-1]
    assert (last["event"], last["before"], last["after"]) == (
        "action_owner_changed", {"owner": "@platform"}, {"owner": "@qa"}
    )  # fmt: skip


def test_what_history_does_not_know_is_said(repo: Repo) -> None:
    repo.commit("2025-10-06", {"README.md": "x"})
    assert repo.run("history").stdout == "history says nothing about reviews yet\n"
    done = repo.run("history", "INC-009")
    assert (done.returncode, done.stderr) == (2, "pirgen: history knows no incident `INC-009`\n")
