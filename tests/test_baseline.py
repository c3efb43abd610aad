"""The baseline: what was wrong there is told and fails nothing, what is new since then fails."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.support import Cli, Repo, item, review

PIR = "pir/INC-001.yaml"
OLD = review(
    rootcause="x",
    severity="P9",
    lessons_learned=["TODO"],
    action_items=[item("AI-001", "Add metrics", due="2025-10-08"), item("AI-002", "Add alerts", due="2025-12-01")],
)


@pytest.fixture
def adopted(repo: Repo) -> Repo:
    """A project that took its baseline on 20 October, with an invalid review and an overdue item."""
    repo.commit("2025-10-20", {PIR: OLD})
    repo.git("tag", "adopted")
    repo.commit("2025-10-21", {"pirgen.yaml": "baseline: adopted\n"})
    return repo


def check(repo: Cli, *options: str, day: str = "2025-11-01") -> tuple[int, str]:
    """The exit code, and all that is said."""
    done = repo.run("check", "--as-of", day, *options)
    return done.returncode, done.stdout + done.stderr


def test_what_was_wrong_at_the_baseline_is_told_and_fails_nothing(adopted: Repo) -> None:
    code, said = check(adopted)
    assert code == 0, said
    assert "3 more were there at the baseline `adopted` already; `pirgen lint` tells everything" in said
    assert "Overdue reviews: none\n" in said
    assert "Overdue reviews that were so before, and are not failed on: 1\n" in said
    assert "Overdue action items that were so before, and are not failed on: 1\n" in said
    assert "As of 2025-11-01: nothing to complain about" in said
    done = adopted.run("lint")
    assert (done.returncode, done.stdout.count("error[")) == (1, 3)
    done = adopted.run("lint", "--since", "baseline")
    assert (done.returncode, done.stdout) == (0, "1 file checked: all good\n")


def test_a_project_that_was_set_up_later_names_its_folders_for_the_baseline_too(repo: Repo) -> None:
    before = repo.commit("2025-10-20", {"docs/reviews/INC-001.yaml": OLD})
    repo.commit("2025-10-21", {"pirgen.yaml": f"paths: {{reviews: [docs/reviews]}}\nbaseline: {before}\n"})
    code, said = check(repo)
    assert code == 0, said
    assert "3 more were there at the baseline" in said
    repo.commit("2025-10-22", {"docs/reviews/INC-001.yaml": OLD.replace("2025-12-01", "soon")})
    assert check(repo)[0] == 1


def test_a_new_fault_in_an_old_file_fails(adopted: Repo) -> None:
    adopted.commit("2025-10-22", {PIR: OLD.replace("2025-12-01", "soon")})
    code, said = check(adopted)
    assert code == 1
    assert said.count("error[") == 1
    assert "`due` cannot be `soon`" in said
    done = adopted.run("lint", "--since", "baseline", PIR)
    assert (done.returncode, done.stdout.count("error[")) == (1, 1)


def test_what_becomes_overdue_after_the_baseline_fails(adopted: Repo) -> None:
    code, said = check(adopted, day="2025-12-02")
    assert (code, "As of 2025-12-02: 1 overdue action item\n" in said) == (1, True)
    adopted.commit("2025-10-22", {PIR: OLD.replace("2025-10-08", "2025-10-30")})
    code, said = check(adopted)
    assert (code, "As of 2025-11-01: 1 overdue action item\n" in said) == (1, True), "a new day is a new promise"
    adopted.commit("2025-10-23", {PIR: OLD.replace("2025-10-08", "2025-10-07")})
    assert check(adopted)[0] == 0


def test_an_ignore_fails_where_it_expires_after_the_baseline(repo: Repo) -> None:
    text = review(lessons_learned=["TODO"]).replace("- TODO", "- TODO # pirgen: ignore[no-placeholder] x until {}")
    repo.commit("2025-10-20", {PIR: text.format("2025-10-10"), "pir/INC-002.yaml": review("INC-002")})
    repo.git("tag", "adopted")
    repo.write("pirgen.yaml", "baseline: adopted\n")
    code, said = check(repo, "--fail-on", "expired-ignore")
    assert (code, "Expired ignores that were so before, and are not failed on: 1\n" in said) == (0, True)
    repo.commit("2025-10-21", {PIR: text.format("2025-10-22")})
    assert check(repo, "--fail-on", "expired-ignore")[0] == 1


def test_a_pull_request_is_not_held_to_the_baseline_either(adopted: Repo) -> None:
    adopted.git("checkout", "--quiet", "-b", "work")
    adopted.run("action", "done", "INC-001", "AI-002")
    adopted.commit("2025-10-22", {})
    assert check(adopted, "--touched-since", "main")[0] == 0
    assert check(adopted, "--touched-since", "0" * 40)[0] == 0, "a new branch, of which everything is new"


def test_plain_lint_needs_no_repository(cli: Cli) -> None:
    cli.write("pirgen.yaml", "baseline: v1\n")
    cli.write(PIR, review())
    assert cli.run("lint").returncode == 0
    assert cli.run("lint", "--since", "baseline").returncode == 2


def test_without_a_baseline_nothing_is_left_out(cli: Cli) -> None:
    cli.write(PIR, review(severity="P9"))
    assert cli.run("lint", "--since", "baseline").returncode == 1


def test_a_baseline_that_this_clone_lacks_is_missing_history(adopted: Repo, tmp_path: Path) -> None:
    adopted.git("clone", "--quiet", "--depth=1", "--no-tags", f"file://{adopted.folder}", str(tmp_path / "shallow"))
    shallow = Cli(tmp_path / "shallow")
    for words in (("check",), ("check", "--allow-shallow"), ("lint", "--since", "baseline")):
        done = shallow.run(*words)
        assert done.returncode == 3
        assert "the baseline of pirgen.yaml: `adopted` is not in this shallow clone" in done.stderr
        assert "fetch-depth 0" in done.stderr
        assert done.stdout.count("error[") == 3, "what is found is told all the same"
    assert shallow.run("lint").returncode == 1
    adopted.git("tag", "--delete", "adopted")
    code, said = check(adopted)
    assert code == 3
    assert "`adopted` is not in this repository; fetch it, as with `git fetch --tags`" in said


@pytest.mark.parametrize("name", ["main", "HEAD", "HEAD~1", "origin/x"])
def test_a_baseline_that_moves_would_never_fail_and_is_refused(adopted: Repo, name: str) -> None:
    adopted.git("update-ref", "refs/remotes/origin/x", "HEAD")
    adopted.write("pirgen.yaml", f"baseline: {name}\n")
    code, said = check(adopted)
    assert (code, f"`{name}` moves as commits are added; name a tag" in said) == (2, True)
    assert adopted.run("lint", "--since", "baseline").returncode == 2


def test_a_baseline_may_be_a_commit(adopted: Repo) -> None:
    for name in (adopted.git("rev-parse", "adopted"), adopted.git("rev-parse", "--short=9", "adopted").upper()):
        adopted.write("pirgen.yaml", f"baseline: '{name}'\n")
        assert check(adopted)[0] == 0
    adopted.git("tag", "--annotate", "v1", "adopted", "--message=x")
    for name in ("v1", "refs/tags/v1"):
        adopted.write("pirgen.yaml", f"baseline: {name}\n")
        assert check(adopted)[0] == 0


@pytest.mark.parametrize("name", ["--all", "'a b'", "12345678", '"\\x1b"'])
def test_what_can_be_no_baseline_is_told_at_its_line(adopted: Repo, name: str) -> None:
    adopted.write("pirgen.yaml", f"baseline: {name}\n")
    code, said = check(adopted)
    assert (code, said.startswith("pirgen: pirgen.yaml:1:11: `baseline` ")) == (2, True), said


def test_programs_are_told_what_fails_as_errors(adopted: Repo) -> None:
    done = adopted.run("check", "--as-of", "2025-12-02", "--format", "json")
    told = [(row["rule"], row["severity"], row["line"]) for row in json.loads(done.stdout)]
    assert [rule for rule, severity, _ in told if severity == "error"] == ["overdue-action"]
    assert sorted(rule for rule, severity, _ in told if severity == "warning") == ["overdue-action", "overdue-review"]
    lines = (adopted.folder / PIR).read_text(encoding="utf-8").splitlines()
    assert {lines[line - 1].strip() for rule, _, line in told if rule == "overdue-action"} == {
        "due: '2025-10-08'", "due: '2025-12-01'",
    }  # fmt: skip
