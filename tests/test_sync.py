"""`pirgen sync`: what it plans, what it does, and what it leaves alone."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from jsonschema import Draft7Validator

from pirgen.commands import main
from pirgen.commands.sync import _proposal
from pirgen.followup.plan import Row
from pirgen.followup.sync import Done
from pirgen.schema import read
from pirgen.text.markdown import inline
from pirgen.trackers import Draft, Gone, Issue, State
from tests.memory_tracker import HOST, PROJECT, CutOffError, MemoryTracker
from tests.support import review
from tests.syncing import FILE, Shop, ann


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    """One item of Ann's, without an issue."""
    return Shop(tmp_path / "shop")


def kinds(shop: Shop) -> list[str]:
    """The kinds of the rows."""
    return [row.kind for row in shop.plan().rows]


def note(shop: Shop) -> str:
    """The sentence of the one row."""
    [row] = shop.plan().rows
    return row.note


# --- from git to the tracker


def test_an_open_item_gets_an_issue_and_the_review_its_address(shop: Shop) -> None:
    assert shop.rows() == [("create", "INC-001", "AI-001")]
    address = shop.settle()
    issue = shop.tracker.all[address]
    assert (issue.title, issue.assignees, issue.labels) == (
        "INC-001 AI-001: Add metrics", ("@ann",), ("incident-followup",)
    )  # fmt: skip
    assert shop.item()["issue"] == address
    assert "Due: 2025-10-12" in issue.body
    assert not shop.plan().rows


@pytest.mark.parametrize("status", ["done", "declined"])
def test_an_item_that_is_over_gets_no_issue(tmp_path: Path, status: str) -> None:
    assert not Shop(tmp_path, ann(status=status, **({"reason": "no"} if status == "declined" else {}))).plan().rows


def test_a_run_plans_nothing_before_the_reviews_are_committed(shop: Shop) -> None:
    shop.sync()
    assert not shop.plan().rows


@pytest.mark.parametrize(
    ("values", "kind", "state"),
    [
        ({"status": "done", "evidence": "#3"}, "close", State.COMPLETED),
        ({"status": "declined", "reason": "no"}, "close", State.NOT_PLANNED),
    ],
)
def test_an_item_that_ends_closes_its_issue_and_one_that_is_reopened_reopens_it(
    shop: Shop, values: dict[str, str], kind: str, state: State
) -> None:
    address = shop.settle()
    shop.set(**values)
    shop.commit()
    assert kinds(shop) == [kind]
    shop.sync()
    assert shop.tracker.all[address].state is state
    assert not shop.plan().rows
    shop.set(status="open")
    shop.set(reason=None, evidence=None)
    shop.commit()
    assert kinds(shop) == ["reopen"]
    shop.sync()
    assert shop.tracker.all[address].state is State.OPEN
    assert not shop.plan().rows


def test_in_progress_is_open(shop: Shop) -> None:
    shop.settle()
    shop.set(status="in_progress")
    shop.commit()
    assert not shop.plan().rows


def test_title_due_date_and_text_are_those_of_git(shop: Shop) -> None:
    address = shop.settle()
    shop.tracker.change(address, title="pwned", body=f"hello\r\n{shop.tracker.all[address].body}\r\nbye")
    shop.set(due="2025-11-01")
    shop.commit()
    assert kinds(shop) == ["update"]
    shop.sync()
    issue = shop.tracker.all[address]
    assert issue.title == "INC-001 AI-001: Add metrics"
    assert issue.body.startswith("hello\n")
    assert issue.body.endswith("\nbye")
    assert "Due: 2025-11-01" in issue.body
    assert not shop.plan().rows


def test_an_owner_who_cannot_be_assigned_is_nobodys_mention(tmp_path: Path) -> None:
    shop = Shop(tmp_path, ann(owner="@org/team"))
    assert "@org/team cannot be assigned" in note(shop)
    issue = shop.tracker.all[shop.settle()]
    assert issue.assignees == ()
    assert "@org" not in issue.body
    assert not shop.plan().rows


def test_a_new_owner_takes_over(shop: Shop) -> None:
    address = shop.settle()
    for owner, assignees in (("@bob", ("@bob",)), ("@org/team", ()), ("@cleo", ("@cleo",))):
        shop.set(owner=owner)
        shop.commit()
        assert kinds(shop) == ["update"]
        shop.sync()
        assert shop.tracker.all[address].assignees == assignees
        assert not shop.plan().rows


def test_who_left_is_no_change(shop: Shop) -> None:
    address = shop.settle()
    shop.tracker.people -= {"@ann"}
    shop.tracker.change(address, assignees=())
    shop.sync()
    assert shop.item()["owner"] == "@ann"
    assert not shop.plan().rows


# --- from the tracker to git


def test_what_was_closed_is_done_with_its_evidence(shop: Shop) -> None:
    address = shop.settle()
    shop.tracker.close(address, evidence=f"{HOST}/{PROJECT}/pull/9")
    assert "@bob" in note(shop)
    shop.sync()
    assert shop.item() == {
        "id": "AI-001", "action": "Add metrics", "owner": "@ann", "due": "2025-10-12", "issue": address,
        "status": "done", "evidence": f"{HOST}/{PROJECT}/pull/9",
    }  # fmt: skip
    assert not shop.plan().rows
    shop.commit()
    assert kinds(shop) == ["update"]  # the mark
    shop.sync()
    assert not shop.plan().rows
    shop.set(status="open", evidence=None)
    shop.commit()
    assert kinds(shop) == ["reopen"]


def test_what_is_not_planned_is_declined(shop: Shop) -> None:
    address = shop.settle()
    shop.tracker.close(address, State.NOT_PLANNED)
    shop.sync()
    assert shop.item()["status"] == "declined"
    assert shop.item()["reason"] == f"closed as not planned by @bob in {address}"


def test_what_is_reopened_is_open_and_says_nothing_of_its_end(shop: Shop) -> None:
    address = shop.settle()
    shop.set(status="declined", reason="no")
    shop.commit()
    shop.sync()
    shop.tracker.change(address, state=State.OPEN)
    assert kinds(shop) == ["edit"]
    shop.sync()
    assert shop.item()["status"] == "open"
    assert "reason" not in shop.item()


def test_who_is_assigned_is_the_owner(shop: Shop) -> None:
    address = shop.settle()
    shop.tracker.change(address, assignees=("@Bob", "@ANN"))
    assert not shop.plan().rows
    shop.tracker.change(address, assignees=("@Bob", "@cleo"))
    assert kinds(shop) == ["edit"]
    shop.sync()
    assert shop.item()["owner"] == "@Bob"
    shop.commit()
    shop.sync()
    assert not shop.plan().rows


def test_nobody_is_no_answer(shop: Shop) -> None:
    address = shop.settle()
    shop.tracker.change(address, assignees=())
    assert kinds(shop) == ["conflict"]
    assert "nobody is assigned" in note(shop)


# --- both


def test_the_same_change_on_both_sides_is_agreement(shop: Shop) -> None:
    address = shop.settle()
    shop.set(status="done", evidence="#3")
    shop.commit()
    shop.tracker.close(address)
    assert kinds(shop) == ["update"]
    shop.sync()
    assert shop.tracker.requests["closing"] == 0
    assert not shop.plan().rows


def test_different_changes_on_both_sides_are_a_conflict_that_is_left_alone(shop: Shop) -> None:
    address = shop.settle()
    shop.set(status="done", evidence="#3")
    shop.commit()
    shop.tracker.close(address, State.NOT_PLANNED)
    before = shop.tracker.all[address]
    assert kinds(shop) == ["conflict"]
    shop.sync()
    assert shop.tracker.all[address] == before
    assert shop.item()["status"] == "done"


def test_without_a_common_commit_every_difference_is_a_conflict(shop: Shop) -> None:
    address = shop.settle()
    body = shop.tracker.all[address].body
    shop.tracker.change(address, body=re.sub("@ [0-9a-f]+", f"@ {'0123456789' * 4}", body))
    shop.tracker.close(address)
    assert kinds(shop) == ["conflict"]
    assert "no common commit" in note(shop)
    shop.tracker.change(address, state=State.OPEN)
    assert kinds(shop) == ["update"]
    shop.sync()
    assert not shop.plan().rows


def test_what_is_not_committed_waits(shop: Shop) -> None:
    address = shop.settle()
    shop.tracker.close(address)
    shop.set(owner="@bob")
    assert kinds(shop) == ["wait"]
    assert "not committed" in note(shop)
    shop.sync()
    assert "status" not in shop.item()


def test_a_moved_head_is_no_reason_for_an_update(shop: Shop) -> None:
    shop.settle()
    shop.commit({"other.txt": "x"})
    assert not shop.plan().rows


# --- bad input


def test_the_mark_of_a_stranger_is_not_believed(shop: Shop) -> None:
    address = shop.settle()
    shop.set(issue=None)
    shop.commit()
    shop.tracker.change(address, is_ours=False)
    assert kinds(shop) == ["conflict"], "another run, under another name, may have made it"
    assert any("not believed" in row.note for row in shop.plan().rows)


def test_the_commit_in_the_mark_of_a_stranger_is_not_believed(shop: Shop) -> None:
    address = shop.settle()
    shop.tracker.change(address, is_ours=False)
    assert not shop.plan().rows
    shop.tracker.close(address)
    assert kinds(shop) == ["conflict"]
    assert "not believed" in note(shop)


def test_a_lost_label_comes_back(shop: Shop) -> None:
    address = shop.settle()
    shop.tracker.change(address, labels=("bug",))
    assert kinds(shop) == ["update"]
    shop.sync()
    assert shop.tracker.all[address].labels == ("bug", "incident-followup")
    assert not shop.plan().rows


def test_a_label_in_another_case_is_the_same(shop: Shop) -> None:
    address = shop.settle()
    shop.tracker.change(address, labels=("Incident-Followup",))
    assert not shop.plan().rows


def test_a_lost_end_leaves_nothing_twice(shop: Shop) -> None:
    address = shop.settle()
    body = shop.tracker.all[address].body
    shop.tracker.change(address, body=f"before\n{body.replace('<!-- /pirgen -->', '')}after")
    shop.sync()
    text = shop.tracker.all[address].body
    assert text.startswith("before\n<!-- pirgen: ") and text.endswith("<!-- /pirgen -->\nafter")
    assert text.count("This part comes from the review") == text.count("- Owner: ") == 1
    assert not shop.plan().rows


def test_a_transferred_issue_is_followed(shop: Shop) -> None:
    address = shop.settle()
    del shop.tracker.all[address]
    shop.tracker.gone[address] = Gone("it was transferred", f"{HOST}/org/other/issues/5")
    assert kinds(shop) == ["edit"]
    shop.sync()
    assert shop.item()["issue"] == f"{HOST}/org/other/issues/5"
    shop.commit()
    assert not shop.plan().rows
    assert shop.plan().elsewhere == 1


def test_a_deleted_issue_is_a_conflict_until_the_review_lets_go(shop: Shop) -> None:
    address = shop.settle()
    del shop.tracker.all[address]
    assert kinds(shop) == ["conflict"]
    assert "deleted" in note(shop)
    shop.set(issue=None)
    shop.commit()
    assert kinds(shop) == ["create"]


def test_a_locked_issue_says_so(shop: Shop) -> None:
    address = shop.settle()
    shop.tracker.change(address, is_locked=True)
    assert not shop.plan().rows
    shop.set(action="Add better metrics")
    shop.commit()
    assert "locked" in note(shop)


def test_two_items_that_name_one_issue_are_a_conflict(tmp_path: Path) -> None:
    shop = Shop(tmp_path, ann(), ann("AI-002", "Add tests"))
    address = shop.settle()
    shop.set("AI-002", issue="#1")
    shop.commit()
    assert shop.item()["issue"] == address
    assert kinds(shop)[:2] == ["conflict", "conflict"]


def test_two_issues_that_claim_one_item_are_a_conflict(shop: Shop) -> None:
    address = shop.settle()
    copy = shop.tracker.add(**{**shop.tracker.all[address]._asdict(), "address": f"{address}0", "name": "#10"})
    del shop.tracker.all[f"{HOST}/{PROJECT}/issues/2"]
    shop.tracker.all[copy.address] = copy
    assert kinds(shop) == ["conflict"]
    shop.set(issue=None)
    shop.commit()
    assert kinds(shop) == ["conflict"]


def test_the_issue_of_a_removed_item_is_closed_once(tmp_path: Path) -> None:
    shop = Shop(tmp_path, ann(), ann("AI-002", "Add tests"))
    shop.settle()
    data = shop.data()
    shop.commit({FILE: review(action_items=data["action_items"][:1])})
    assert kinds(shop) == ["close"]
    shop.sync()
    assert [one.state for one in shop.tracker.all.values()] == [State.OPEN, State.NOT_PLANNED]
    assert not shop.plan().rows


def test_nothing_is_closed_because_a_review_cannot_be_read(shop: Shop) -> None:
    shop.settle()
    shop.commit({FILE: "incident_id: INC-001\nseverity: [\n"})
    assert "close" not in kinds(shop)
    assert any("not valid" in row.note for row in shop.plan().rows)
    shop.sync()
    assert [one.state for one in shop.tracker.all.values()] == [State.OPEN]


def test_a_renumbered_review_keeps_its_issue(shop: Shop) -> None:
    address = shop.settle()
    data = shop.data()
    text = review("INC-009", action_items=[{**data["action_items"][0], "id": "AI-007"}], former_ids=["INC-001"])
    shop.commit({FILE: None, "pir/INC-009.yaml": text})
    shop.tracker.close(address)
    assert shop.rows() == [("edit", "INC-009", "AI-007")]
    shop.sync()
    shop.commit()
    shop.sync()
    assert shop.tracker.all[address].title.startswith("INC-009 AI-007")
    assert not shop.plan().rows


def test_drafts_and_issues_elsewhere_are_left_alone(tmp_path: Path) -> None:
    shop = Shop(tmp_path, ann(issue="OPS-12"))
    shop.commit({"pir/INC-002.yaml": review("INC-002", status="draft", action_items=[ann()])})
    assert not shop.plan().rows
    assert shop.plan().elsewhere == 1


HOSTILE = (
    "@bob see org/shop#12, GH-3 and https://github.com/org/shop/issues/4 www.github.com/org/shop/issues/5 "
    "<!-- /pirgen --> <script>x</script> ![x](https://evil.example/x.png) & <b>"
)


def test_the_text_of_a_review_is_only_text(tmp_path: Path) -> None:
    shop = Shop(tmp_path, ann(action=HOSTILE))
    body = shop.tracker.all[shop.settle()].body
    shown = body.split("-->\n", 1)[1].split("\n\n", 1)[0]
    assert not re.search(r"@\w|(?<!&)#\w|GH-\d|://|www\.\w|<|!\[", shown), shown
    assert "&#60;b&#62;" in shown  # and the escapes are whole
    assert inline("&") in shown
    assert not shop.plan().rows


# --- runs that end early, and how much is asked


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("cut", range(8))
def test_a_run_that_is_cut_off_leaves_nothing_double(tmp_path: Path, cut: int, after: bool) -> None:
    shop = Shop(tmp_path, *(ann(f"AI-00{number}", f"Do {number}") for number in range(1, 5)))
    shop.tracker.cut, shop.tracker.cuts_after = cut, after
    with pytest.raises(CutOffError):
        for _ in range(2):
            shop.sync()
    shop.tracker.cut = None
    shop.sync()
    shop.commit()
    shop.sync()
    assert not shop.plan().rows
    assert sorted(one.title[8:14] for one in shop.tracker.all.values()) == ["AI-001", "AI-002", "AI-003", "AI-004"]


def test_2000_items_are_asked_about_once(tmp_path: Path) -> None:
    tracker = MemoryTracker()
    shop = Shop(tmp_path, tracker=tracker)
    files: dict[str, str | None] = {
        f"pir/INC-{number:03}.yaml": review(
            f"INC-{number:03}", action_items=[ann(f"AI-{one:03}", f"Do {one}") for one in range(100)]
        )
        for number in range(1, 21)
    }
    shop.commit(files)
    plan = shop.plan()
    assert len(plan.rows) == 2000
    for row in plan.rows:  # as `apply` does, without an edit of a file for each
        assert row.draft
        tracker.create(row.draft)
    tracker.requests.clear()
    assert {row.kind for row in shop.plan().rows} == {"adopt"}
    assert tracker.requests == {"page": 21}


# --- the command


def run(shop: Shop, monkeypatch: pytest.MonkeyPatch, *words: str) -> Result:
    """A run of the command line with the tracker in memory."""
    monkeypatch.setattr("pirgen.followup.place.tracker_of", lambda *_: shop.tracker)
    monkeypatch.setattr("pirgen.followup.place.code_host", lambda *_: shop.tracker)
    return CliRunner().invoke(main, ["-C", str(shop.repo.folder), "sync", *words])


def test_nothing_changes_without_apply(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    before = (shop.repo.folder / FILE).read_bytes()
    done = run(shop, monkeypatch)
    assert done.exit_code == 0
    assert "create" in done.stdout
    assert not shop.tracker.all
    assert (shop.repo.folder / FILE).read_bytes() == before
    assert run(shop, monkeypatch, "--commit").exit_code == 2
    assert run(shop, monkeypatch, "--pr").exit_code == 2


def test_the_plan_as_json(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    told: dict[str, Any] = json.loads(run(shop, monkeypatch, "--export", "json").stdout)
    [row] = told["rows"]
    assert (row["kind"], row["issue"], row["changes"]["assignees"]) == ("create", None, ["@ann"])
    address = shop.settle()
    shop.tracker.close(address, State.COMPLETED, by="@bob")
    done = json.loads(run(shop, monkeypatch, "--export", "json").stdout)
    [row] = done["rows"]
    assert (row["kind"], row["issue"], row["review"]["status"], row["changes"]) == ("edit", address, "done", None)
    schema = Draft7Validator(read("sync"))
    assert [*schema.iter_errors(told), *schema.iter_errors(done)] == []


def test_without_a_token_the_commands_are_shown(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    shop.tracker.has_token = False
    done = run(shop, monkeypatch)
    assert done.exit_code == 0
    assert "make-issue INC-001 AI-001: Add metrics" in done.stdout
    assert not shop.tracker.requests
    assert run(shop, monkeypatch, "--apply").exit_code == 2


def test_who_is_not_trusted_changes_nothing(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIRGEN_TRUST", "none")
    assert run(shop, monkeypatch, "--apply").exit_code == 2
    assert not shop.tracker.all


def test_conflicts_and_failed_edits_end_with_1(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    address = shop.settle()
    shop.tracker.close(address, State.NOT_PLANNED, by="@b\u202eob")
    done = run(shop, monkeypatch, "--apply")
    assert done.exit_code == 1
    assert "was not changed" in done.stderr
    shop.tracker.change(address, state=State.OPEN, assignees=())
    assert run(shop, monkeypatch).exit_code == 1


@pytest.fixture
def remote(shop: Shop, tmp_path: Path) -> Path:
    """A bare repository that is the shop's `origin`."""
    place = tmp_path / "origin.git"
    shop.repo.git("init", "--quiet", "--bare", str(place))
    shop.repo.git("remote", "add", "origin", str(place))
    return place


def test_a_pull_request_is_made_once(shop: Shop, remote: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    head = shop.repo.git("rev-parse", "HEAD")
    shop.repo.write("other.txt", "mine")
    done = run(shop, monkeypatch, "--apply", "--pr")
    assert done.exit_code == 0, done.output
    assert f"{HOST}/{PROJECT}/pull/1" in done.stdout
    assert (shop.repo.git("branch", "--show-current"), shop.repo.git("rev-parse", "HEAD")) == ("main", head)
    assert "issue" not in shop.item()
    pushed = shop.repo.git("ls-remote", str(remote), "pirgen/sync").split()[0]
    assert shop.repo.git("diff-tree", "-r", "--name-only", "main", pushed) == FILE
    assert "INC-001 AI-001" in shop.repo.git("log", "-1", "--format=%B", pushed)
    assert run(shop, monkeypatch, "--apply", "--pr").exit_code == 0
    assert shop.repo.git("ls-remote", str(remote), "pirgen/sync").split()[0] == pushed
    assert len(shop.tracker.all) == len(shop.tracker.proposals) == 1
    shop.repo.git("merge", "--quiet", "--ff-only", pushed)
    assert not shop.plan().rows


def test_what_fails_on_the_branch_leaves_the_checkout_as_it_was(
    shop: Shop, remote: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hook = shop.repo.write(".git/hooks/pre-commit", "#!/bin/sh\nexit 1\n")
    hook.chmod(0o755)
    assert run(shop, monkeypatch, "--apply", "--commit").exit_code == 2
    assert shop.repo.git("branch", "--show-current") == "main"
    assert shop.repo.git("status", "--porcelain") == ""
    hook.unlink()
    assert run(shop, monkeypatch, "--apply", "--commit").exit_code == 0
    assert len(shop.tracker.all) == 1


def test_a_commit_takes_no_changes_of_others(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    path = shop.repo.folder / FILE
    path.write_text(path.read_text() + "# mine\n")
    assert run(shop, monkeypatch, "--apply", "--commit").exit_code == 0
    assert path.read_text().endswith("# mine\n")
    assert "# mine" not in shop.repo.git("show", f"pirgen/sync:{FILE}")


def test_who_works_on_meanwhile_is_not_disturbed(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    head, create = shop.repo.git("rev-parse", "HEAD"), shop.tracker.create

    def busy(draft: Draft) -> Issue:
        shop.repo.write("mine.txt", "1")
        shop.commit({FILE: (shop.repo.folder / FILE).read_text() + "# mine\n"})
        shop.repo.write("mine.txt", "2")
        return create(draft)

    monkeypatch.setattr(shop.tracker, "create", busy)
    assert run(shop, monkeypatch, "--apply", "--commit").exit_code == 0
    assert shop.repo.git("log", "--format=%P", "-1", "pirgen/sync") == head
    assert shop.repo.git("log", "--format=%P", "-1", "main") == head
    assert shop.repo.git("status", "--porcelain") == "M mine.txt"
    assert "# mine" in (shop.repo.folder / FILE).read_text() and "issue" not in shop.item()
    assert len(shop.repo.git("worktree", "list").splitlines()) == 1


def test_what_was_done_before_a_run_was_cut_off_is_committed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shop = Shop(tmp_path / "shop", ann(), ann("AI-002", "Add tests"))
    create = shop.tracker.create
    made: list[Draft] = []

    def stop(draft: Draft) -> Issue:
        if made:
            raise CutOffError("the line is dead")
        made.append(draft)
        return create(draft)

    monkeypatch.setattr(shop.tracker, "create", stop)
    done = run(shop, monkeypatch, "--apply", "--commit")
    assert done.exit_code == 2 and "the line is dead" in done.stderr
    assert shop.repo.git("show", f"pirgen/sync:{FILE}").count("issue: ") == 1
    assert shop.repo.git("status", "--porcelain") == ""


def test_a_branch_that_somebody_moves_meanwhile_stays(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    create = shop.tracker.create
    theirs = shop.repo.git("commit-tree", "-m", "theirs", "HEAD^{tree}")

    def busy(draft: Draft) -> Issue:
        shop.repo.git("branch", "pirgen/sync", theirs)
        return create(draft)

    monkeypatch.setattr(shop.tracker, "create", busy)
    assert run(shop, monkeypatch, "--apply", "--commit").exit_code == 2
    assert shop.repo.git("rev-parse", "pirgen/sync") == theirs


def test_a_tag_with_the_name_of_the_branch_is_no_base(
    shop: Shop, remote: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.repo.git("tag", "main")
    propose, bases = shop.tracker.propose, []

    def proposed(branch: str, base: str, title: str, body: str) -> str:
        bases.append(base)
        return propose(branch, base, title, body)

    monkeypatch.setattr(shop.tracker, "propose", proposed)
    assert run(shop, monkeypatch, "--apply", "--pr").exit_code == 0
    assert bases == ["main"]


def test_the_text_of_a_pull_request_fits(shop: Shop) -> None:
    rows = [Row("create", "INC-001", f"AI-{number:04}", "it gets an issue " + "x" * 80) for number in range(2_000)]
    text = _proposal(Done(row, "", file=FILE) for row in rows)
    assert 59_000 < len(text) < 61_000
    shown = text.count("AI-")
    assert text.endswith(f"\n- and {2_000 - shown} more\n")


def test_a_closed_issue_of_an_earlier_item_is_not_adopted(shop: Shop) -> None:
    address = shop.settle()
    shop.set(issue=None, action="Something new")
    shop.tracker.close(address, State.NOT_PLANNED)
    shop.commit()
    assert kinds(shop) == ["create"]


def test_other_assignees_stay_when_the_owner_changes(shop: Shop) -> None:
    address = shop.settle()
    shop.tracker.change(address, assignees=("@ann", "@cleo"))
    shop.set(owner="@bob")
    shop.commit()
    shop.sync()
    assert {*shop.tracker.all[address].assignees} == {"@bob", "@cleo"}


def test_a_mark_that_people_quote_is_none(shop: Shop) -> None:
    address = shop.settle()
    body = shop.tracker.all[address].body
    mark = body.splitlines()[0]
    shop.tracker.change(address, body=f"I saw `{mark}` here.\n\nMY NOTES\n\n{body}\n\nafter")
    shop.set(due="2025-12-01")
    shop.commit()
    shop.sync()
    text = shop.tracker.all[address].body
    assert text.startswith(f"I saw `{mark}` here.\n\nMY NOTES\n\n{mark[:30]}") and text.endswith("\n\nafter")
    assert "2025-12-01" in text and "2025-10-12" not in text
