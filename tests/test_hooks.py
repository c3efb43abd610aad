"""The hooks, by the real pre-commit and prek, from this repository as it stands, in a repository of their own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support import ROOT, Repo, review

PAGE = "docs/ops/pir/INC-001.md"


@pytest.fixture(scope="module")
def hooks(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """This project as a repository with one commit, and that commit."""
    copy = Repo(tmp_path_factory.mktemp("hooks") / "pirgen")
    shown = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    for name in filter(None, shown.stdout.split("\0")):
        if (ROOT / name).is_file() and not name.startswith(("tests/", "docs/")):
            (copy.folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, copy.folder / name)
    return copy.folder, copy.commit("2025-10-01", {})


class Hooked(Repo):
    """A repository whose commits go through the hooks."""

    def use(self, program: str, folder: Path, revision: str) -> None:
        """Install the hooks, which the program takes from a repository."""
        self.write(
            ".pre-commit-config.yaml",
            f"repos:\n  - repo: {folder.as_uri()}\n    rev: {revision}\n"
            "    hooks: [{id: pirgen-lint}, {id: pirgen-render, args: []}]\n",
        )
        install = [str(Path(sys.executable).with_name(program)), "install"]
        subprocess.run(install, cwd=self.folder, check=True, capture_output=True)

    def put(self, name: str, text: str) -> None:
        """Write a file and stage it."""
        self.write(name, text)
        self.git("add", "--", name)

    def save(self, *options: str) -> tuple[bool, str]:
        """Whether a commit of what is staged passed the hooks, and what they said."""
        environment = {**os.environ, "GIT_AUTHOR_DATE": "2025-10-06T12:00:00Z"}
        command = ["git", "commit", "--message", "x", *options]
        done = subprocess.run(command, cwd=self.folder, env=environment, capture_output=True, text=True)
        assert "Traceback" not in done.stderr
        return done.returncode == 0, done.stderr + done.stdout

    def page(self, where: str) -> str:
        """The page in the worktree, the index (an empty text) or a commit; empty where there is none."""
        if where == "worktree":
            path = self.folder / PAGE
            return path.read_text(encoding="utf-8") if path.exists() else ""
        done = subprocess.run(["git", "show", f"{where}:{PAGE}"], cwd=self.folder, capture_output=True, text=True)
        return done.stdout


@pytest.fixture(params=["pre-commit", "prek"])
def hooked(
    request: pytest.FixtureRequest, tmp_path: Path, hooks: tuple[Path, str], monkeypatch: pytest.MonkeyPatch
) -> Hooked:
    """A repository with the hooks installed by one of the programs, and no page yet."""
    folder, commit = hooks
    for name in ("PRE_COMMIT_HOME", "PREK_HOME"):
        monkeypatch.setenv(name, str(folder.parent / name))
    monkeypatch.setenv("GIT_ALLOW_PROTOCOL", "file")
    repo = Hooked(tmp_path / "repo")
    repo.use(request.param, folder, commit)
    return repo


@pytest.fixture
def adding(hooked: Hooked) -> Hooked:
    """The same, where the hook adds pages."""
    config = hooked.folder / ".pre-commit-config.yaml"
    config.write_text(config.read_text(encoding="utf-8").replace("args: []", "args: [--add]"), encoding="utf-8")
    hooked.git("add", ".pre-commit-config.yaml")
    return hooked


def test_a_bad_review_stops_the_commit_and_a_good_one_needs_its_page(hooked: Hooked) -> None:
    repo = hooked
    repo.git("add", ".")
    repo.put("pir/INC-001.yaml", review(severity="P5"))
    passed, said = repo.save()
    assert not passed
    assert "pir/INC-001.yaml:2:11" in said
    assert "`severity` cannot be `P5`" in said

    repo.put("pir/INC-001.yaml", review())
    for _ in ("the first try", "the second, without adding the page"):
        passed, said = repo.save()
        assert not passed
        assert f"{PAGE}: missing" in said
        assert repo.page("worktree") == ""
    repo.run("render")
    assert not repo.save()[0], "the page is in the worktree, not in the index"
    repo.git("add", "docs")
    assert repo.save()[0]
    assert repo.page("HEAD")

    repo.put("pir/INC-001.yaml", review(impact="All of it"))
    assert f"{PAGE}: stale" in repo.save()[1]
    repo.run("render")
    repo.git("add", "docs")
    assert repo.save()[0]

    repo.git("rm", "--quiet", "pir/INC-001.yaml")
    assert f"{PAGE}: orphaned" in repo.save()[1]
    repo.git("rm", "--quiet", PAGE)
    assert repo.save()[0]


def test_what_is_not_staged_or_was_wrong_before_stops_nobody(hooked: Hooked) -> None:
    repo = hooked
    repo.git("add", ".")
    repo.put("pir/INC-002.yaml", review("INC-002", severity="P9"))
    assert repo.save("--no-verify")[0]
    repo.write("pir/INC-003.yaml", "incident_id: INC-003\nseverity: P1\n")
    repo.write("pir/INC-004.yaml", review("INC-004"))
    repo.put("README.md", "x")
    passed, said = repo.save()
    assert passed, said
    repo.put("pir/INC-002.yaml", review("INC-002", severity="P9", lessons_learned=["TODO"]))
    passed, said = repo.save()
    assert not passed, "what is new in an old file still fails"
    assert "P9" not in said


def test_a_deletion_or_a_rename_is_seen(hooked: Hooked) -> None:
    repo = hooked
    repo.write("pirgen.yaml", "rules: {known-references: error}\n")
    repo.write("pir/INC-001.yaml", review())
    repo.write("pir/INC-002.yaml", review("INC-002", related=["INC-001"]))
    repo.run("render")
    repo.git("add", ".")
    assert repo.save()[0]
    repo.git("rm", "--quiet", "pir/INC-001.yaml", PAGE)
    passed, said = repo.save()
    assert not passed
    assert "pir/INC-002.yaml:" in said
    assert "there is no incident `INC-001` here" in said
    repo.git("reset", "--quiet", "--hard")
    repo.git("mv", "pir/INC-001.yaml", "pir/old.yaml")
    passed, said = repo.save()
    assert not passed
    assert "filename-matches-id" in said
    repo.git("reset", "--quiet", "--hard")
    (repo.folder / "pir/2025").mkdir()
    repo.git("mv", "pir/INC-001.yaml", "pir/2025/INC-001.yaml")
    assert f"{PAGE}: stale" in repo.save()[1]


def test_a_new_page_is_added_at_once(adding: Hooked) -> None:
    repo = adding
    repo.put("pir/INC-001.yaml", review())
    passed, said = repo.save()
    assert passed, said
    assert repo.page("HEAD") == repo.page("worktree") != ""
    assert repo.git("status", "--porcelain") == ""


def test_a_changed_page_is_added_and_its_file_is_left_alone(adding: Hooked) -> None:
    repo = adding
    repo.put("pir/INC-001.yaml", review())
    assert repo.save()[0]
    before = repo.page("HEAD")
    repo.put("pir/INC-001.yaml", review(impact="All of it"))
    passed, said = repo.save()
    assert not passed, "the program says that the index has changed"
    assert f"{PAGE}: updated" in said
    assert repo.save()[0]
    assert "All of it" in repo.page("HEAD")
    assert repo.page("worktree") == before
    repo.run("render")
    assert repo.git("status", "--porcelain") == ""


def test_unstaged_changes_of_a_review_and_its_page_stay(adding: Hooked) -> None:
    repo = adding
    repo.put("pir/INC-001.yaml", review())
    assert repo.save()[0]
    repo.put("pir/INC-001.yaml", review(impact="The staged words"))
    repo.write("pir/INC-001.yaml", review(impact="The words of later"))
    repo.run("render")
    repo.write("README.md", "untracked")
    mine = repo.page("worktree")
    tries = [repo.save(), repo.save()]
    for _, said in tries:
        assert "conflict" not in said.lower(), said
        assert "The words of later" in (repo.folder / "pir/INC-001.yaml").read_text(encoding="utf-8")
        assert repo.page("worktree") == mine
    assert tries[-1][0]
    assert "The staged words" in repo.page("HEAD")


def test_a_deleted_review_takes_its_page_along(adding: Hooked) -> None:
    repo = adding
    repo.put("pir/INC-001.yaml", review())
    assert repo.save()[0]
    repo.git("rm", "--quiet", "pir/INC-001.yaml")
    assert repo.save()[0]
    assert repo.page("HEAD") == ""
    assert repo.page("worktree"), "for `pirgen render` to remove"


def test_projects_in_folders_share_the_hooks(hooked: Hooked) -> None:
    repo = hooked
    for name in ("ops", "web/eu"):
        repo.write(f"{name}/pirgen.yaml", "{}")
        repo.write(f"{name}/pir/INC-001.yaml", review())
    repo.run("render")
    repo.git("add", ".")
    passed, said = repo.save()
    assert passed, said
    repo.put("web/eu/pir/INC-001.yaml", review(severity="P9", impact="All of it"))
    repo.put("ops/pir/INC-001.yaml", review(impact="All of it"))
    passed, said = repo.save()
    assert not passed
    assert "web/eu/pir/INC-001.yaml:2:11" in said
    assert f"ops/{PAGE}: stale" in said
    assert f"web/eu/{PAGE}: stale" not in said, "it has no page before it is valid"


def test_the_manifest_is_sound() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pre_commit", "validate-manifest", ".pre-commit-hooks.yaml"],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout
