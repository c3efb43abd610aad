"""What a branch adds: the same that its squash merge would bring, in whatever checkout, and judged by what it broke."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pirgen.config import Config
from pirgen.ledger import PROVEN, Ledger, branch_ledger, read_ledger
from tests.support import Cli, Repo, review
from tests.test_ledger import NOW, PIR, one
from tests.test_ledger_reader import STEP, play


def meaning(ledger: Ledger) -> list[Any]:
    return [fact._replace(at=NOW, commit=None, author=None) for fact in ledger.facts]


@given(st.lists(STEP, min_size=1, max_size=4), st.lists(STEP, min_size=1, max_size=4))
@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
def test_any_branch_adds_what_its_squash_merge_brings(base: list[dict[str, Any]], steps: list[dict[str, Any]]) -> None:
    with tempfile.TemporaryDirectory() as place:
        repo = Repo(Path(place) / "repo")
        play(repo, base)
        start = repo.git("rev-parse", "HEAD")
        play(repo, steps, first=100)
        branch = branch_ledger(repo.folder, Config(), start, now=NOW)
        repo.git("reset", "--quiet", "--soft", start)
        squash = repo.commit("2025-12-30", {})
        whole = read_ledger(repo.folder, Config(), now=NOW, as_of="HEAD")
        brought = [fact for fact in whole.facts if fact.commit == squash]
        assert meaning(branch) == [fact._replace(at=NOW, commit=None, author=None) for fact in brought]


def facts(repo: Cli, base: str = "main") -> list[tuple[str, str, str | None]]:
    """Incident, event and commit of what is added."""
    done = repo.run("history", "--since", base, "--export", "json")
    assert done.returncode == 0, done.stderr
    return [(fact["incident_id"], fact["event"], fact["commit"]) for fact in json.loads(done.stdout)["facts"]]


def branch(repo: Repo) -> None:
    repo.git("checkout", "--quiet", "-b", "work")


def test_what_is_not_committed_has_no_commit(repo: Repo) -> None:
    repo.commit("2025-10-06", {PIR: one()})
    repo.write(PIR, one(status="done"))
    assert facts(repo, "HEAD") == [("INC-001", "action_closed", None)]


def test_a_commit_of_the_branch_proves_what_the_branch_closes(repo: Repo) -> None:
    start = repo.commit("2025-10-06", {PIR: one()})
    branch(repo)
    work = repo.commit("2025-10-07", {"pool.py": "metrics = True\n"})
    head = repo.commit("2025-10-08", {PIR: one(status="done", evidence=work)})
    ledger = branch_ledger(repo.folder, Config(), start, now=NOW)
    assert ledger.revision == head
    assert [ledger.proofs.of(done).level for done in ledger.items] == [PROVEN]


def test_a_file_that_now_holds_another_incident_deletes_the_first(repo: Repo) -> None:
    repo.commit("2025-10-06", {"pir/a.yaml": one()})
    branch(repo)
    repo.commit("2025-10-07", {"pir/a.yaml": review("INC-002", status="draft", action_items=[])})
    told = [(name, event) for name, event, _ in facts(repo)]
    assert ("INC-001", "review_deleted") in told
    assert ("INC-002", "review_opened") in told


def test_what_is_not_checked_out_is_told_as_the_index_has_it(repo: Repo, tmp_path: Path) -> None:
    repo.commit("2025-10-06", {PIR: one(), "src/x": "x"})
    branch(repo)
    repo.commit("2025-10-07", {PIR: one(status="done")})
    repo.git("clone", "--quiet", str(repo.folder), str(tmp_path / "sparse"))
    repo.git("-C", str(tmp_path / "sparse"), "sparse-checkout", "set", "src")
    assert facts(Cli(tmp_path / "sparse"), "origin/main") == [("INC-001", "action_closed", None)]
    repo.git("clone", "--quiet", "--no-checkout", str(repo.folder), str(tmp_path / "empty"))
    assert facts(Cli(tmp_path / "empty"), "HEAD") == []
    assert facts(Cli(tmp_path / "empty"), "origin/main") == [("INC-001", "action_closed", None)]


def test_the_review_counts_wherever_it_lies_now(repo: Repo) -> None:
    repo.commit("2025-10-06", {PIR: one()})
    branch(repo)
    repo.commit("2025-10-07", {PIR: None, "pir/z/INC-001.yaml": one(status="done")})
    (repo.folder / PIR).symlink_to("z/INC-001.yaml")
    repo.commit("2025-10-08", {})
    assert facts(repo) == [("INC-001", "action_closed", None)]


def test_ignored_files_and_an_emptied_index_count_as_in_history(repo: Repo) -> None:
    repo.commit("2025-10-06", {PIR: one(), ".gitignore": "INC-002.yaml\n"})
    repo.write("pir/INC-002.yaml", review("INC-002", status="draft", action_items=[]))
    assert facts(repo, "HEAD") == [("INC-002", "review_opened", None)]
    (repo.folder / "pir/INC-002.yaml").unlink()
    repo.git("rm", "--quiet", "-r", ".")
    assert ("INC-001", "review_deleted", None) in facts(repo, "HEAD")
    assert "review deleted" in repo.run("history").stdout


def check(repo: Cli, *options: str) -> tuple[int, str]:
    done = repo.run("check", "--fail-on", "invalid,overdue-review", "--touched-since", "main", *options)
    return done.returncode, done.stdout + done.stderr


def test_a_review_or_log_that_a_branch_takes_away_is_its_own_whatever_the_file_is_called(repo: Repo) -> None:
    log = ("incident_id: INC-005\ntitle: x\nseverity: P1\nevents:\n"
           "  - {at: '2025-10-05T10:00:00Z', kind: resolved, text: x, by: '@a'}\n")  # fmt: skip
    logs = "operational_audit/incidents"
    repo.commit("2025-10-06", {"pir/outage.yaml": review(), f"{logs}/x.yaml": log})
    branch(repo)
    repo.commit("2025-10-07", {"pir/outage.yaml": None})
    assert "the review was deleted" in check(repo)[1]
    assert check(repo)[0] == 1
    repo.git("checkout", "--quiet", "-b", "other", "main")
    repo.commit("2025-10-07", {f"{logs}/x.yaml": None})
    assert "INC-005" in check(repo)[1]


def test_a_branch_answers_for_what_its_configuration_breaks(repo: Repo) -> None:
    repo.commit("2025-10-06", {PIR: one()})
    branch(repo)
    repo.commit("2025-10-07", {"pirgen.yaml": "id_pattern: PM-[0-9]+\n"})
    assert check(repo)[0] == 1
    assert repo.run("lint", "--since", "main").returncode == 1


def test_without_the_base_the_history_is_missing_and_findings_are_told(repo: Repo, tmp_path: Path) -> None:
    base = repo.commit("2025-10-06", {PIR: one()})
    branch(repo)
    repo.commit("2025-10-07", {PIR: review(severity="P9")})
    repo.git("clone", "--quiet", "--depth=1", "--branch=work", f"file://{repo.folder}", str(tmp_path / "shallow"))
    done = Cli(tmp_path / "shallow").run("check", "--touched-since", base)
    assert done.returncode == 3
    assert "`severity` cannot be `P9`" in done.stdout
    assert "fetch-depth 0" in done.stderr
    assert Cli(tmp_path / "shallow").run("history", "--since", base).returncode == 3


def test_a_partial_clone_without_its_remote_says_what_to_fetch(repo: Repo, tmp_path: Path) -> None:
    repo.git("config", "uploadpack.allowFilter", "true")
    repo.commit("2025-10-06", {PIR: one()})
    repo.commit("2025-10-07", {PIR: one(status="done")})
    repo.git("clone", "--quiet", "--filter=tree:0", f"file://{repo.folder}", str(tmp_path / "partial"))
    repo.git("-C", str(tmp_path / "partial"), "remote", "set-url", "origin", str(tmp_path / "nowhere"))
    (tmp_path / "partial/pir/INC-002.yaml").write_text("a: b\n")  # lint asks for the past of what it finds
    for words in (("history",), ("check", "--touched-since", "HEAD~1"), ("lint", "--since", "HEAD~1")):
        done = Cli(tmp_path / "partial").run(*words)
        assert (done.returncode, "git fetch --refetch --no-filter" in done.stderr) == (3, True), done.stderr


def test_what_a_branch_adds_outside_a_sparse_checkout_is_told(repo: Repo, tmp_path: Path) -> None:
    repo.commit("2025-10-06", {"pir/2025/INC-001.yaml": one(), "pirgen.yaml": "timezone: Asia/Tokyo\n"})
    branch(repo)
    repo.commit("2025-10-07", {"pir/2026/INC-002.yaml": review("INC-002", status="draft", action_items=[])})
    repo.git("sparse-checkout", "set", "--no-cone", "/pir/2025/")
    assert not (repo.folder / "pirgen.yaml").exists()
    assert facts(repo) == [("INC-002", "review_opened", None)]
    assert "Asia/Tokyo" in repo.run("report").stdout, "the configuration is that of the index"
    repo.git("worktree", "add", "--quiet", "--no-checkout", str(tmp_path / "linked"), "main")
    assert "Asia/Tokyo" in Cli(tmp_path / "linked").run("report").stdout


def test_a_branch_answers_for_owners_that_it_makes_unknown(repo: Repo) -> None:
    config = {"pirgen.yaml": "rules: {owner-known: error}\n", ".github/CODEOWNERS": "* @platform\n"}
    repo.commit("2025-10-06", {PIR: one(), **config})
    branch(repo)
    repo.commit("2025-10-07", {".github/CODEOWNERS": "* @other\n"})
    assert check(repo)[0] == 1


def test_a_branch_answers_for_what_it_uncovers(repo: Repo) -> None:
    two = review("INC-002", status="draft", action_items=[])
    repo.commit("2025-10-06", {PIR: review(covers=["INC-002"]), "pir/INC-002.yaml": two})
    branch(repo)
    repo.commit("2025-10-07", {PIR: review()})
    assert "INC-002" in check(repo)[1]
