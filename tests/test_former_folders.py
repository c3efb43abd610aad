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
    project.write("ops/pirgen.yaml", "paths: {former_reviews: [pir]}\n")
    assert [line.split()[:2] for line in events(check(project.folder / "ops"))][:4] == [one.split() for one in BEFORE]


def test_of_a_stated_folder_the_files_that_left_it_count(project: Repo) -> None:
    settings = "paths: {former_reviews: [pir]}\n"
    project.commit("2025-10-09", {"ops/pirgen.yaml": settings, "ops/pir/INC-002.yaml": review("INC-002")})
    assert [*check(project.folder / "ops").incidents] == ["INC-002"]
    move(project, "2025-10-10", (PIR, f"ops/{PIR}"))
    told = [line.split()[:2] for line in events(check(project.folder / "ops")) if line.endswith(PIR)]
    assert told == [one.split() for one in BEFORE]


def test_names_of_folders_are_never_options_or_patterns(tmp_path: Path) -> None:
    repo = Repo(tmp_path / "repo")
    repo.commit("2025-10-06", {"-x [a]*/pir/INC-001.yaml": one()})
    repo.commit("2025-10-07", {"-x [a]*/pir/INC-001.yaml": one(due="2025-10-20")})
    repo.git("mv", "--", "-x [a]*", "--all")
    repo.commit("2025-10-08", {})
    assert [line.split()[:2] for line in events(check(repo.folder / "--all"))] == [
        ["10-06", "opened"], ["10-06", "opened"], ["10-06", "completed"], ["10-07", "due_moved"]
    ]  # fmt: skip
