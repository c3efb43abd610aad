"""pirgen sync from end to end: the command line, a repository with a remote, and a GitHub on the loopback interface."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from pirgen.git.repository import Repository
from tests.github_host import TOKEN, GithubHost
from tests.json_host import Answer
from tests.support import Repo, item, review

PIR = "pir/INC-001.yaml"


class Synced:
    """A repository, its remote, and the host of its issues."""

    def __init__(self, repo: Repo, host: GithubHost) -> None:
        self.repo, self.host = repo, host

    def run(self, *arguments: str, code: int = 0, **environment: str) -> str:
        """What `pirgen sync` prints; nothing that it prints holds the token."""
        variables = {"COLUMNS": "200", "GH_TOKEN": "", **environment}
        done = self.repo.run("sync", *arguments, **variables)
        assert done.returncode == code, done.stdout + done.stderr
        assert TOKEN not in done.stdout + done.stderr
        return done.stderr if code == 2 else done.stdout

    def rows(self, *arguments: str, code: int = 0) -> list[tuple[str, str, Any]]:
        """The plan, as kind, item and what the review is to say."""
        plan = json.loads(self.run("--export", "json", *arguments, code=code))
        return [(row["kind"], row["action_id"], row["review"]) for row in plan["rows"]]

    def items(self, where: str = "") -> list[dict[str, Any]]:
        """The items as the worktree, or a branch, says them."""
        text = self.repo.git("show", f"{where}:{PIR}") if where else (self.repo.folder / PIR).read_text()
        found: list[dict[str, Any]] = yaml.safe_load(text)["action_items"]
        return found

    def save(self) -> str:
        """Commit everything."""
        return self.repo.commit("2025-10-10", {})


@pytest.fixture
def synced(repo: Repo, tmp_path: Path, github_api: GithubHost) -> Synced:
    repo.write("pirgen.yaml", f"tracker: {{kind: github, host: '{github_api.address}', project: org/shop}}\n")
    first = item("AI-001", "Add *pool* metrics for @ana", owner="@ana")
    items = [first, item("AI-002", "Add tests", owner="@org/qa")]
    repo.commit("2025-10-06", {PIR: review(action_items=items)})
    repo.git("init", "--quiet", "--bare", str(tmp_path / "remote.git"))
    repo.git("remote", "add", "origin", f"{github_api.address}/org/shop.git")
    repo.git("config", f"url.{tmp_path}/remote.git.insteadOf", f"{github_api.address}/org/shop.git")
    repo.git("push", "--quiet", "origin", "main")
    return Synced(repo, github_api)


def test_open_items_get_issues_once(synced: Synced) -> None:
    assert synced.rows() == [("create", "AI-001", None), ("create", "AI-002", None)]
    assert not synced.host.issues
    synced.run("--apply")
    first, second = synced.host.issues.values()
    assert [one["title"] for one in (first, second)] == [
        "INC-001 AI-001: Add *pool* metrics for @ana", "INC-001 AI-002: Add tests",
    ]  # fmt: skip
    assert [who["login"] for who in first["assignees"]] == ["ana"] and second["assignees"] == []
    assert "@ana" not in first["body"].split("- Owner")[0], "the text of an action calls nobody"
    assert "<code>@⁠org/qa</code>" in second["body"] and "2025-10-12" in second["body"]
    assert [one["issue"] for one in synced.items()] == [first["html_url"], second["html_url"]]
    assert synced.rows() == [], "what waits for a commit is not planned again"
    synced.save()
    assert synced.rows() == []
    assert len(synced.host.issues) == 2


def test_a_closed_issue_closes_the_item_with_what_closed_it(synced: Synced) -> None:
    synced.run("--apply")
    synced.save()
    pull = f"{synced.host.address}/org/shop/pull/7"
    synced.host.close(1, "Bo", {"url": pull})
    synced.host.close(2, "ana", reason="not_planned")
    told = synced.run()
    assert f"#1 was closed by @Bo, {pull}" in told and "#2 was closed as not planned by @ana" in told
    synced.run("--apply")
    first, second = synced.items()
    assert (first["status"], first["evidence"]) == ("done", pull)
    assert (second["status"], second["reason"]) == (
        "declined", f"closed as not planned by @ana in {synced.host.address}/org/shop/issues/2",
    )  # fmt: skip
    assert synced.rows() == []
    synced.save()
    assert [row[0] for row in synced.rows()] == ["update", "update"], "the marks go on to the commit that agrees"
    synced.run("--apply")
    assert synced.rows() == []
    synced.repo.run("action", "reopen", "INC-001", "AI-001")
    synced.save()
    assert synced.rows() == [("reopen", "AI-001", None)]
    synced.run("--apply")
    assert synced.host.issues[1]["state"] == "open"
    assert synced.rows() == []


def test_what_both_sides_changed_is_left_alone(synced: Synced) -> None:
    synced.run("--apply")
    synced.save()
    synced.repo.run("action", "decline", "INC-001", "AI-001", "--reason", "no")
    synced.save()
    synced.host.close(1)
    before = json.dumps(synced.host.issues)
    assert synced.rows("--apply", code=1) == [("conflict", "AI-001", None)]
    assert json.dumps(synced.host.issues) == before
    assert "the review says declined, #1 done, and both were changed" in synced.run(code=1)


def test_a_branch_and_a_pull_request_hold_the_edits(synced: Synced) -> None:
    head = synced.repo.git("rev-parse", "HEAD")
    for _ in range(2):
        told = synced.run("--apply", "--pr")
        assert told.splitlines()[-1] == f"{synced.host.address}/org/shop/pull/900"
        assert (synced.repo.git("rev-parse", "HEAD"), synced.repo.git("branch", "--show-current")) == (head, "main")
        assert synced.repo.git("status", "--porcelain") == ""
        assert len(synced.host.issues) == 2 and len(synced.host.pulls) == 1
        assert [one["issue"][-2:] for one in synced.items("origin/pirgen/sync")] == ["/1", "/2"]
    commits = synced.repo.git("log", "--format=%B", "main..origin/pirgen/sync")
    assert commits.count("INC-001 AI-001: ") == 1
    synced.repo.git("merge", "--quiet", "origin/pirgen/sync")
    assert synced.rows() == []


def test_uncommitted_work_is_never_taken_along(synced: Synced) -> None:
    path = synced.repo.folder / PIR
    path.write_text(path.read_text().replace("Watch saturation", "Watch everything"))
    synced.repo.write("other.txt", "x")
    synced.run("--apply", "--commit")
    assert synced.repo.git("diff", "--name-only", "main", "pirgen/sync") == PIR
    assert "everything" in path.read_text() and "everything" not in synced.repo.git("show", f"pirgen/sync:{PIR}")
    assert (synced.repo.folder / "other.txt").read_text() == "x"


def test_a_pull_request_goes_to_the_remote_and_not_to_where_issues_are(synced: Synced, tmp_path: Path) -> None:
    synced.repo.git("remote", "set-url", "origin", f"{synced.host.address}/org/code.git")
    synced.repo.git("config", f"url.{tmp_path}/remote.git.insteadOf", f"{synced.host.address}/org/code.git")
    assert synced.run("--apply", "--pr").splitlines()[-1] == f"{synced.host.address}/org/code/pull/900"


@pytest.mark.parametrize("remote", ["", "{address}", "https://example.org/org/shop", "https://gitlab.com/org/shop"])
def test_nothing_is_done_where_no_pull_request_can_be_opened(synced: Synced, remote: str) -> None:
    synced.repo.git("remote", "remove", "origin")
    text = (synced.repo.folder / "pirgen.yaml").read_text()
    synced.repo.commit("2025-10-07", {"pirgen.yaml": text.replace("org/shop", "org/issues")})
    if remote:
        synced.repo.git("remote", "add", "origin", remote.format(address=synced.host.address))
    synced.run("--apply", "--pr", code=2)
    assert not synced.host.issues and not synced.host.pulls


def test_a_hook_that_refuses_leaves_all_as_it_was(synced: Synced) -> None:
    hook = synced.repo.folder / ".git/hooks/pre-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\nexit 1\n")
    hook.chmod(0o755)
    synced.run("--apply", "--commit", code=2)
    assert synced.repo.git("branch", "--show-current") == "main"
    assert synced.repo.git("status", "--porcelain") == ""
    hook.unlink()
    assert [row[0] for row in synced.rows()] == ["adopt", "adopt"]
    synced.run("--apply", "--commit")
    assert len(synced.host.issues) == 2


def test_without_a_token_it_says_what_to_do_by_hand(synced: Synced) -> None:
    told = synced.run(GITHUB_TOKEN="", PATH="/usr/bin:/bin")
    assert "gh issue create --repo" in told and "--label incident-followup" in told
    assert "There is no token" in told
    done = synced.repo.run("sync", "--apply", GITHUB_TOKEN="", GH_TOKEN="")
    assert done.returncode == 2 and "there is no token for" in done.stderr
    assert synced.host.requests == []


def test_nobody_trusts_the_repository(synced: Synced) -> None:
    synced.run("--apply", code=2, PIRGEN_TRUST="none")
    assert synced.host.requests == []


def test_a_token_is_not_sent_where_the_repository_says(synced: Synced) -> None:
    told = synced.run(GITHUB_SERVER_URL="https://github.com", PATH="/usr/bin:/bin")
    assert "There is no token" in told
    assert synced.host.requests == []


@pytest.mark.parametrize("branch", ["-x", "a..b", "a b", "refs/heads/\x1b", ""])
def test_a_branch_has_a_good_name(synced: Synced, branch: str) -> None:
    synced.run("--apply", "--commit", f"--branch={branch}", code=2)
    assert not synced.host.issues


def test_reminders_are_written_once(synced: Synced) -> None:
    synced.run("--apply")
    synced.save()
    words = ("remind", "--since", "2025-10-11", "--apply", "--until")
    done = synced.repo.run(*words, "2025-10-14")
    assert done.returncode == 0, done.stderr
    assert done.stderr.splitlines() == [
        f"INC-001 AI-001: commented on {synced.host.address}/org/shop/issues/1",
        f"INC-001 AI-002: commented on {synced.host.address}/org/shop/issues/2",
    ]
    first, second = ([note["body"] for note in synced.host.notes[number]] for number in (1, 2))
    mark, told = first[0].split("\n", 1)
    assert mark == "<!-- pirgen: reminder INC-001/AI-001/2025-10-12/0 -->"
    assert told == "@ana: INC-001 AI-001 is due today; the due date is 2025-10-12.\n"
    assert "<code>@\u2060org/qa</code>" in second[0]
    assert synced.repo.run(*words, "2025-10-14").stderr.count("it was reminded of before") == 2
    synced.repo.run(*words, "2025-10-20")
    assert [len(synced.host.notes[number]) for number in (1, 2)] == [2, 2]
    assert synced.host.notes[1][1]["body"].count("<!-- pirgen: reminder ") == 2, "one comment for two steps"
    synced.host.say(1, "stranger", "<!-- pirgen: reminder INC-001/AI-001/2025-10-12/7 -->")
    synced.host.close(2)
    synced.host.issues[1]["locked"] = True
    told = synced.repo.run("remind", "--since", "2025-10-18", "--apply", "--until", "2025-10-20").stderr
    assert "INC-001 AI-001: not written: its issue is locked" in told
    assert "INC-001 AI-002: not written: its issue is closed" in told


def test_a_strangers_mark_stops_no_reminder(synced: Synced) -> None:
    synced.run("--apply")
    synced.save()
    synced.host.say(1, "stranger", "<!-- pirgen: reminder INC-001/AI-001/2025-10-12/0 -->")
    synced.repo.run("remind", "--since", "2025-10-11", "--until", "2025-10-14", "--apply")
    assert len(synced.host.notes[1]) == 2


def test_an_item_without_an_issue_says_so(synced: Synced) -> None:
    done = synced.repo.run("remind", "--since", "2025-10-11", "--until", "2025-10-14", "--apply")
    assert (done.returncode, done.stderr.count("not written: it has no issue here")) == (0, 2)


def test_a_token_that_may_not_set_labels_is_told_of(synced: Synced, monkeypatch: pytest.MonkeyPatch) -> None:
    changed = synced.host._changed
    monkeypatch.setattr(
        synced.host, "_changed", lambda number, said, status: changed(number, {**said, "labels": []}, status)
    )
    synced.run("--apply", code=1)
    assert [one["issue"][-2:] for one in synced.items()] == ["/1", "/2"]
    synced.save()
    synced.run("--apply", code=1)
    assert len(synced.host.issues) == 2


def test_a_commit_that_somebody_pushed_to_the_branch_is_not_lost(synced: Synced) -> None:
    synced.run("--apply", "--pr")
    synced.repo.git("switch", "--quiet", "pirgen/sync")
    theirs = synced.repo.commit("2025-10-11", {"fix.txt": "x"})
    synced.repo.git("push", "--quiet", "origin", "pirgen/sync")
    synced.repo.git("switch", "--quiet", "main")
    synced.repo.git("branch", "--delete", "--force", "pirgen/sync")
    told = synced.run("--apply", "--pr", code=2)
    assert told.endswith("`pirgen/sync` has commits of somebody; merge it first, or name another with --branch\n")
    assert synced.repo.git("ls-remote", "origin", "refs/heads/pirgen/sync").startswith(theirs)


@pytest.mark.parametrize("branch", ["main", "@{-1}", "other"])
def test_no_branch_of_somebody_is_moved(synced: Synced, branch: str) -> None:
    synced.repo.git("switch", "--quiet", "--create", "other")
    kept = synced.repo.commit("2025-10-11", {"fix.txt": "x"})
    synced.repo.git("switch", "--quiet", "--create", "third", "main")
    synced.run("--apply", "--commit", f"--branch={branch}", code=2)
    assert synced.repo.git("rev-parse", "other") == kept and not synced.host.issues


def test_an_issue_that_is_refused_holds_up_no_other(synced: Synced, monkeypatch: pytest.MonkeyPatch) -> None:
    about = {"message": "body is too long", "documentation_url": "https://docs.github.com/rest"}
    before = synced.host._changed

    def refuse(number: int, said: dict[str, Any], status: int) -> Answer:
        if number == 1 and len(synced.host.issues) == 1:
            del synced.host.issues[1]
            synced.host.issues[7] = {}
            return Answer(422, about)
        synced.host.issues.pop(7, None)
        return before(number, said, status)

    monkeypatch.setattr(synced.host, "_changed", refuse)
    synced.run("--apply", code=1)
    assert [("issue" in one) for one in synced.items()] == [False, True]


def test_an_incident_that_nobody_knows(synced: Synced) -> None:
    assert "history knows no incident `INC-999`" in synced.run("--incident", "INC-999", code=2)


def test_a_message_may_be_longer_than_an_argument(synced: Synced) -> None:
    synced.repo.write("a.txt", "x")
    repository = Repository(synced.repo.folder)
    repository.record(["a.txt"], "Many\n\n" + "a line of the message\n" * 8_000)
    assert synced.repo.git("log", "-1", "--format=%B").count("a line") == 8_000


MEASURED = """
import atexit, resource, sys
atexit.register(lambda: print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, file=sys.stderr))
from pirgen.__main__ import run
run()
"""


def test_many_edits_of_a_review_take_no_more_memory_than_few(synced: Synced) -> None:
    synced.host.described = None  # it would take longer than all else
    peaks = []
    for name, count in (("INC-002", 2), ("INC-003", 60)):
        many = [item(f"AI-{number:03d}", f"Do {number}", owner="@ana") for number in range(count)]
        synced.repo.commit("2025-10-10", {f"pir/{name}.yaml": review(name, action_items=many)})
        done = subprocess.run(
            [sys.executable, "-c", MEASURED, "sync", "--apply"], cwd=synced.repo.folder, capture_output=True, text=True
        )
        peaks.append(int(done.stderr.splitlines()[-1]))
    assert len(synced.host.issues) == 64
    assert peaks[1] < 1.4 * peaks[0], "each edit would leave what it read behind"
