"""What is kept of a history: never another answer than from the history itself, whatever has happened to it."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pirgen.config import Config
from pirgen.ledger import Ledger, read_ledger
from pirgen.ledger.checkpoint import Checkpoint
from pirgen.ledger.reader import Readings
from pirgen.ledger.replay import Replay
from pirgen.ledger.revisions import History, Revision
from pirgen.project import Project
from pirgen.runtime import cache
from pirgen.workspace import Workspace
from tests.support import Repo, cache_of, item, review
from tests.test_ledger_reader import STEP, play

NOW = datetime(2026, 1, 1, tzinfo=UTC)
PIR = "pir/INC-001.yaml"


def said(ledger: Ledger) -> dict[str, Any]:
    """All that a ledger says of the moment that it was asked about."""
    fields = {name: getattr(ledger, name) for name in Ledger.__dataclass_fields__ if name != "past"}
    return {**fields, "proofs": [ledger.proofs.of(item) for item in ledger.items if item.is_done]}


def check(folder: Path, as_of: str | None = None, now: datetime = NOW) -> Ledger:
    """The ledger, with and without what was kept: twice with, so that the second can only be told by the first."""
    config = Project(folder).config
    plain = read_ledger(folder, config, now=now, as_of=as_of)
    for _ in range(2):
        kept = read_ledger(folder, config, now=now, as_of=as_of, cached=True)
        assert said(kept) == said(plain)
    return plain


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The blobs that are read, one after the other, in this process."""
    blobs: list[str] = []
    work = Readings._read

    def noted(self: Readings, files: Any) -> Any:
        blobs.extend(blob for _, blob in files)
        return work(self, files)

    monkeypatch.setattr(Readings, "_read", noted)
    return blobs


def one(**more: Any) -> str:
    return review(action_items=[item("AI-001", "Add metrics", **more)])


def history(folder: Path) -> Repo:
    repo = Repo(folder)
    repo.commit("2025-10-01", {PIR: one()})
    repo.commit("2025-10-02", {PIR: one(due="2025-10-20")})
    repo.commit("2025-10-03", {"pir/INC-002.yaml": review("INC-002")})
    return repo


def test_objects_replaced_elsewhere_are_honoured_where_git_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    repo = history(tmp_path)
    head = repo.git("rev-parse", "HEAD")
    check(tmp_path)
    repo.git("replace", "--graft", head, "HEAD~2")
    repo.git("update-ref", f"refs/other/{head}", repo.git("rev-parse", f"refs/replace/{head}"))
    repo.git("replace", "--delete", head)
    assert len({fact.commit for fact in check(tmp_path).facts}) == 3
    monkeypatch.setenv("GIT_REPLACE_REF_BASE", "refs/other/")
    assert len({fact.commit for fact in check(tmp_path).facts}) == 2
    monkeypatch.delenv("GIT_REPLACE_REF_BASE")
    assert len({fact.commit for fact in check(tmp_path).facts}) == 3


def test_grafts_and_replaced_objects_are_honoured_or_not_as_git_is_told(tmp_path: Path) -> None:
    repo = history(tmp_path)
    check(tmp_path)
    repo.git("replace", "--graft", "HEAD", "HEAD~2")
    assert len({fact.commit for fact in check(tmp_path).facts}) == 2
    repo.git("config", "core.useReplaceRefs", "false")
    assert len({fact.commit for fact in check(tmp_path).facts}) == 3
    head, first = repo.git("rev-parse", "HEAD", "HEAD~2").split()
    repo.write(".git/info/grafts", f"{head} {first}\n")
    assert len({fact.commit for fact in check(tmp_path).facts}) == 2


def test_only_what_is_new_is_read(tmp_path: Path, read: list[str]) -> None:
    repo = history(tmp_path)
    check(tmp_path)
    read.clear()
    commit = repo.commit("2025-10-04", {PIR: one(due="2025-10-20", status="done")})
    blob = repo.git("rev-parse", f"{commit}:{PIR}")
    facts = read_ledger(tmp_path, Config(), now=NOW, cached=True).facts
    assert (facts[-1].event, facts[-1].commit) == ("action_closed", commit)
    assert read == [blob]
    read_ledger(tmp_path, Config(), now=NOW, cached=True)
    assert read == [blob]


def test_a_rewritten_history_is_walked_anew_without_reading_what_was_read(tmp_path: Path, read: list[str]) -> None:
    repo = history(tmp_path)
    check(tmp_path)
    read.clear()
    repo.git("commit", "--quiet", "--amend", "--message", "again", when="2025-10-05T00:00:00Z")
    ledger = read_ledger(tmp_path, Config(), now=NOW, cached=True)
    assert [f"{fact.at:%m-%d}" for fact in ledger.facts][-2:] == ["10-05"] * 2
    assert read == []
    check(tmp_path)
    repo.git("reset", "--quiet", "--hard", "HEAD~1")
    check(tmp_path)


def test_a_merge_that_makes_the_old_mainline_a_side_branch(tmp_path: Path) -> None:
    repo = history(tmp_path)
    repo.git("checkout", "--quiet", "-b", "side", "HEAD~1")
    repo.commit("2025-10-06", {"pir/INC-003.yaml": review("INC-003")})
    repo.git("checkout", "--quiet", "main")
    check(tmp_path)
    repo.git("checkout", "--quiet", "side")
    repo.git("merge", "--quiet", "--no-ff", "main", when="2025-10-07T00:00:00Z")
    assert check(tmp_path).facts[-1].at.day == 7


@pytest.mark.parametrize(
    "change",
    [
        lambda repo: repo.write("pirgen.yaml", "timezone: Europe/Berlin\nseverities: [{name: P0}, {name: P1}]\n"),
        lambda repo: repo.write(".mailmap", "Ann Archer <ann@example.org>\n"),
        lambda repo: repo.write(PIR, one(status="done")),
        lambda repo: repo.write(PIR, "a: b: c\n"),
        lambda repo: (repo.folder / PIR).unlink(),
        lambda repo: repo.git("replace", repo.git("rev-parse", f"HEAD:{PIR}"), repo.git("rev-parse", f"HEAD~2:{PIR}")),
        lambda repo: repo.git("replace", "--graft", "HEAD", "HEAD~2"),
        lambda repo: repo.git("checkout", "--quiet", "--orphan", "new") + repo.commit("2025-11-01", {}),
        lambda repo: repo.commit("2025-11-01", {"pir/\udcff.yaml": review("INC-007")}),
    ],
    ids=["configuration", "mailmap", "edit", "broken edit", "deletion", "replaced blob", "graft", "orphan", "odd name"],
)  # fmt: skip
def test_what_changes_the_answer_is_seen(tmp_path: Path, change: Callable[[Repo], object]) -> None:
    repo = history(tmp_path)
    before = said(check(tmp_path))
    change(repo)
    assert said(check(tmp_path)) != before


def test_an_edit_of_the_same_size_at_the_same_second_is_seen(tmp_path: Path) -> None:
    repo = history(tmp_path)
    path = tmp_path / PIR
    check(tmp_path)
    for status in ("done", "open"):
        then = path.stat()
        repo.write(PIR, one(due="2025-10-20", status=status))
        os.utime(path, ns=(then.st_atime_ns, then.st_mtime_ns))
        check(tmp_path)


def test_a_file_that_has_not_changed_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from pirgen.ledger import revisions as revision

    history(tmp_path)
    old = time.time() - 60
    for file in tmp_path.glob("pir/*"):
        os.utime(file, (old, old))
    monkeypatch.setattr(Workspace, "stamps", lambda self, names: [7 for _ in names])
    check(tmp_path)
    monkeypatch.setattr(revision, "read", None)
    assert not read_ledger(tmp_path, Config(), now=NOW, cached=True).uncommitted


def test_commits_ahead_of_now_and_a_clock_that_is_set_back(tmp_path: Path) -> None:
    repo = history(tmp_path)
    repo.commit("2027-01-01", {PIR: one(status="done")})
    repo.commit("2025-12-01", {PIR: one(status="open")})
    for days in (0, 30, 500, -60, 0, 365.5):  # the last one is the moment of the first of these commits
        check(tmp_path, now=NOW + timedelta(days=days))


def test_a_date_ahead_is_still_known_after_commits_that_follow(tmp_path: Path) -> None:
    repo = history(tmp_path)
    repo.commit("2027-01-01", {PIR: one(status="done")})
    check(tmp_path)
    repo.commit("2026-01-02", {PIR: one(status="open")})
    for days in (2, 500):
        check(tmp_path, now=NOW + timedelta(days=days))


def test_a_later_run_goes_on_where_the_last_one_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    repo = history(tmp_path)
    check(tmp_path)
    commit = repo.commit("2025-10-04", {PIR: one(status="done")})
    steps, step = [], Replay.step

    def counted(self: Replay, revision: Revision) -> bool:
        steps.append(revision.commit)
        return step(self, revision)

    monkeypatch.setattr(Replay, "step", counted)
    ledger = read_ledger(tmp_path, Config(), now=NOW, cached=True)
    assert steps == [commit, None]
    assert ledger.past.first == date(2025, 10, 1)


def test_a_later_commit_with_an_earlier_date_is_no_earlier(tmp_path: Path) -> None:
    repo = history(tmp_path)
    check(tmp_path)
    repo.commit("2025-09-01", {PIR: one(status="done")})
    assert f"{check(tmp_path).facts[-1].at:%m-%d}" == "10-03"


def test_what_has_no_date_that_can_be_believed_is_of_now_in_each_run(tmp_path: Path) -> None:
    Repo(tmp_path).commit("2027-01-01", {PIR: one()})
    for hours in (0, 1, 2):
        now = NOW + timedelta(hours=hours)
        assert {fact.at for fact in check(tmp_path, now=now).facts} == {now}


def test_nothing_is_loaded_or_kept_without_need(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    repo = history(tmp_path)
    read_ledger(tmp_path, Config(), now=NOW)
    assert not cache_of(tmp_path).exists()
    check(tmp_path)
    loaded: list[str] = []
    kept: list[str] = []
    load, save = cache.load_bytes, cache.save_bytes

    def loading(root: Path, name: str, made_for: str) -> bytes | None:
        loaded.append(name)
        return load(root, name, made_for)

    def saving(root: Path, name: str, made_for: str, body: bytes) -> None:
        kept.append(name)
        save(root, name, made_for, body)

    monkeypatch.setattr(cache, "load_bytes", loading)
    monkeypatch.setattr(cache, "save_bytes", saving)
    read_ledger(tmp_path, Config(), now=NOW, cached=True)
    assert kept == []
    repo.commit("2025-10-04", {PIR: one(status="done")})
    read_ledger(tmp_path, Config(), now=NOW, cached=True)
    assert ({*loaded}, kept) == ({"ledger", "worktree"}, ["ledger", "worktree"])


def test_each_file_is_read_once_where_incidents_were_renumbered(tmp_path: Path, read: list[str]) -> None:
    repo = history(tmp_path)
    repo.commit("2025-10-04", {PIR: None, "pir/INC-009.yaml": review("INC-009", former_ids=["INC-001"])})
    repo.commit("2025-12-04", {"pir/INC-002.yaml": review("INC-002", impact="Other words")})
    ledger = read_ledger(tmp_path, Config(), now=NOW)
    assert (len(read), len({*read})) == (5, 5)
    read.clear()
    assert len([*ledger.past.ledgers([date(2025, 10, 2), date(2025, 11, 1), date(2025, 12, 31)])]) == 3
    assert (len(read), len({*read})) == (5, 5)


def test_of_files_only_those_of_the_history_are_kept(tmp_path: Path, read: list[str]) -> None:
    repo = history(tmp_path)
    for as_of in (None, "HEAD~2", None):
        check(tmp_path, as_of)
    read.clear()
    repo.git("commit", "--quiet", "--amend", "--message", "again", when="2025-10-05T00:00:00Z")
    read_ledger(tmp_path, Config(), now=NOW, cached=True)
    assert read == []
    size = (cache_of(tmp_path) / "parses.json").stat().st_size
    repo.git("reset", "--quiet", "--hard", "HEAD~1")
    read_ledger(tmp_path, Config(), now=NOW, cached=True)
    assert (cache_of(tmp_path) / "parses.json").stat().st_size < size


@pytest.mark.parametrize("body", [b"{}", b'{"head": 1}', b'{"a": ' + b"[" * 100_000, b'"\xff"'], ids=range(4))
@pytest.mark.parametrize("name", ["ledger", "parses", "worktree"])
def test_what_another_program_keeps_in_its_place_counts_as_absent(tmp_path: Path, name: str, body: bytes) -> None:
    history(tmp_path)
    check(tmp_path)
    key = Checkpoint(History(tmp_path, Config(), NOW, None, allow_shallow=False), cached=True)._key
    cache.save_bytes(tmp_path, name, key, body)
    check(tmp_path)


def test_shallow_clones_and_the_past_are_told_from_the_history_itself(tmp_path: Path) -> None:
    repo = history(tmp_path / "origin")
    for as_of, days in (("2025-10-02", 2), ("HEAD~1", 2), (None, 3), ("2025-10-02", 2), ("2025-10-03", 3)):
        assert len({fact.at for fact in check(repo.folder, as_of).facts}) == days
    url = f"file://{repo.folder}"
    repo.git("clone", "--quiet", "--depth=1", url, str(tmp_path / "shallow"))
    shallow = read_ledger(tmp_path / "shallow", Config(), now=NOW, allow_shallow=True, cached=True)
    assert len(shallow.facts) == 6
    subprocess.run(["git", "fetch", "--quiet", "--unshallow"], cwd=tmp_path / "shallow", check=True)
    assert len(check(tmp_path / "shallow").facts) == 7


@pytest.mark.parametrize("name", ["ledger", "parses", "worktree"])
@pytest.mark.parametrize(
    "damage",
    [
        lambda data: b"",
        lambda data: data[: len(data) // 2],
        lambda data: data.replace(b"2025", b"2024"),
        lambda data: data.partition(b"\n")[0] + b"\n{}",
        lambda data: b"\xff" * 100,
        lambda data: b"[" * 100_000,
    ],
    ids=["empty", "half", "changed", "swapped", "bytes", "deep"],
)  # fmt: skip
def test_what_is_damaged_is_never_believed(tmp_path: Path, name: str, damage: Callable[[bytes], bytes]) -> None:
    repo = history(tmp_path)
    for change in (lambda: None, lambda: repo.git("commit", "--quiet", "--amend", "--message", "again")):
        check(tmp_path)
        path = cache_of(tmp_path) / f"{name}.json"
        path.write_bytes(damage(path.read_bytes()))
        change()
        check(tmp_path)


def test_two_runs_at_once_and_a_kill_at_any_moment_do_no_harm(tmp_path: Path) -> None:
    repo = Repo(tmp_path)
    for count in range(8):
        repo.commit(f"2025-10-{count + 1:02d}", {f"pir/INC-{n:03d}.yaml": review(f"INC-{n:03d}", title=f"{count}")
                                               for n in range(40)})  # fmt: skip
    command = [sys.executable, "-m", "pirgen", "history", "--as-of", "HEAD", "--export", "json"]
    now = [*command[:-4], *command[-2:]]
    expected = {str(words): subprocess.run([*words, "--no-cache"], cwd=tmp_path, capture_output=True, check=True).stdout
                for words in (command, now)}  # fmt: skip
    for delay in (0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 0.6):
        for words in (command, now):
            process = subprocess.Popen(words, cwd=tmp_path, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            time.sleep(delay)
            process.kill()
            process.wait()
    runs = [(words, subprocess.Popen(words, cwd=tmp_path, stdout=subprocess.PIPE)) for words in (command, now) * 2]
    assert [process.communicate()[0] for _, process in runs] == [expected[str(words)] for words, _ in runs]
    assert {path.name for path in cache_of(tmp_path).glob("[!.]*.json")} == {
        "code.json",
        "ledger.json",
        "parses.json",
        "worktree.json",
    }


ACT = st.one_of(
    st.builds(lambda step: ("play", step), STEP),
    st.builds(lambda step: ("play", step), STEP),
    st.sampled_from([("amend", None), ("reset", None), ("switch", None), ("merge", None)]),
    st.builds(lambda zone: ("configure", zone), st.sampled_from(["UTC", "Asia/Tokyo"])),
    st.builds(lambda status: ("edit", status), st.sampled_from(["open", "done", "broken"])),
    st.builds(lambda as_of: ("ask", as_of), st.sampled_from(["HEAD", "side", "2025-10-01"])),
)


def act(repo: Repo, number: int, what: str, how: Any) -> None:
    """One thing that happens to a repository with two branches."""
    other = {"main": "side", "side": "main"}[repo.git("branch", "--show-current")]
    if what == "play":
        play(repo, [{**how, "branch": ""} if other == "main" else how], number)
    elif what == "amend" and number:
        repo.git("commit", "--quiet", "--amend", "--allow-empty", "--message", "again")
    elif what == "reset" and repo.git("rev-list", "--count", "--first-parent", "HEAD") > "1":
        repo.git("reset", "--quiet", "--hard", "HEAD~1")
    elif what == "switch":
        repo.git("checkout", "--quiet", "--force", other)
    elif what == "merge":
        repo.git(
            "merge", "--quiet", "--no-ff", "--allow-unrelated-histories", "--strategy=ours", "--message", "x", other
        )
    elif what == "configure":
        repo.write("pirgen.yaml", f"timezone: {how}\n")
    elif what == "edit":
        repo.write(PIR, "a: b: c" if how == "broken" else one(status=how))


@given(st.lists(ACT, min_size=3, max_size=8))
@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
def test_whatever_happens_the_answer_is_the_same_with_and_without(acts: list[tuple[str, Any]]) -> None:
    with tempfile.TemporaryDirectory() as place:
        repo = Repo(Path(place))
        repo.commit("2023-12-31", {PIR: one()})
        repo.git("branch", "side")
        for number, (what, how) in enumerate(acts):
            act(repo, number, what, how)
            check(repo.folder, how if what == "ask" else None)
