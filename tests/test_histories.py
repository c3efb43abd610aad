"""What git can do to a history, with the truth written by hand; docs/explanation/histories.md says why."""

from __future__ import annotations

from pathlib import Path

from pirgen.config import Config
from pirgen.ledger import read_ledger
from tests.support import Cli, Repo, item, review
from tests.test_ledger import NOW, PIR, ledger, one, told

CLOSED = "closed {'status': ('open', 'done')}"


def events(repo: Repo) -> list[str]:
    """The facts after the first review's three, without incident and prefix."""
    return [line.replace("INC-001 AI-001 action_", "").replace("INC-001 - ", "") for line in told(repo)[3:]]


def branch(repo: Repo, name: str = "work") -> None:
    repo.git("checkout", "--quiet", "-b", name)


def merge(repo: Repo, day: str, *options: str) -> None:
    repo.git("checkout", "--quiet", "main")
    repo.git("merge", "--quiet", *options, when=f"{day}T12:00:00Z")


def test_a_squash_counts_when_it_is_committed(repo: Repo) -> None:
    repo.commit("2025-10-06", {PIR: one()})
    branch(repo)
    repo.commit("2025-10-07", {PIR: one(status="in_progress")})
    repo.commit("2025-10-08", {PIR: one(status="done")})
    merge(repo, "2025-10-10", "--squash", "work")
    repo.commit("2025-10-10", {})
    assert events(repo) == ["10-10 " + CLOSED]


def test_a_fast_forward_keeps_the_dates_of_its_commits(repo: Repo) -> None:
    repo.commit("2025-10-06", {PIR: one()})
    branch(repo)
    repo.commit("2025-10-08", {PIR: one(status="done")})
    merge(repo, "2025-10-10", "--ff-only", "work")
    assert events(repo) == ["10-08 " + CLOSED]


def test_a_cherry_pick_counts_once(repo: Repo) -> None:
    repo.commit("2025-10-06", {PIR: one()})
    branch(repo)
    picked = repo.commit("2025-10-07", {PIR: one(status="done")})
    repo.git("checkout", "--quiet", "main")
    repo.git("cherry-pick", picked, when="2025-10-08T12:00:00Z")
    merge(repo, "2025-10-10", "--no-ff", "work")
    assert events(repo) == ["10-08 " + CLOSED]


def test_a_revert_reopens_and_its_revert_closes_again(repo: Repo) -> None:
    repo.commit("2025-10-06", {PIR: one()})
    repo.commit("2025-10-07", {PIR: one(status="done")})
    repo.git("revert", "--no-edit", "HEAD", when="2025-10-08T12:00:00Z")
    repo.git("revert", "--no-edit", "HEAD", when="2025-10-09T12:00:00Z")
    assert events(repo) == ["10-07 " + CLOSED, "10-08 reopened {'status': ('done', 'open')}", "10-09 " + CLOSED]


def test_what_only_the_merge_commit_says_is_the_merge_commits(repo: Repo) -> None:
    repo.commit("2025-10-06", {PIR: one()})
    branch(repo)
    repo.commit("2025-10-07", {"README.md": "x"})
    repo.git("checkout", "--quiet", "main")
    repo.git("merge", "--quiet", "--no-ff", "--no-commit", "work")
    evil = repo.commit("2025-10-10", {PIR: one(status="done")})
    assert events(repo) == ["10-10 " + CLOSED]
    assert ledger(repo).facts[-1].commit == evil


def test_an_octopus_brings_all_at_once(repo: Repo) -> None:
    repo.commit("2025-10-06", {PIR: one()})
    branch(repo, "a")
    repo.commit("2025-10-07", {PIR: one(status="done")})
    repo.git("checkout", "--quiet", "main")
    branch(repo, "b")
    repo.commit("2025-10-08", {"pir/INC-002.yaml": review("INC-002", status="draft", action_items=[])})
    repo.git("checkout", "--quiet", "main")
    repo.commit("2025-10-09", {"README.md": "x"})
    merge(repo, "2025-10-10", "a", "b")
    assert events(repo) == ["10-10 " + CLOSED, "10-10 INC-002 - review_opened"]


def test_a_stale_branch_that_is_merged_late_moves_nothing_back(repo: Repo) -> None:
    repo.commit("2025-10-06", {PIR: one()})
    branch(repo)
    repo.commit("2025-10-07", {PIR: "# stale\n" + one()})
    repo.git("checkout", "--quiet", "main")
    repo.commit("2025-10-08", {PIR: one(status="done")})
    merge(repo, "2025-12-01", "--no-ff", "work")
    assert events(repo) == ["10-08 " + CLOSED]


def test_a_foxtrot_dates_the_others_by_its_merge(repo: Repo) -> None:
    repo.commit("2025-10-06", {PIR: one()})
    branch(repo)
    repo.commit("2025-10-07", {"README.md": "x"})
    repo.git("checkout", "--quiet", "main")
    repo.commit("2025-10-08", {PIR: one(status="done")})
    repo.git("checkout", "--quiet", "work")
    repo.git("merge", "--quiet", "main", when="2025-10-10T12:00:00Z")
    merge(repo, "2025-10-11", "--ff-only", "work")
    assert events(repo) == ["10-10 " + CLOSED]


def test_folders_may_be_renamed_and_files_moved_in_and_out_of_sub_folders(repo: Repo) -> None:
    repo.commit("2025-10-06", {PIR: one()})
    repo.commit("2025-10-07", {PIR: None, "pir/2025/q4/INC-001.yaml": one()})
    repo.commit("2025-10-08", {"pir/2025/q4/INC-001.yaml": None, "pir/outage.yml": one(status="done")})
    assert events(repo) == ["10-08 " + CLOSED]


def test_what_leaves_the_folders_is_deleted_and_may_come_back(repo: Repo) -> None:
    repo.commit("2025-10-06", {PIR: one()})
    repo.commit("2025-10-07", {PIR: None, "old/INC-001.yaml": one()})
    repo.commit("2025-10-08", {PIR: one(), "old/INC-001.yaml": None})
    assert [line.split(" {")[0] for line in events(repo)] == [
        "10-07 removed", "10-07 review_deleted", "10-08 review_restored", "10-08 restored", "10-08 review_completed"
    ]  # fmt: skip
    both = Config(reviews=("pir", "old"))
    assert len(ledger(repo, config=both).facts) == 3


def test_an_item_that_goes_to_another_review_is_another_item(repo: Repo) -> None:
    first, second = item("AI-001", "Add metrics"), item("AI-002", "Add tests")
    repo.commit("2025-10-06", {PIR: review(action_items=[first, second])})
    moved = review("INC-002", action_items=[item("AI-001", "Add tests")])
    repo.commit("2025-10-07", {PIR: one(), "pir/INC-002.yaml": moved})
    assert [line.split(" {")[0] for line in told(repo)[4:]] == [
        "10-07 INC-001 AI-002 action_removed",
        "10-07 INC-002 - review_opened",
        "10-07 INC-002 AI-001 action_opened",
        "10-07 INC-002 - review_completed",
    ]


def test_a_rewritten_branch_is_read_as_it_is_now(repo: Repo) -> None:
    repo.commit("2025-10-06", {PIR: one()})
    repo.commit("2025-10-07", {PIR: one(status="done")})
    amended = repo.commit("2025-10-09", {PIR: one(status="done", due="2025-11-01")}, "--amend")
    assert [line[:12] for line in events(repo)] == ["10-09 closed", "10-09 due_mo"]
    assert ledger(repo).head == amended
    repo.git("reset", "--quiet", "--hard", "HEAD~1")
    assert events(repo) == []


def test_commits_in_many_zones_are_told_by_the_projects_clock(repo: Repo) -> None:
    repo.commit("2025-10-07T01:00:00+14:00", {PIR: one()})
    repo.commit("2025-10-06T02:00:00-12:00", {PIR: one(status="done")})
    assert [f"{fact.at:%m-%d %H:%M}" for fact in ledger(repo).facts] == ["10-06 11:00"] * 3 + ["10-06 14:00"]
    assert ledger(repo).clock_adjusted == ()


def test_an_authors_name_in_an_old_encoding_is_readable(repo: Repo) -> None:
    repo.git("config", "i18n.commitEncoding", "ISO-8859-1")
    repo.git("config", "user.name", "J\udcfcrgen")
    repo.commit("2025-10-06", {PIR: one()})
    assert ledger(repo).facts[0].author == "Jürgen <ann@example.org>"


def test_a_submodule_and_a_link_among_the_reviews_are_no_reviews(repo: Repo, tmp_path: Path) -> None:
    other = Repo(tmp_path / "other")
    other.commit("2025-10-01", {"INC-009.yaml": review("INC-009")})
    repo.commit("2025-10-06", {PIR: one()})
    repo.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(other.folder), "pir/other")
    repo.commit("2025-10-07", {})
    found = read_ledger(repo.folder, Config(), now=NOW, as_of="HEAD")
    assert sorted(found.incidents) == ["INC-001"]


def test_partial_and_bare_clones_and_linked_worktrees_tell_the_same(repo: Repo, tmp_path: Path) -> None:
    repo.commit("2025-10-06", {PIR: one()})
    repo.commit("2025-10-07", {PIR: one(status="done")})
    repo.git("config", "uploadpack.allowFilter", "true")
    repo.git("config", "uploadpack.allowAnySHA1InWant", "true")
    url = f"file://{repo.folder}"
    repo.git("clone", "--quiet", "--filter=blob:none", url, str(tmp_path / "partial"))
    repo.git("clone", "--quiet", "--bare", url, str(tmp_path / "bare"))
    repo.git("worktree", "add", "--quiet", "--detach", str(tmp_path / "linked"))
    truth = ledger(repo, "HEAD").facts
    for name in ("partial", "bare", "linked"):
        assert read_ledger(tmp_path / name, Config(), now=NOW, as_of="HEAD").facts == truth, name


def test_a_bare_clone_goes_by_the_configuration_of_its_head(repo: Repo, tmp_path: Path) -> None:
    repo.commit("2025-10-06", {"reviews/INC-001.yaml": one(), "pirgen.yaml": "paths: {reviews: [reviews]}\n"})
    repo.git("clone", "--quiet", "--bare", str(repo.folder), str(tmp_path / "bare"))
    told, here = (Cli(folder).run("history", "--as-of", "HEAD") for folder in (tmp_path / "bare", repo.folder))
    assert told.stdout == here.stdout
    assert "INC-001" in told.stdout
    repo.git("clone", "--quiet", "--no-checkout", str(repo.folder), str(tmp_path / "empty"))
    assert Cli(tmp_path / "empty").run("history", "--as-of", "HEAD").stdout == here.stdout
    repo.git("clone", "--quiet", "--bare", "--depth=1", f"file://{repo.folder}", str(tmp_path / "shallow"))
    assert Cli(tmp_path / "shallow").run("history").returncode == 3


def test_what_belongs_to_another_checkout_is_not_the_worktrees(repo: Repo, tmp_path: Path) -> None:
    repo.commit("2025-10-06", {"pir/z.yaml": one(status="done")})
    repo.commit("2025-10-07", {"pir/z.yaml": one()})
    repo.git("worktree", "add", "--quiet", "--detach", "pir/old", "HEAD~1")
    other = Repo(tmp_path / "other")
    other.commit("2025-10-01", {"INC-009.yaml": review("INC-009")})
    repo.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(other.folder), "pir/other")
    assert {fact.commit is None for fact in ledger(repo).facts} == {False}
    assert "INC-009" not in repo.run("lint", "--format", "json").stdout


def test_a_folder_that_is_a_link_is_said_to_be_one(repo: Repo) -> None:
    (repo.folder / "pir").symlink_to("elsewhere")
    repo.commit("2025-10-06", {"elsewhere/INC-001.yaml": one()})
    assert ledger(repo).facts == ()
    done = repo.run("lint")
    assert (done.returncode, "symbolic link" in done.stdout) == (1, True)


def test_a_way_through_a_link_or_a_submodule_leads_to_nothing_of_ours(repo: Repo, tmp_path: Path) -> None:
    other = Repo(tmp_path / "other")
    other.commit("2025-10-01", {"pir/INC-009.yaml": review("INC-009")})
    (repo.folder / "docs").symlink_to(other.folder)
    repo.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(other.folder), "sub")
    repo.commit("2025-10-06", {"pirgen.yaml": "paths: {reviews: [docs/pir, sub/pir, pir]}\n", PIR: one()})
    (repo.folder / "pir/linked").symlink_to(other.folder)
    assert "INC-009" not in repo.run("history").stdout
    found = repo.run("lint").stdout
    assert "docs" in found
    assert "pir/linked" in found
    assert "INC-009" not in found


def test_what_is_in_the_index_is_not_deleted_by_a_repository_around_it(repo: Repo) -> None:
    repo.commit("2025-10-06", {"pir/s/INC-001.yaml": one()})
    Repo(repo.folder / "pir/s")
    assert {fact.commit is None for fact in ledger(repo).facts} == {False}
    (repo.folder / "pir/.git").mkdir()
    assert repo.run("lint").stdout == "0 files checked: all good\n"


def test_a_commit_that_is_lost_is_not_taken_for_none(repo: Repo) -> None:
    head = repo.commit("2025-10-06", {PIR: one()})
    (repo.folder / ".git/objects" / head[:2] / head[2:]).unlink()
    done = repo.run("report")
    assert (done.returncode, done.stderr) == (
        3, f"pirgen: the commit {head} is missing from this repository, or damaged; fetch it again\n"
    )  # fmt: skip


def test_items_of_one_text_are_renumbered_in_their_order(repo: Repo) -> None:
    items = [item(f"AI-00{n}", "Buy time", due=f"2025-11-0{n}") for n in (1, 2, 3)]
    repo.commit("2025-10-06", {PIR: review(action_items=items)})
    repo.commit("2025-10-07", {PIR: review(action_items=[{**one, "id": f"X{one['id']}"} for one in items])})
    facts = [fact for fact in ledger(repo).facts if fact.at.day == 7]
    assert {fact.event for fact in facts} == {"action_renumbered"}
    assert all(fact.action_id == f"X{fact.before['action_id']}" for fact in facts)


def test_a_file_too_large_to_read_is_told_once(repo: Repo) -> None:
    repo.commit("2025-10-06", {PIR: one() + "#" * 600_000})
    assert [found.commit is None for found in ledger(repo).unreadable] == [False]
    repo.write(PIR, one() + "#" * 600_001)
    assert [found.commit is None for found in ledger(repo).unreadable] == [False, True]


def test_a_commit_may_be_named_by_its_message(repo: Repo) -> None:
    first = repo.commit("2025-10-06", {PIR: one()})
    repo.commit("2025-10-07", {PIR: one(status="done")})
    assert ledger(repo, ":/at 2025-10-06").head == first


def test_an_odd_encoding_of_logs_changes_nothing(repo: Repo) -> None:
    repo.commit("2025-10-06", {PIR: one()})
    repo.git("config", "i18n.logOutputEncoding", "UTF-16")
    for words in (("report", "--as-of", "HEAD"), ("history", "--since", "HEAD"), ("history", "--as-of", "2025-10-07")):
        assert repo.run(*words).returncode == 0


def test_an_unrelated_history_that_is_merged_in_counts_from_its_merge(repo: Repo) -> None:
    repo.commit("2025-10-06", {PIR: one()})
    repo.git("checkout", "--quiet", "--orphan", "import")
    repo.git("rm", "--quiet", "-r", "--force", ".")
    repo.commit("2020-01-01", {"pir/INC-002.yaml": review("INC-002", status="draft", action_items=[])})
    merge(repo, "2025-10-10", "--no-ff", "--allow-unrelated-histories", "import")
    assert events(repo) == ["10-10 INC-002 - review_opened"]


def test_staged_unstaged_untracked_and_ignored_files_are_the_worktree(repo: Repo) -> None:
    repo.commit("2025-10-06", {PIR: one(), ".gitignore": "INC-004.yaml\n"})
    repo.write(PIR, one(status="in_progress"))
    repo.git("add", PIR)
    repo.write(PIR, one(status="done"))
    for number in (3, 4):
        text = review(f"INC-00{number}", status="draft", action_items=[])
        repo.write(f"pir/INC-00{number}.yaml", text)
    assert events(repo) == ["now " + CLOSED, "now INC-003 - review_opened", "now INC-004 - review_opened"]
