"""The CI job: what it fails on, what it lets pass, and for whose work a pull request answers."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support import Cli, Repo, item, review

PIR = "pir/INC-001.yaml"


@pytest.fixture
def late(repo: Repo) -> Repo:
    """Two reviews with pages; on 20 October INC-001 has an item 8 days late, INC-002 (P2) one 5 and one 1 days late."""
    items = [item("AI-001", "Add tests", due="2025-10-15", owner="@qa"), item("AI-002", "Learn", due="2025-10-19")]
    repo.write(PIR, review())
    repo.write("pir/INC-002.yaml", review("INC-002", severity="P2", action_items=items))
    repo.run("render")
    repo.commit("2025-10-06", {})
    return repo


def check(repo: Repo, *options: str) -> tuple[int, str]:
    """The exit code, and the last line without its date."""
    done = repo.run("check", "--as-of", "2025-10-20", *options)
    return done.returncode, (done.stdout.splitlines() or [done.stderr.strip()])[-1].removeprefix("As of 2025-10-20: ")


def test_what_is_a_little_late_may_pass(late: Repo) -> None:
    assert check(late) == (1, "3 overdue action items")
    assert check(late, "--grace", "3d") == (1, "2 overdue action items")
    assert check(late, "--grace", "5d") == (1, "1 overdue action item")
    assert check(late, "--grace", "1w1d") == (0, "nothing to complain about")
    assert "and 1 within the grace of 3 days" in late.run("check", "--as-of", "2025-10-20", "--grace", "3d").stdout


def test_the_late_are_counted_by_owner(late: Repo) -> None:
    assert "  by owner: @platform 2, @qa 1\n" in late.run("check", "--as-of", "2025-10-20").stdout


def test_severities_narrow_what_is_overdue(late: Repo) -> None:
    assert check(late, "--severity", "P1") == (1, "1 overdue action item")
    assert check(late, "--severity", "P1, P2") == (1, "3 overdue action items")
    assert check(late, "--severity", "P3") == (0, "nothing to complain about")


def test_what_does_not_fail_is_told_all_the_same(late: Repo) -> None:
    assert check(late, "--fail-on", "invalid,stale") == (
        0, "3 overdue action items (overdue-action: shown, not failed on)"
    )  # fmt: skip
    late.write(PIR, review(severity="P9"))
    assert check(late, "--fail-on", "stale,overdue-review")[0] == 0
    assert check(late, "--fail-on", "invalid")[0] == 1


@pytest.mark.parametrize(
    ("option", "value", "complaint"),
    [
        ("--grace", "3", "`3` is not a number of days; write --grace 3d or 1w"),
        ("--grace", "36h", "`36h` is not a number of days; write --grace 3d or 1w"),
        ("--severity", "P7", "`P7` is no severity; use P1, P2, P3, P4"),
        ("--fail-on", "late", "`late` is no kind of failure; use invalid, stale, overdue-review, overdue-action, "
                              "expired-ignore, broken-evidence"),
        ("--touched-since", "nothing", "`nothing` is not a revision that git knows; fetch it first"),
        ("--touched-since", "--all", "`--all` is not a revision that git knows; fetch it first"),
    ],
)  # fmt: skip
def test_options_that_make_no_sense(late: Repo, option: str, value: str, complaint: str) -> None:
    assert check(late, option, value) == (2, f"pirgen: {complaint}")


def test_a_branch_does_not_answer_for_the_work_of_others(late: Repo) -> None:
    late.git("checkout", "--quiet", "-b", "work")
    assert check(late, "--touched-since", "main") == (0, "nothing to complain about")
    late.commit("2025-10-18", {"README.md": "x"})
    assert check(late, "--touched-since", "main") == (0, "nothing to complain about")
    late.write(PIR, (late.folder / PIR).read_text(encoding="utf-8") + "# seen\n")
    assert check(late, "--touched-since", "main") == (1, "1 overdue action item")
    late.commit("2025-10-19", {})
    assert check(late, "--touched-since", "main") == (1, "1 overdue action item")


def test_a_branch_does_not_answer_for_faults_that_an_old_review_had_before(repo: Repo) -> None:
    old = review(rootcause="x", severity="P9", action_items=[item("AI-001", "Add tests", due="2025-11-01", owner="?")])
    repo.commit("2025-10-06", {PIR: old})
    repo.git("checkout", "--quiet", "-b", "work")
    repo.run("action", "done", "INC-001", "AI-001")
    repo.commit("2025-10-07", {})
    assert repo.run("lint", "--since", "main").returncode == 0
    assert check(repo, "--touched-since", "main") == (0, "nothing to complain about")
    assert check(repo)[0] == 1
    repo.commit("2025-10-08", {PIR: (repo.folder / PIR).read_text(encoding="utf-8").replace("2025-11-01", "soon")})
    done = repo.run("check", "--as-of", "2025-10-20", "--touched-since", "main")
    assert done.returncode == 1
    assert done.stdout.count("error[") == 1
    assert "`due` cannot be `soon`" in done.stdout


def test_what_main_did_meanwhile_is_not_the_branchs(late: Repo) -> None:
    late.git("checkout", "--quiet", "-b", "work")
    late.commit("2025-10-07", {"README.md": "x"})
    late.git("checkout", "--quiet", "main")
    late.commit("2025-10-08", {PIR: review(severity="P9")})
    late.git("checkout", "--quiet", "work")
    late.git("merge", "--quiet", "main", when="2025-10-09T12:00:00Z")
    assert check(late, "--touched-since", "main") == (0, "nothing to complain about")
    assert check(late)[0] == 1


def test_a_branch_answers_for_what_it_breaks_in_files_of_others(late: Repo) -> None:
    related = review("INC-003", related=["INC-002"], action_items=[], no_action_items_reason="none")
    late.write("pir/INC-003.yaml", related)
    late.run("render")
    late.commit("2025-10-07", {})
    late.git("checkout", "--quiet", "-b", "work")
    late.commit("2025-10-08", {"pir/INC-002.yaml": None, "docs/ops/pir/INC-002.md": None})
    done = late.run("check", "--as-of", "2025-10-20", "--touched-since", "main")
    assert "pir/INC-003.yaml" in done.stdout
    assert "known-references" in done.stdout


def test_stale_pages_count_where_the_branch_touched_their_review(late: Repo) -> None:
    late.write("docs/ops/pir/INC-002.md", "---\ngenerated_by: pirgen\n---\nold\n")
    late.commit("2025-10-07", {})
    late.git("checkout", "--quiet", "-b", "work")
    late.commit("2025-10-08", {PIR: review(impact="Another impact")})
    done = late.run("check", "--as-of", "2025-10-10", "--touched-since", "main")
    assert "INC-001.md: stale" in done.stdout
    assert "INC-002.md" not in done.stdout


def test_a_shallow_clone_cannot_say_what_a_branch_touches(late: Repo, tmp_path: Path) -> None:
    late.git("checkout", "--quiet", "-b", "work")
    late.commit("2025-10-07", {"README.md": "x"})
    late.git("checkout", "--quiet", "main")
    late.commit("2025-10-08", {"NEWS.md": "x"})
    late.git("clone", "--quiet", "--depth=1", "--no-single-branch", f"file://{late.folder}", str(tmp_path / "shallow"))
    done = Cli(tmp_path / "shallow").run("check", "--touched-since", "origin/work", "--allow-shallow")
    assert done.returncode == 3
    assert "`origin/work` and HEAD have no common history here" in done.stderr


@pytest.mark.parametrize(("files", "code"), [
    ({"pirgen.yaml": "{}\n"}, 0),
    ({"pirgen.yaml": "{}\n", "pir/.gitkeep": ""}, 0),
    ({"pirgen.yaml": "{}\n", "pir/INC-001.md": "# a review"}, 2),
    ({"pirgen.yaml": "{}\n", "pir/INC-001.YAML": "incident_id: INC-001\n"}, 2),
    ({"README.md": "x"}, 2),
    ({"ops/pirgen.yaml": "{}\n", "ops/pir/INC-001.yaml": review()}, 2),
])  # fmt: skip
def test_nothing_read_is_no_success(repo: Repo, files: dict[str, str], code: int) -> None:
    repo.commit("2025-10-06", files)
    done = repo.run("check", "--as-of", "2025-12-01")
    assert done.returncode == code, done.stdout + done.stderr
    if code:
        assert "nothing to check in " in done.stderr
        assert "run this where pirgen.yaml is" in done.stderr
    if "pir/INC-001.md" in files:
        assert "pir/INC-001.md cannot be read as YAML reviews" in done.stderr
