"""A project that moved within its repository keeps its history."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pirgen.ledger import Ledger
from tests.support import Cli, Repo, item, review
from tests.test_checkpoint import check

PIR = "pir/INC-001.yaml"
LOG = "operational_audit/incidents/INC-001.yaml"


def one(**changes: object) -> str:
    return review(action_items=[item("AI-001", "Add metrics") | changes])


def events(ledger: Ledger) -> list[str]:
    return [f"{fact.at:%m-%d} {fact.event.split('_', 1)[1]} {fact.path}" for fact in ledger.facts]


def move(repo: Repo, when: str, *pairs: tuple[str, str]) -> str:
    for old, new in pairs:
        (repo.folder / new).parent.mkdir(parents=True, exist_ok=True)
        repo.git("mv", old, new)
    return repo.commit(when, {})


@pytest.fixture
def project(tmp_path: Path) -> Repo:
    """A project at the top of its repository, with a slip before it moves."""
    repo = Repo(tmp_path / "repo")
    repo.commit("2025-10-06", {PIR: one(), "pirgen.yaml": "", "README.md": "x"})
    repo.commit("2025-10-08", {PIR: one(due="2025-10-20")})
    return repo


BEFORE = ["10-06 opened", "10-06 opened", "10-06 completed", "10-08 due_moved"]


def test_a_project_that_moves_into_a_folder_and_on_keeps_its_history(project: Repo) -> None:
    move(project, "2025-10-10", ("pir", "ops/pir"), ("pirgen.yaml", "ops/pirgen.yaml"))
    project.commit("2025-10-11", {"ops/pir/INC-001.yaml": one(due="2025-10-20", status="done")})
    assert events(check(project.folder / "ops")) == [f"{one} {PIR}" for one in (*BEFORE, "10-11 closed")]
    move(project, "2025-10-12", ("ops", "teams/ops"))
    project.commit(
        "2025-10-13", {"pir/INC-001.yaml": review("INC-001", impact="Of another project"), "pirgen.yaml": ""}
    )
    told = check(project.folder / "teams/ops")
    assert events(told) == [f"{one} {PIR}" for one in (*BEFORE, "10-11 closed")]
    assert not told.left_out
    assert events(check(project.folder / "teams/ops", as_of="2025-10-09")) == [f"{one} {PIR}" for one in BEFORE]


def test_a_folder_that_is_renamed_within_the_project_keeps_its_history(project: Repo) -> None:
    (project.folder / "pirgen.yaml").write_text("paths: {reviews: [reviews/done]}\n", encoding="utf-8")
    move(project, "2025-10-10", ("pir", "reviews/done"))
    assert events(check(project.folder)) == [f"{one} reviews/done/INC-001.yaml" for one in BEFORE]


def test_a_file_that_is_edited_as_it_moves_changes_there(project: Repo) -> None:
    (project.folder / PIR).write_text(one(due="2025-10-20", status="done"), encoding="utf-8")
    move(project, "2025-10-10", ("pir", "ops/pir"))
    assert [line.split()[:2] for line in events(check(project.folder / "ops"))][-1] == ["10-10", "closed"]


def test_logs_move_too(project: Repo) -> None:
    log = '- {at: "2025-10-05T14:30:00Z", kind: declared, incident_id: INC-002, text: Down, severity: P1}\n'
    project.commit("2025-10-09", {LOG: log})
    move(project, "2025-10-10", ("pir", "ops/pir"), ("operational_audit", "ops/operational_audit"))
    project.commit("2025-10-11", {f"ops/{LOG}": None})
    assert check(project.folder / "ops").incidents["INC-002"].log


def test_a_folder_that_did_not_move_as_a_whole_is_named(project: Repo) -> None:
    project.commit("2025-10-09", {"pir/INC-002.yaml": review("INC-002")})
    commit = move(project, "2025-10-10", (PIR, f"ops/{PIR}"))
    (project.folder / "ops/pirgen.yaml").write_text("", encoding="utf-8")
    told = Cli(project.folder / "ops").run("history").stdout
    assert (
        f"{commit[:10]} moved files from pir/, which still has others, to pir/: what was before is left out; "
        "name that folder under `paths.former_reviews` to count it"
    ) in told
    for _ in range(2):
        left_out = json.loads(Cli(project.folder / "ops").run("report", "--export", "json").stdout)["left_out"]
        assert left_out == [{"folder": "pir", "former": "pir", "commit": commit}]
    project.commit("2025-10-11", {f"ops/{PIR}": one(status="done")})
    assert len(check(project.folder / "ops").left_out) == 1
    project.write("ops/pirgen.yaml", "paths: {former_reviews: [pir]}\n")
    told_now = check(project.folder / "ops")
    assert [line.split()[:2] for line in events(told_now)][:4] == [one.split() for one in BEFORE]
    assert not told_now.left_out


def test_of_a_stated_folder_the_files_that_left_it_count(project: Repo) -> None:
    settings = "paths: {former_reviews: [pir]}\n"
    project.commit("2025-10-09", {"ops/pirgen.yaml": settings, "ops/pir/INC-002.yaml": review("INC-002")})
    assert [*check(project.folder / "ops").incidents] == ["INC-002"]
    move(project, "2025-10-10", (PIR, f"ops/{PIR}"))
    told = [line.split()[:2] for line in events(check(project.folder / "ops")) if line.endswith(PIR)]
    assert told == [one.split() for one in BEFORE]
    assert not check(project.folder / "ops", "HEAD").shadowed


def test_names_of_folders_are_never_options_or_patterns(tmp_path: Path) -> None:
    repo = Repo(tmp_path / "repo")
    repo.commit("2025-10-06", {"-x [a]*/pir/INC-001.yaml": one()})
    repo.commit("2025-10-07", {"-x [a]*/pir/INC-001.yaml": one(due="2025-10-20")})
    repo.git("mv", "--", "-x [a]*", "--all")
    repo.commit("2025-10-08", {})
    assert [line.split()[:2] for line in events(check(repo.folder / "--all"))] == [
        ["10-06", "opened"], ["10-06", "opened"], ["10-06", "completed"], ["10-07", "due_moved"]
    ]  # fmt: skip


BROKEN = "a: b: c\n"


def test_files_that_come_to_an_empty_folder_bring_their_history_also_after_what_was_kept(tmp_path: Path) -> None:
    repo = Repo(tmp_path)
    repo.commit("2025-10-06", {"notes/INC-001.yaml": one()})
    repo.commit("2025-10-08", {"notes/INC-001.yaml": one(due="2025-10-20")})
    assert not check(tmp_path).facts
    move(repo, "2025-10-10", ("notes", "pir"))
    assert events(check(tmp_path)) == [f"{one} {PIR}" for one in BEFORE]


def test_a_move_between_two_folders_of_the_project_counts_once(project: Repo) -> None:
    project.commit("2025-10-09", {PIR: BROKEN, "pirgen.yaml": "paths: {reviews: [pir, reviews]}\n"})
    project.commit("2025-10-10", {PIR: one(due="2025-10-20")})
    check(project.folder)
    move(project, "2025-10-11", ("pir", "reviews"))
    for as_of in (None, "2025-10-10"):
        told = check(project.folder, as_of)
        assert events(told) == [f"{one} {PIR}" for one in BEFORE]
        assert len(told.unreadable) == 1
        assert not told.shadowed


@pytest.mark.parametrize(
    ("old", "new", "reviews"),
    [("pir", "pir/reviews", "pir/reviews"), ("pir", "reviews/2025", "reviews"), ("pir/2025", "reviews", "reviews")],
    ids=["into itself", "deeper", "higher"],
)
def test_a_move_to_another_depth_keeps_the_history(tmp_path: Path, old: str, new: str, reviews: str) -> None:
    repo = Repo(tmp_path)
    repo.commit("2025-10-06", {f"{old}/INC-001.yaml": one(), "pirgen.yaml": f"paths: {{reviews: [{reviews}]}}\n"})
    repo.commit("2025-10-08", {f"{old}/INC-001.yaml": one(due="2025-10-20")})
    move(repo, "2025-10-10", (f"{old}/INC-001.yaml", f"{new}/INC-001.yaml"))
    for as_of in (None, "HEAD"):
        told = check(tmp_path, as_of)
        assert [line.split()[:2] for line in events(told)] == [one.split() for one in BEFORE]
        assert not told.left_out
        assert not told.shadowed


def test_logs_that_move_into_a_folder_of_theirs_count_once(tmp_path: Path) -> None:
    repo = Repo(tmp_path)
    log = '- {at: "2025-10-05T14:30:00Z", kind: declared, incident_id: INC-002, text: Down, severity: P1}\n'
    repo.commit("2025-10-06", {"logs/INC-002.yaml": log, "pirgen.yaml": "paths: {incidents: [logs/now]}\n"})
    move(repo, "2025-10-10", ("logs/INC-002.yaml", "logs/now/INC-002.yaml"))
    told = check(tmp_path, "HEAD")
    assert events(told) == ["10-06 opened logs/now/INC-002.yaml"]
    assert not told.shadowed


def test_folders_that_become_one_keep_their_histories_whatever_their_files_are_called(tmp_path: Path) -> None:
    repo = Repo(tmp_path)
    repo.commit("2025-10-06", {".a/1.yaml": one(), "b/1.yaml": review("INC-002"), "docs/README.md": "x"})
    repo.commit("2025-10-08", {".a/1.yaml": one(due="2025-10-20"), "b/1.yaml": review("INC-002", status="draft")})
    move(
        repo, "2025-10-10", (".a/1.yaml", "pir/1.yaml"), ("b/1.yaml", "pir/2.yaml"), ("docs/README.md", "pir/README.md")
    )
    told = check(tmp_path)
    assert [(fact.incident_id, f"{fact.at:%m-%d}", fact.event) for fact in told.facts if fact.at.day > 6] == [
        ("INC-001", "10-08", "action_due_moved"), ("INC-002", "10-08", "review_reopened")
    ]  # fmt: skip
    assert not told.left_out
    assert not told.shadowed


def test_a_file_that_is_no_review_does_not_begin_a_folder(project: Repo) -> None:
    project.commit("2025-10-09", {"ops/pir/README.md": "Reviews", "ops/pirgen.yaml": ""})
    move(project, "2025-10-10", (PIR, f"ops/{PIR}"))
    assert events(check(project.folder / "ops")) == [f"{one} {PIR}" for one in BEFORE]


def test_what_goes_back_to_a_stated_folder_is_no_longer_the_projects(project: Repo) -> None:
    settings = "paths: {former_reviews: [pir]}\n"
    project.commit("2025-10-09", {"ops/pirgen.yaml": settings, "ops/pir/INC-002.yaml": review("INC-002")})
    check(project.folder / "ops")
    move(project, "2025-10-10", (PIR, f"ops/{PIR}"))
    check(project.folder / "ops")
    move(project, "2025-10-11", (f"ops/{PIR}", PIR))
    assert events(check(project.folder / "ops"))[-1] == f"10-11 deleted {PIR}"
    project.commit("2025-10-12", {PIR: None})
    assert events(check(project.folder / "ops"))[-1].startswith("10-12 deleted")


def test_files_of_one_name_in_two_stated_folders_are_two_files(tmp_path: Path) -> None:
    repo = Repo(tmp_path)
    repo.commit("2025-10-06", {"a/1.yaml": one(), "b/1.yaml": review("INC-002"), "a/c/1.yaml": BROKEN})
    repo.commit("2025-10-08", {"a/1.yaml": one(due="2025-10-20"), "b/1.yaml": review("INC-002", status="draft")})
    repo.commit(
        "2025-10-09", {"pir/3.yaml": review("INC-003"), "pirgen.yaml": "paths: {former_reviews: [a, b, a/c]}\n"}
    )
    move(repo, "2025-10-10", ("a/1.yaml", "pir/1.yaml"), ("b/1.yaml", "pir/2.yaml"), ("a/c", "c"))
    told = check(tmp_path)
    assert not told.shadowed
    assert len(told.unreadable) == 1
    assert [f"{fact.at:%m-%d} {fact.incident_id} {fact.event}" for fact in told.facts if 6 < fact.at.day < 9] == [
        "10-08 INC-001 action_due_moved", "10-08 INC-002 review_reopened"
    ]  # fmt: skip


def test_a_folder_and_one_in_it_that_become_one_count_once(tmp_path: Path) -> None:
    repo = Repo(tmp_path)
    repo.commit("2025-10-05", {"z/2.yaml": review("INC-002"), "ci/a.yaml": "x: 1\n"})
    repo.commit("2025-10-06", {"old/1.yaml": one()})
    move(repo, "2025-10-07", ("z", "old/more"))
    draft = review("INC-002", status="draft")
    repo.commit("2025-10-08", {"old/1.yaml": one(due="2025-10-20"), "old/more/2.yaml": draft})
    pairs = ("old/1.yaml", "pir/1.yaml"), ("old/more/2.yaml", "pir/2.yaml"), ("ci/a.yaml", "ci/b.yaml")
    move(repo, "2025-10-10", *pairs)
    told = check(tmp_path)
    assert [(fact.incident_id, f"{fact.at:%m-%d}", fact.event) for fact in told.facts if fact.at.day > 6] == [
        ("INC-001", "10-08", "action_due_moved"), ("INC-002", "10-08", "review_reopened")
    ]  # fmt: skip
    assert {fact.incident_id: fact.at.day for fact in told.facts if fact.event == "review_opened"} == {
        "INC-001": 6, "INC-002": 5
    }  # fmt: skip
    assert not told.left_out
    assert not told.shadowed


def test_of_two_folders_that_become_one_that_which_still_has_files_is_left_out(tmp_path: Path) -> None:
    repo = Repo(tmp_path)
    repo.commit("2025-10-06", {"a/1.yaml": one(), "bb/2.yaml": review("INC-002"), "bb/3.yaml": review("INC-003")})
    repo.commit("2025-10-08", {"a/1.yaml": one(due="2025-10-20")})
    move(repo, "2025-10-10", ("a/1.yaml", "pir/1.yaml"), ("bb/2.yaml", "pir/2.yaml"))
    told = check(tmp_path)
    assert [one.former for one in told.left_out] == ["bb"]
    opened = {fact.incident_id: fact.at.day for fact in told.facts if fact.event == "review_opened"}
    assert opened == {"INC-001": 6, "INC-002": 10}


def test_a_folder_from_which_only_other_files_came_is_none_of_its_former_ones(tmp_path: Path) -> None:
    repo = Repo(tmp_path)
    readme = "".join(f"Line {number}\n" for number in range(20))
    repo.commit("2025-10-06", {"a/1.yaml": one(), "docs/9.yaml": review("INC-009"), "docs/README.md": readme})
    repo.commit("2025-10-08", {"docs/9.yaml": None})
    move(repo, "2025-10-10", ("a/1.yaml", "pir/1.yaml"), ("docs/README.md", "pir/README.md"))
    assert [*check(tmp_path).incidents] == ["INC-001"]


def test_folders_of_years_that_move_together_are_one_folder(tmp_path: Path) -> None:
    repo = Repo(tmp_path)
    repo.commit("2025-10-06", {"a/2024/1.yaml": one(), "a/2025/2.yaml": review("INC-002", impact="Other words")})
    (tmp_path / "pir").mkdir()
    move(repo, "2025-10-10", ("a/2024", "pir/2024"), ("a/2025", "pir/2025"))
    assert {fact.path for fact in check(tmp_path).facts} == {"pir/2024/1.yaml", "pir/2025/2.yaml"}


def test_what_stood_in_todays_folder_within_a_stated_one_counts_once(tmp_path: Path) -> None:
    repo = Repo(tmp_path)
    settings = "paths: {reviews: [pir/done], former_reviews: [pir]}\n"
    repo.commit("2025-10-06", {"pirgen.yaml": settings, PIR: one(), "pir/done/2.yaml": review("INC-002")})
    repo.commit("2025-10-07", {"pir/done/2.yaml": BROKEN})
    move(repo, "2025-10-08", (PIR, "pir/done/1.yaml"))
    repo.commit("2025-10-09", {"pir/done/2.yaml": None})
    told = check(tmp_path)
    assert [fact.incident_id for fact in told.facts if fact.event == "review_opened"] == ["INC-001", "INC-002"]
    assert {fact.path for fact in told.facts} == {"pir/done/2.yaml", "pir/done/pir/INC-001.yaml"}
    assert len(told.unreadable) == 1
