"""The history command as a person and a program meet it."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from pirgen.config import Config
from pirgen.errors import PirgenError
from pirgen.ledger import read_ledger
from pirgen.report.period import Range, range_of, read_period
from pirgen.review.timeline import Clock
from tests.support import Cli, Repo, item, review

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
        rows[7],
    ]
    assert rows[5].endswith("INC-001 AI-001 | closed | status open → done | uncommitted")
    assert re.match(
        r"pir/INC-001.yaml in [0-9a-f]{10} cannot be read \(not valid YAML: .*\); its last good state counts", rows[7]
    )


def test_the_ledger_as_a_program_reads_it(repo: Repo) -> None:
    commit = repo.commit("2025-10-06", {PIR: one()})
    head = repo.commit("2025-10-08", {PIR: one(owner="@qa")})
    found = json.loads(repo.run("history", "--export", "json", "--as-of", "2025-10-06").stdout)
    assert {key: value for key, value in found.items() if key != "facts"} == {
        "head": head, "revision": commit, "shallow": False, "clock_adjusted": [], "unreadable_revisions": []
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


def test_a_branch_tells_what_it_adds_and_nothing_of_main(repo: Repo) -> None:
    two = {PIR: one(), "pir/INC-002.yaml": review("INC-002")}
    repo.commit("2025-10-06", two)
    repo.git("checkout", "--quiet", "-b", "work")
    assert repo.run("history", "--since", "main").stdout == "this branch changes no review\n"
    repo.commit("2025-10-07", {PIR: one(due="2025-10-20")})
    repo.git("checkout", "--quiet", "main")
    repo.commit("2025-10-08", {"pir/INC-002.yaml": None})
    repo.git("checkout", "--quiet", "work")
    repo.git("merge", "--quiet", "main", when="2025-10-09T12:00:00Z")
    repo.commit("2025-10-10", {PIR: one(due="2025-10-21", status="done")})
    repo.write("pir/2026/INC-003.yaml", review("INC-003", status="draft"))
    told = repo.run("history", "--since", "main").stdout
    assert [re.sub(r"  +", " | ", line) for line in told.splitlines()] == [
        "What | Event | Change",
        "INC-001 AI-001 | closed | status open → done",
        "INC-001 AI-001 | due moved | due 2025-10-12 → 2025-10-21",
        "INC-003 | review opened | status draft",
        f"INC-003 AI-001 | opened | {NEW}",
    ]
    assert repo.run("history", "INC-003", "--since", "main").stdout.count("INC-00") == 2
    found = json.loads(repo.run("history", "--since", "main", "--export", "json").stdout)
    assert [fact["event"] for fact in found["facts"]][:2] == ["action_closed", "action_due_moved"]


def test_what_a_branch_deletes_restores_moves_and_breaks(repo: Repo) -> None:
    repo.commit("2025-10-06", {f"pir/INC-00{n}.yaml": review(f"INC-00{n}") for n in range(1, 5)})
    repo.commit("2025-10-07", {"pir/INC-002.yaml": None})
    repo.git("checkout", "--quiet", "-b", "work")
    repo.commit("2025-10-08", {
        PIR: None, "pir/2025/INC-002.yaml": review("INC-002"), "pir/INC-003.yaml": None,
        "pir/2025/INC-003.yaml": review("INC-003"), "pir/INC-004.yaml": "a: b: c",
    })  # fmt: skip
    told = repo.run("history", "--since", "main", "--export", "markdown").stdout
    assert told.splitlines()[:4] == [
        "### Post-incident reviews",
        "",
        "| What | Event | Change |",
        "| --- | --- | --- |",
    ]
    assert told.splitlines()[4:] == [
        "| INC-001 AI-001 | removed | status open, owner @platform, due 2025-10-12 |",
        "| INC-001 | review deleted | status complete |",
        "| INC-002 | review restored | status complete |",
        "| INC-002 AI-001 | restored | status open, owner @platform, due 2025-10-12 |",
        "| INC-002 | review completed | status complete |",
        "",
        told.splitlines()[-1],
    ]
    assert "INC-004.yaml in the worktree cannot be read" in told
    done = repo.run("history", "--since", "main", "--as-of", "HEAD")
    assert done.returncode == 2
    repo.git("checkout", "--quiet", "main")
    nothing = "### Post-incident reviews\n\nThis branch changes no review.\n"
    assert repo.run("history", "--since", "main", "--export", "markdown").stdout == nothing


def test_a_bare_repository_has_no_worktree_to_compare(repo: Repo, tmp_path: Path) -> None:
    repo.commit("2025-10-06", {PIR: one()})
    repo.git("clone", "--quiet", "--bare", str(repo.folder), str(tmp_path / "bare"))
    for words in (("history", "--since", "main"), ("check", "--touched-since", "main")):
        done = Cli(tmp_path / "bare").run(*words)
        assert (done.returncode, done.stderr) == (
            2, "pirgen: this repository is bare; a branch is compared with a worktree, so run this in a clone\n"
        )  # fmt: skip


def test_a_period_tells_of_its_own_clocks_alone(repo: Repo) -> None:
    repo.commit("2025-10-10", {PIR: one()})
    wrong = repo.commit("2025-10-06", {PIR: one(status="in_progress")})
    repo.commit("2025-10-12", {PIR: one(status="done")})

    def adjusted(day: str) -> list[str]:
        told = json.loads(repo.run("history", "--since", day, "--export", "json").stdout)
        return [found["commit"] for found in told["clock_adjusted"]]

    assert (adjusted("2025-10-10"), adjusted("2025-10-11")) == ([wrong], [])


def test_a_tag_on_another_root_that_was_merged_is_before_everything(repo: Repo) -> None:
    repo.commit("2025-10-06", {PIR: one()})
    repo.git("checkout", "--quiet", "--orphan", "other")
    repo.git("tag", "v1", repo.commit("2025-10-07", {"other.txt": "x"}))
    repo.git("checkout", "--quiet", "main")
    repo.git("merge", "--quiet", "--no-edit", "--allow-unrelated-histories", "other", when="2025-10-08T12:00:00Z")
    told = json.loads(repo.run("history", "--since", "v1", "--export", "json").stdout)
    assert told["facts"][0]["event"] == "review_opened"


def test_a_revision_whose_clock_is_ahead_is_before_what_came_after_it(repo: Repo) -> None:
    repo.commit("2025-10-06", {PIR: one()})
    other = repo.commit("2025-12-01", {"other.txt": "x"})
    repo.commit("2025-10-08", {PIR: one(status="done")})
    told = json.loads(repo.run("history", "--since", f"{other}..", "--export", "json").stdout)
    assert [fact["event"] for fact in told["facts"]] == ["action_closed"]


def test_a_period_is_named_in_the_projects_zone_and_three_dots_are_no_period(repo: Repo) -> None:
    repo.commit("2025-10-06", {PIR: one()})
    now = datetime(2025, 11, 1, tzinfo=UTC)
    ledger = read_ledger(repo.folder, Config(clock=Clock("Asia/Tokyo")), now=now)
    named = read_period(ledger, repo.folder, Range("2025-10-05T12:00Z", None))
    assert (named.since_name, named.until_name) == ("2025-10-05 21:00", "now")
    assert read_period(ledger, repo.folder, Range("friday", None)).since_name == "2025-10-31"
    with pytest.raises(PirgenError, match="2025-10-05 is not after 2025-10-05, where the period begins"):
        read_period(ledger, repo.folder, Range("2025-10-05", "2025-10-05"))
    evening = read_ledger(repo.folder, ledger.config, now=now + timedelta(hours=20))
    assert read_period(evening, repo.folder, Range("2025-11-02", None)).since_name == "2025-11-02"
    assert range_of(repo.folder, "main...HEAD", None, now) is None
    assert range_of(repo.folder, "main..HEAD", None, now) == ("main", "HEAD")
