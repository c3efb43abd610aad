"""Lint against history: only what is new, and what is staged."""

from __future__ import annotations

import json

from tests.support import Repo, item, review

LACKING = [item("AI-001", "Add metrics", due=None)]


def said(repo: Repo, *arguments: str) -> list[tuple[str, str]]:
    rows = json.loads(repo.run("lint", "--format", "json", *arguments).stdout)
    return [(row["file"], row["rule"]) for row in rows]


def test_since_shows_what_is_new_by_meaning(repo: Repo) -> None:
    repo.commit("2025-10-06", {"pir/INC-001.yaml": review(action_items=LACKING, severity="P9")})
    repo.commit("2025-10-07", {"pir/INC-001.yaml": None})
    moved = "# a line\n" + review(action_items=LACKING, severity="P8", impact="Other words")
    repo.write("pir/2025/INC-001.yaml", moved)
    repo.write("pir/INC-002.yaml", review("INC-002", action_items=LACKING))
    assert said(repo, "--since", "HEAD~1") == [
        ("pir/2025/INC-001.yaml", "schema"),
        ("pir/INC-002.yaml", "action-has-due"),
    ]
    assert said(repo, "--since", "HEAD~1", "pir/INC-002.yaml") == [("pir/INC-002.yaml", "action-has-due")]
    repo.commit("2025-10-08", {})
    assert said(repo, "--since", "HEAD") == []
    done = repo.run("lint", "--since", "HEAD")
    assert (done.returncode, done.stdout) == (0, "2 files checked: all good\n")
    assert done.stderr == "3 more were there at HEAD already; `pirgen lint` tells everything\n"
    done = repo.run("lint", "--since", "--output=x")
    assert done.returncode == 2
    assert "neither a date" in done.stderr


def test_a_second_finding_of_one_kind_is_new(repo: Repo) -> None:
    repo.commit("2025-10-06", {"pir/INC-001.yaml": review(lessons_learned=["TODO"])})
    repo.write("pir/INC-001.yaml", review(lessons_learned=["TODO", "TODO"]))
    assert said(repo, "--since", "HEAD") == [("pir/INC-001.yaml", "no-placeholder")]


def test_staged_is_the_index_and_not_the_worktree(repo: Repo) -> None:
    repo.commit("2025-10-06", {"pir/INC-001.yaml": review(), "pir/INC-003.yaml": review("INC-003")})
    repo.write("pir/INC-001.yaml", review(severity="P9"))
    repo.write("pir/ü [1].yaml", "incident_id: INC-002\nstatus: draft\n")
    repo.git("add", "pir")
    repo.write("pir/INC-001.yaml", review())
    repo.write("pir/INC-003.yaml", "a: b: c")
    assert said(repo, "--staged") == [("pir/INC-001.yaml", "schema"), ("pir/ü [1].yaml", "filename-matches-id")]
    assert said(repo, "--staged", "pir/INC-003.yaml") == []
    assert said(repo, "--staged", ".") == said(repo, "--staged", "pir") == said(repo, "--staged")
    assert {("pir/INC-003.yaml", "yaml"), ("pir/ü [1].yaml", "filename-matches-id")} <= {*said(repo)}
    assert repo.run("lint", "--staged", "--fix").returncode == 2


def test_a_project_in_a_sub_folder(repo: Repo) -> None:
    repo.commit("2025-10-06", {"team/pirgen.yaml": "{}", "team/pir/INC-001.yaml": review(severity="P9")})
    done = repo.run("-C", "team", "lint", "--since", "HEAD")
    assert (done.returncode, done.stdout) == (0, "1 file checked: all good\n")
    assert repo.run("-C", "team", "lint", "--staged").returncode == 1


def test_a_base_of_zeros_means_that_everything_is_new(repo: Repo) -> None:
    repo.commit("2025-10-06", {"pir/INC-001.yaml": review(severity="P9")})
    zeros = "0" * 40
    done = repo.run("lint", "--since", zeros)
    assert (done.returncode, "`severity` cannot be `P9`" in done.stdout) == (1, True)
    assert repo.run("check", "--touched-since", zeros, "--as-of", "2025-10-07").returncode == 1
    done = repo.run("history", "--since", zeros)
    assert (done.returncode, "name the branch that it left" in done.stderr) == (2, True)
