"""The ledger: histories built from text, with the truth written by hand beside them."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from pirgen.config import Config
from pirgen.errors import HistoryMissingError, PirgenError
from pirgen.ledger import Ledger, read_ledger
from pirgen.review.timeline import Clock
from tests.support import Repo, item, review

NOW = datetime(2026, 1, 1, tzinfo=UTC)
PIR = "pir/INC-001.yaml"


def ledger(repo: Repo, as_of: str | None = None, config: Config | None = None) -> Ledger:
    return read_ledger(repo.folder, config or Config(), now=NOW, as_of=as_of)


def told(repo: Repo) -> list[str]:
    """The facts, one a line: day, what, event, and what changed."""
    lines = []
    for fact in ledger(repo).facts:
        day = f"{fact.at:%m-%d}" if fact.commit else "now"
        changed = (
            {key: (fact.before.get(key), value) for key, value in fact.after.items()}
            if fact.before and fact.after
            else ""
        )
        lines.append(f"{day} {fact.incident_id} {fact.action_id or '-'} {fact.event} {changed}".rstrip())
    return lines


def one(**changes: object) -> str:
    """A review with one action item, changed."""
    return review(action_items=[item("AI-001", "Add metrics") | changes])


def test_the_life_of_an_action_item(repo: Repo) -> None:
    opened = repo.commit("2025-10-06", {PIR: one()})
    repo.commit("2025-10-07", {PIR: one(status="in_progress")})
    repo.commit("2025-10-08", {PIR: one(status="in_progress", due="2025-10-20")})
    repo.commit("2025-10-09", {PIR: one(status="in_progress", due="2025-10-19", owner="@qa")})
    first = repo.commit("2025-10-10", {PIR: one(status="done", due="2025-10-19", owner="@qa")})
    repo.commit("2025-10-11", {PIR: one(due="2025-10-19", owner="@qa")})
    closed = repo.commit("2025-10-12", {PIR: one(status="done", due="2025-10-19", owner="@qa")})
    assert told(repo) == [
        "10-06 INC-001 - review_opened",
        "10-06 INC-001 AI-001 action_opened",
        "10-06 INC-001 - review_completed",
        "10-07 INC-001 AI-001 action_started {'status': ('open', 'in_progress')}",
        "10-08 INC-001 AI-001 action_due_moved {'due': ('2025-10-12', '2025-10-20')}",
        "10-09 INC-001 AI-001 action_due_moved {'due': ('2025-10-20', '2025-10-19')}",
        "10-09 INC-001 AI-001 action_owner_changed {'owner': ('@platform', '@qa')}",
        "10-10 INC-001 AI-001 action_closed {'status': ('in_progress', 'done')}",
        "10-11 INC-001 AI-001 action_reopened {'status': ('done', 'open')}",
        "10-12 INC-001 AI-001 action_closed {'status': ('open', 'done')}",
    ]
    [held] = ledger(repo).incidents["INC-001"].items.values()
    assert (held.opened_commit, held.closed_commit) == (opened, closed)
    assert (held.slips, str(held.first_due)) == (1, "2025-10-12")
    [held] = ledger(repo, first).incidents["INC-001"].items.values()
    assert held.closed_commit == first
    [held] = ledger(repo, "2025-10-11").incidents["INC-001"].items.values()
    assert (held.is_done, held.closed_at, held.is_open) == (False, None, True)


def test_reformatting_moving_and_other_text_yield_no_fact(repo: Repo) -> None:
    repo.commit("2025-10-06", {PIR: one()})
    before = told(repo)
    repo.commit("2025-10-07", {PIR: "# a comment\n" + one().replace("'", '"')})
    repo.commit("2025-10-08", {PIR: None, "pir/2025/INC-001.yaml": one(action="Add more metrics")})
    repo.commit("2025-10-09", {"README.md": "x"})
    assert told(repo) == before
    assert ledger(repo).incidents["INC-001"].path == "pir/2025/INC-001.yaml"


def test_drafts_become_complete_and_the_first_due_date_is_the_one_of_that_day(repo: Repo) -> None:
    draft = review(status="draft", action_items=[item("AI-001", "Add metrics", due="2025-10-08")])
    repo.commit("2025-10-06", {PIR: draft})
    repo.commit("2025-10-07", {PIR: draft.replace("draft", "in_review").replace("2025-10-08", "2025-10-12")})
    repo.commit("2025-10-09", {PIR: one(due="2025-10-15")})
    repo.commit("2025-10-10", {PIR: one(due="2025-10-20")})
    assert [line for line in told(repo) if " - " in line] == [
        "10-06 INC-001 - review_opened",
        "10-09 INC-001 - review_completed {'status': ('in_review', 'complete')}",
    ]
    held = ledger(repo).incidents["INC-001"].items["AI-001"]
    assert (str(held.first_due), held.slips) == ("2025-10-15", 3)


def test_complete_means_valid_and_without_placeholders(repo: Repo) -> None:
    repo.commit("2025-10-06", {PIR: review(root_cause="TODO")})
    repo.commit("2025-10-07", {PIR: review(severity="P9")})
    repo.commit("2025-10-08", {PIR: review(action_items=[{"id": "AI-001", "action": "Add pool metrics"}])})
    repo.commit("2025-10-09", {PIR: review(status="draft")})
    assert [line.split(" ", 4)[:4:3] + line.split(" ")[3:4] for line in told(repo) if " - " in line] == [
        ["10-06", "review_opened", "review_opened"],
        ["10-08", "review_completed", "review_completed"],
        ["10-09", "review_reopened", "review_reopened"],
    ]


def test_removed_and_deleted_things_stay_known_and_may_come_back(repo: Repo) -> None:
    two = review(action_items=[item("AI-001", "Add metrics"), item("AI-002", "Add tests")])
    repo.commit("2025-10-06", {PIR: two})
    repo.commit("2025-10-07", {PIR: one()})
    repo.commit("2025-10-08", {PIR: None})
    gone = ledger(repo).incidents["INC-001"]
    assert [(held.said.id, held.is_open) for held in gone.removed] == [("AI-002", False), ("AI-001", False)]
    assert gone.items == {}
    repo.commit("2025-10-09", {PIR: two})
    assert told(repo)[4:] == [
        "10-07 INC-001 AI-002 action_removed",
        "10-08 INC-001 AI-001 action_removed",
        "10-08 INC-001 - review_deleted",
        "10-09 INC-001 - review_restored",
        "10-09 INC-001 AI-001 action_restored",
        "10-09 INC-001 AI-002 action_restored",
        "10-09 INC-001 - review_completed",
    ]


def test_items_renumbered_in_one_commit_keep_their_histories(repo: Repo) -> None:
    first = repo.commit(
        "2025-10-06", {PIR: review(action_items=[item("AI-001", "Add metrics"), item("AI-002", "Add tests")])}
    )
    shifted = [item("AI-001", "Buy time"), item("AI-002", "Add metrics"), item("AI-003", "Add tests", status="done")]
    second = repo.commit("2025-10-07", {PIR: review(action_items=shifted)})
    assert told(repo)[4:] == [
        "10-07 INC-001 AI-002 action_renumbered {'action_id': ('AI-001', 'AI-002')}",
        "10-07 INC-001 AI-003 action_renumbered {'action_id': ('AI-002', 'AI-003')}",
        "10-07 INC-001 AI-001 action_opened",
        "10-07 INC-001 AI-003 action_closed {'status': ('open', 'done')}",
    ]
    held = ledger(repo).incidents["INC-001"].items
    assert {name: one.opened_commit for name, one in held.items()} == {
        "AI-001": second,
        "AI-002": first,
        "AI-003": first,
    }


def test_an_id_with_another_text_goes_on_and_another_id_with_another_text_is_new(repo: Repo) -> None:
    repo.commit("2025-10-06", {PIR: one()})
    repo.commit("2025-10-07", {PIR: one(action="Add all the metrics")})
    assert len(told(repo)) == 3
    repo.commit("2025-10-08", {PIR: one(id="AI-002", action="Add few metrics")})
    assert told(repo)[3:] == ["10-08 INC-001 AI-001 action_removed", "10-08 INC-001 AI-002 action_opened"]


def test_a_removed_item_is_not_lost_when_its_id_is_taken_by_a_renumbered_one(repo: Repo) -> None:
    two = [item("AI-001", "Add metrics"), item("AI-002", "Add tests")]
    repo.commit("2025-10-06", {PIR: review(action_items=two)})
    repo.commit("2025-10-07", {PIR: review(action_items=[item("AI-001", "Add tests")])})
    incident = ledger(repo).incidents["INC-001"]
    assert [held.said.action for held in incident.items.values()] == ["Add tests"]
    assert [held.said.action for held in incident.removed] == ["Add metrics"]


def test_a_revision_that_cannot_be_read_keeps_the_last_good_state(repo: Repo) -> None:
    repo.commit("2025-10-06", {PIR: "a: b: c"})
    repo.commit("2025-10-07", {PIR: one()})
    broken = repo.commit("2025-10-08", {PIR: one(status="done").replace("- id: AI-001", "- name: AI-001")})
    repo.commit("2025-10-09", {PIR: one()})
    assert len(told(repo)) == 3
    found = ledger(repo)
    assert [(bad.commit == broken, bad.reason) for bad in found.unreadable] == [
        (False, "not valid YAML: a value needs quotes"),
        (True, "the ids of the action items cannot be read"),
    ]


def test_of_two_files_with_one_id_the_first_path_holds(repo: Repo) -> None:
    repo.commit("2025-10-06", {"pir/b.yaml": one()})
    repo.commit("2025-10-07", {"pir/c.yaml": one(status="done")})
    found = ledger(repo)
    assert [one.path for one in found.shadowed] == ["pir/c.yaml"]
    assert len(told(repo)) == 3
    repo.commit("2025-10-08", {"pir/b.yaml": None})
    assert told(repo)[3:] == ["10-08 INC-001 AI-001 action_closed {'status': ('open', 'done')}"]


def test_a_merge_is_dated_when_it_reached_the_mainline(repo: Repo) -> None:
    repo.commit("2025-10-06", {PIR: one()})
    repo.git("checkout", "--quiet", "-b", "work")
    repo.commit("2025-10-07", {PIR: one(status="done")})
    repo.git("checkout", "--quiet", "main")
    repo.commit("2025-10-08", {"README.md": "x"})
    repo.git("merge", "--quiet", "--no-ff", "work", when="2025-10-10T12:00:00Z")
    assert told(repo)[3:] == ["10-10 INC-001 AI-001 action_closed {'status': ('open', 'done')}"]
    assert ledger(repo).facts[-1].commit == repo.git("rev-parse", "HEAD")


def test_a_merge_that_takes_the_other_side_away_tells_nothing(repo: Repo) -> None:
    repo.commit("2025-10-06", {PIR: one()})
    repo.git("checkout", "--quiet", "-b", "work")
    repo.commit("2025-10-07", {PIR: one(status="done")})
    repo.git("checkout", "--quiet", "main")
    repo.commit("2025-10-08", {"README.md": "x"})
    repo.git("merge", "--quiet", "--strategy=ours", "work", when="2025-10-10T12:00:00Z")
    assert len(told(repo)) == 3


def test_clocks_that_run_backwards_or_ahead_move_nothing_before_what_it_follows(repo: Repo) -> None:
    repo.commit("2025-10-10", {PIR: one()})
    repo.commit("2025-10-06", {PIR: one(status="in_progress")})
    repo.commit("2030-01-01", {PIR: one(status="done")})
    assert [line[:5] for line in told(repo)] == ["10-10"] * 5
    adjusted = ledger(repo).clock_adjusted
    assert [(f"{one.committer_date:%F %H %Z}", f"{one.taken_as:%F %H %Z}") for one in adjusted] == [
        ("2025-10-06 12 UTC", "2025-10-10 12 UTC"), ("2030-01-01 12 UTC", "2025-10-10 12 UTC")
    ]  # fmt: skip


def test_the_worktree_is_the_last_revision_and_has_no_commit(repo: Repo) -> None:
    repo.commit("2025-10-06", {PIR: one()})
    assert not ledger(repo).uncommitted
    repo.write(PIR, one(status="done"))
    repo.write("pir/INC-002.yaml", review("INC-002"))
    assert [line for line in told(repo) if line.startswith("now")] == [
        "now INC-001 AI-001 action_closed {'status': ('open', 'done')}",
        "now INC-002 - review_opened",
        "now INC-002 AI-001 action_opened",
        "now INC-002 - review_completed",
    ]
    assert ledger(repo).uncommitted
    assert not ledger(repo, "HEAD").uncommitted
    (repo.folder / PIR).unlink()
    assert "now INC-001 - review_deleted" in [line.split(" {")[0] for line in told(repo)]


def test_a_day_ends_at_midnight_of_the_projects_zone(repo: Repo) -> None:
    repo.commit("2025-10-06T22:30:00Z", {PIR: one()})
    assert len(ledger(repo, "2025-10-06").facts) == 3
    with pytest.raises(HistoryMissingError, match="history begins after 2025-10-06"):
        ledger(repo, "2025-10-06", Config(clock=Clock("Europe/Berlin")))
    assert len(ledger(repo, "2025-10-07", Config(clock=Clock("Europe/Berlin"))).facts) == 3


def test_before_the_first_review_there_is_history_with_nothing_in_it(repo: Repo) -> None:
    repo.commit("2025-10-01", {"README.md": "x"})
    repo.commit("2025-10-06", {PIR: one()})
    assert ledger(repo, "2025-10-03").incidents == {}


def test_a_shallow_clone_is_an_error_with_the_cure(repo: Repo, tmp_path: Path) -> None:
    repo.commit("2025-10-06", {PIR: one()})
    repo.commit("2025-10-07", {PIR: one(status="done")})
    repo.git("clone", "--quiet", "--depth=1", f"file://{repo.folder}", str(tmp_path / "shallow"))
    with pytest.raises(HistoryMissingError, match="git fetch --unshallow"):
        read_ledger(tmp_path / "shallow", Config(), now=NOW)
    assert read_ledger(tmp_path / "shallow", Config(), now=NOW, allow_shallow=True).shallow


def test_without_a_repository_or_commits_the_reason_is_said(tmp_path: Path, repo: Repo) -> None:
    with pytest.raises(PirgenError, match="is not in a git repository"):
        read_ledger(tmp_path, Config(), now=NOW)
    with pytest.raises(PirgenError, match="there are no commits yet"):
        ledger(repo)
    repo.commit("2025-10-06", {PIR: one()})
    for revision in ("nothing", "--output=x", "HEAD:pir", "-1", ""):
        with pytest.raises(PirgenError, match="neither a date"):
            ledger(repo, revision)
    repo.git("checkout", "--quiet", "--detach")
    assert len(ledger(repo).facts) == 3


def test_a_project_in_a_sub_folder_and_odd_names(tmp_path: Path) -> None:
    repo = Repo(tmp_path / "mono")
    names = ["INC 001.yaml", "INC-ü.yaml", "INC-'q'.yaml", "INC-[1].yaml", ":INC-x.yaml", "INC-\n2.yaml"]
    repo.commit("2025-10-06", {f"team/a b/pir/{name}": review(f"INC-{i}") for i, name in enumerate(names)})
    repo.commit("2025-10-07", {"other/pir/INC-9.yaml": review("INC-9"), "pir/INC-8.yaml": review("INC-8")})
    found = read_ledger(tmp_path / "mono/team/a b", Config(), now=NOW)
    assert sorted(found.incidents) == [f"INC-{i}" for i in range(6)]
    assert sorted(one.path for one in found.incidents.values()) == sorted(f"pir/{name}" for name in names)
    assert not found.uncommitted


def test_sha_256_repositories_and_mailmaps(tmp_path: Path) -> None:
    repo = Repo(tmp_path / "sha256", "--object-format=sha256")
    repo.commit("2025-10-06", {PIR: one(), ".mailmap": "Ann Archer <archer@example.org> <ann@example.org>\n"})
    found = ledger(repo)
    assert not found.uncommitted
    assert found.facts[0].author == "Ann Archer <archer@example.org>"
    assert len(found.head) == 64


def test_configuration_of_git_changes_nothing(repo: Repo) -> None:
    repo.commit("2025-10-06", {PIR: one()})
    truth = told(repo)
    for key, value in {
        "log.showSignature": "true",
        "color.ui": "always",
        "diff.noprefix": "true",
        "diff.renames": "copies",
        "core.quotePath": "true",
        "log.follow": "true",
        "format.pretty": "oneline",
        "log.decorate": "full",
        "log.diffMerges": "off",
        "core.pager": "false",
        "diff.external": "false",
    }.items():
        repo.git("config", key, value)
    assert told(repo) == truth


def test_logs_without_a_review_are_incidents_too(repo: Repo) -> None:
    log = (
        "incident_id: INC-007\ntitle: x\nseverity: P3\nevents:\n"
        "  - {at: '2025-10-05T14:30:00Z', kind: detected}\n"
        "  - {at: '2025-10-05T14:40:00Z', kind: severity_changed, severity: P1}\n"
        "  - {at: '2025-10-05T15:15:00Z', kind: resolved}\n"
    )
    repo.commit("2025-10-06", {"operational_audit/incidents/INC-007.yaml": log})
    incident = ledger(repo).incidents["INC-007"]
    assert (incident.severity, incident.snapshot) == ("P1", None)
    assert sorted(incident.milestones) == ["detected", "resolved"]
    assert told(repo) == ["10-06 INC-007 - incident_opened", "10-06 INC-007 - incident_resolved"]
    repo.commit("2025-10-07", {"pir/INC-007.yaml": review("INC-007", severity="P2")})
    assert ledger(repo).incidents["INC-007"].severity == "P2"


def test_what_is_not_checked_out_is_not_deleted(repo: Repo, tmp_path: Path) -> None:
    repo.commit("2025-10-06", {PIR: one(), "src/x": "x"})
    repo.git("clone", "--quiet", "--bare", str(repo.folder), str(tmp_path / "bare"))
    repo.git("clone", "--quiet", "--no-checkout", str(repo.folder), str(tmp_path / "empty"))
    repo.git("clone", "--quiet", str(repo.folder), str(tmp_path / "sparse"))
    repo.git("-C", str(tmp_path / "sparse"), "sparse-checkout", "set", "src")
    assert not (tmp_path / "sparse/pir").exists()
    for name in ("bare", "empty", "sparse"):
        found = read_ledger(tmp_path / name, Config(), now=NOW)
        assert (len(found.facts), found.uncommitted) == (3, False), name


def test_the_first_commit_counts_whatever_git_is_told_to_show(repo: Repo) -> None:
    first = repo.commit("2025-10-06", {PIR: one()})
    repo.commit("2025-10-07", {PIR: one(status="done")})
    repo.git("config", "log.showRoot", "false")
    assert ledger(repo).incidents["INC-001"].items["AI-001"].opened_commit == first


def test_much_on_stderr_does_not_stop_the_reader(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(300):
        repo.write(f"pir/INC-{number}.yaml", review(f"INC-{number}"))
    repo.commit("2025-10-06", {})
    monkeypatch.setenv("GIT_TRACE_PACK_ACCESS", "1")
    monkeypatch.setenv("GIT_TRACE", "1")
    assert len(ledger(repo).incidents) == 300


def test_a_restored_item_goes_on_with_its_history(repo: Repo) -> None:
    two = [item("AI-001", "Add metrics"), item("AI-002", "Add tests")]
    repo.commit("2025-10-06", {PIR: review(action_items=two)})
    repo.commit("2025-10-07", {PIR: None})
    later = [item("AI-001", "Add metrics", status="done"), item("AI-002", "Add tests", due="2025-11-01")]
    back = repo.commit("2025-10-20", {"pir/new/INC-001.yaml": review(action_items=later)})
    held = ledger(repo).incidents["INC-001"].items
    assert (held["AI-001"].closed_commit, held["AI-001"].is_done) == (back, True)
    assert (held["AI-002"].slips, str(held["AI-002"].first_due)) == (1, "2025-10-12")
    repo.commit("2025-10-21", {"pir/new/INC-001.yaml": None})
    repo.commit("2025-10-22", {"pir/new/INC-001.yaml": review(action_items=two)})
    held = ledger(repo).incidents["INC-001"].items
    assert (held["AI-001"].closed_at, held["AI-001"].is_open) == (None, True)


def test_a_hidden_folder_that_is_configured_has_a_history(repo: Repo) -> None:
    repo.commit("2025-10-06", {".ops/pir/INC-001.yaml": one(), ".ops/pir/.draft/INC-2.yaml": one()})
    found = ledger(repo, config=Config(reviews=(".ops/pir",)))
    assert (len(found.facts), found.uncommitted, found.shadowed) == (3, False, ())


def test_hooks_that_export_a_git_dir_change_nothing(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    repo.commit("2025-10-06", {f"team/{PIR}": one()})
    repo.git("worktree", "add", "--quiet", "--detach", str(repo.folder.parent / "linked"))
    for folder in (repo.folder, repo.folder.parent / "linked"):
        gitdir = repo.git("-C", str(folder), "rev-parse", "--absolute-git-dir")
        monkeypatch.setenv("GIT_DIR", gitdir)
        found = read_ledger(folder / "team", Config(), now=NOW)
        assert (len(found.facts), found.uncommitted) == (3, False)
        monkeypatch.delenv("GIT_DIR")


def test_links_are_left_out_in_history_and_worktree_alike(repo: Repo) -> None:
    repo.write(PIR, one())
    (repo.folder / "pir/A.yaml").symlink_to("INC-001.yaml")
    repo.commit("2025-10-06", {})
    found = ledger(repo)
    assert (found.shadowed, found.uncommitted, len(found.facts)) == ((), False, 3)


def test_a_figure_that_rests_on_the_worktree_says_so(repo: Repo) -> None:
    repo.commit("2025-10-06", {PIR: one()})
    repo.write(PIR, "# the same\n" + one())
    assert not ledger(repo).uncommitted
    repo.write(PIR, one().replace("14:32", "14:50"))
    assert ledger(repo).uncommitted


def test_odd_clocks_and_revisions_are_no_crash(repo: Repo) -> None:
    repo.commit("2025-10-06", {PIR: one()})
    for revision in ("^HEAD", "HEAD^{tree}", ""):
        with pytest.raises(PirgenError):
            ledger(repo, revision)
    with pytest.raises(PirgenError, match="neither a date"):
        ledger(repo, "9999-12-31")
    tree = repo.git("rev-parse", "HEAD^{tree}")
    for number, when in enumerate(("99999999999999 +0000", "-5 +0000", "x")):
        raw = f"tree {tree}\nauthor A <a@b> {when}\ncommitter A <a@b> {when}\n\nx\n"
        repo.write("raw", raw)
        commit = repo.git("hash-object", "-t", "commit", "-w", "--literally", "raw")
        repo.git("update-ref", f"refs/heads/odd{number}", commit)
        assert len(ledger(repo, f"odd{number}").facts) == 3
        (repo.folder / "raw").unlink()


def test_dates_at_the_ends_of_the_calendar_are_no_crash(repo: Repo) -> None:
    edge = review(date="9999-12-31", status="draft")
    repo.commit("2025-10-06", {PIR: edge, "pir/INC-002.yaml": review("INC-002", date="0001-01-01")})
    assert repo.run("report").returncode == 0
    assert repo.run("lint").returncode == 1
    assert repo.run("render").returncode == 1


def test_a_log_of_the_wrong_shape_is_no_crash(repo: Repo) -> None:
    for number, events in enumerate(("5", "true", "{}", "[1, {at: 2}]", "")):
        text = f"incident_id: INC-{number}\ntitle: x\nseverity: P1\nevents: {events}\n"
        repo.write(f"operational_audit/incidents/INC-{number}.yaml", text)
    repo.commit("2025-10-06", {})
    assert len(ledger(repo).incidents) == 5


def test_without_git_the_reason_is_said(repo: Repo) -> None:
    done = repo.run("report", PATH="/nonexistent")
    assert done.returncode == 2
    assert done.stderr.startswith("pirgen: git cannot be run: ")


def test_the_nearest_project_counts(repo: Repo) -> None:
    repo.commit("2025-10-06", {"pirgen.yaml": "{}", PIR: one()})
    inner = Repo(repo.folder / "vendor/inner")
    inner.commit("2025-10-06", {"pir/INC-009.yaml": review("INC-009")})
    assert inner.run("lint").stdout == "1 file checked: all good\n"
