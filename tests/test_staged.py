"""render --staged: git's index alone is judged, and --add writes it alone. The hooks that people write by hand."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tests.support import Repo, review

PAGE = "docs/ops/pir/INC-001.md"
STAGE_THEM = "`git add` what `pirgen render` writes, or run `pirgen render --staged --add`"


def staged(repo: Repo, *options: str) -> tuple[int, str]:
    done = repo.run("render", "--staged", *options)
    return done.returncode, done.stdout or done.stderr


def kept(repo: Repo) -> str:
    """The page in the index."""
    return repo.git("show", f":{PAGE}") + "\n"


@pytest.fixture
def paged(repo: Repo) -> Repo:
    """One review with its page, committed."""
    repo.write("pir/INC-001.yaml", review())
    repo.run("render")
    repo.commit("2025-10-06", {})
    return repo


def test_the_index_alone_is_judged(repo: Repo) -> None:
    assert staged(repo) == (0, "0 pages: all current\n")
    repo.write("pir/INC-001.yaml", review())
    assert staged(repo) == (0, "0 pages: all current\n"), "nothing is staged"
    repo.git("add", ".")
    assert staged(repo) == (1, f"{PAGE}: missing\n1 page: {STAGE_THEM}\n")
    repo.run("render")
    assert staged(repo)[0] == 1
    repo.git("add", ".")
    assert staged(repo) == (0, "1 page: all current\n")
    repo.write("pir/INC-001.yaml", review(impact="All of it"))
    repo.write("pir/INC-002.yaml", "a: b: c")
    repo.write(PAGE, "by hand")
    assert staged(repo) == (0, "1 page: all current\n")
    repo.git("add", "pir/INC-001.yaml")
    assert staged(repo) == (1, f"{PAGE}: stale\n1 page: {STAGE_THEM}\n")


def test_a_review_that_is_not_valid_is_lints(paged: Repo) -> None:
    paged.write("pir/INC-001.yaml", review(severity="P9"))
    paged.write("pir/INC-002.yaml", review("INC-002"))
    paged.git("add", ".")
    told = "docs/ops/pir/INC-002.md: missing\npir/INC-001.yaml: not valid, see `pirgen lint`\n"
    assert staged(paged) == (1, f"{told}1 page: {STAGE_THEM}\n")
    assert staged(paged, "--add")[0] == 0
    assert staged(paged)[0] == 0
    assert kept(paged), "its old page stays"


def test_configuration_templates_and_pages_are_those_of_the_index(paged: Repo) -> None:
    own = '{% extends "pirgen/review.md.j2" %}\n{% block timeline %}{% include "part.j2" %}{% endblock %}\n'
    paged.write("pirgen.yaml", "templates: own\npaths: {pages: pages, reviews: [pir]}\n")
    paged.write("own/review.md.j2", own)
    paged.write("own/part.j2", "Ours\n")
    assert staged(paged) == (0, "1 page: all current\n")
    paged.git("add", ".")
    (paged.folder / "own/part.j2").write_text("Theirs\n")
    (paged.folder / "pirgen.yaml").unlink()
    assert staged(paged, "--add") == (
        0,
        "pages/INC-001.md: written\n1 page: 1 changed in git's index; `pirgen render` does the same to the files\n",
    )
    assert "\nOurs\n" in paged.git("show", ":pages/INC-001.md")
    paged.write("own/part.j2", "{{ nothing }}")
    paged.write("own/review.md.j2", own.replace("part.j2", "../../secret.j2"))
    paged.git("add", "own/review.md.j2")
    assert "there is no template `../../secret.j2`" in staged(paged)[1]
    paged.write("own/review.md.j2", b"\xff")
    paged.git("add", "own/review.md.j2")
    assert staged(paged) == (2, "pirgen: own/review.md.j2:1: it is not UTF-8: invalid start byte\n")


def test_adding_leaves_every_file_alone(paged: Repo) -> None:
    paged.write("pir/INC-001.yaml", review(impact="All of it"))
    paged.write("pir/INC-002.yaml", review("INC-002"))
    paged.write("docs/ops/pir/INC-002.md", "mine, never staged")
    paged.git("add", "pir")
    before = {path: path.read_bytes() for path in paged.folder.rglob("docs/**/*.md")}
    assert staged(paged, "--add")[0] == 0
    assert "All of it" in kept(paged)
    assert {path: path.read_bytes() for path in paged.folder.rglob("docs/**/*.md")} == before
    assert staged(paged, "--add", "--exit-code") == (0, "2 pages: all were current\n")


def test_what_is_not_a_page_of_pirgen_is_never_replaced(paged: Repo) -> None:
    page = paged.folder / PAGE
    page.write_text("by hand")
    paged.git("add", ".")
    refused = f"pirgen: {PAGE} was not written by pirgen; move it away, a page needs its place\n"
    assert staged(paged, "--add") == (2, refused)
    page.unlink()
    page.symlink_to("elsewhere")
    paged.git("add", ".")
    assert staged(paged, "--add") == (2, refused)


def test_a_folder_of_pages_that_leads_out_is_not_written_to(repo: Repo) -> None:
    repo.write("pir/INC-001.yaml", review())
    repo.git("add", ".")
    (repo.folder.parent / "out").mkdir()
    (repo.folder / "docs").symlink_to(repo.folder.parent / "out")
    code, said = staged(repo, "--add")
    assert (code, "leads out of the project" in said) == (2, True)
    assert repo.git("ls-files") == "pir/INC-001.yaml"
    assert not list((repo.folder.parent / "out").iterdir())


def test_a_conflict_is_said(paged: Repo) -> None:
    for branch, impact in (("a", "One"), ("b", "Two")):
        paged.git("checkout", "--quiet", "-b", branch, "main")
        paged.commit("2025-10-07", {"pir/INC-001.yaml": review(impact=impact)})
    subprocess.run(["git", "merge", "--quiet", "a"], cwd=paged.folder, capture_output=True)
    said = "pirgen: pir/INC-001.yaml is in conflict; resolve that and `git add` it first\n"
    assert staged(paged, "--add") == (2, said)


def test_names_of_all_kinds_are_staged(repo: Repo) -> None:
    for number, folder in enumerate(("-f", "a\nb", "*", 'q"', "ü"), start=1):
        repo.write(f"{folder}/pirgen.yaml", "{}")
        repo.write(f"{folder}/pir/x.yaml", review(f"INC-00{number}"))
    repo.git("add", ".")
    assert staged(repo, "--add")[0] == 0
    assert staged(repo)[0] == 0
    assert repo.run("render", "--check").returncode == 0, "no page was there, so its file was made"
    assert repo.git("diff") == ""
    assert len(repo.git("ls-files", "-z").split("\0")) == 16


def test_windows_line_ends_in_git_do_not_matter(paged: Repo) -> None:
    paged.write(PAGE, (paged.folder / PAGE).read_bytes().replace(b"\n", b"\r\n"))
    paged.git("add", ".")
    assert staged(paged) == (0, "1 page: all current\n")


def test_a_sha256_repository(repo: Repo) -> None:
    other = Repo(repo.folder.parent / "sha256", "--object-format=sha256")
    other.write("pir/INC-001.yaml", review())
    other.git("add", ".")
    assert staged(other, "--add")[0] == 0
    other.git("rm", "--quiet", "--cached", "pir/INC-001.yaml")
    assert staged(other, "--add")[1].startswith(f"{PAGE}: removed\n")
    assert other.git("ls-files") == ""


@pytest.fixture
def hooked(paged: Repo) -> Repo:
    """A hook that somebody wrote."""
    hook = paged.write(
        ".git/hooks/pre-commit",
        f"#!/bin/sh\n{sys.executable} -m pirgen lint --staged --since HEAD && "
        f"exec {sys.executable} -m pirgen render --staged --add\n",
    )
    hook.chmod(0o755)
    return paged


def save(repo: Repo, *options: str) -> tuple[bool, str]:
    command = ["git", "commit", "--quiet", "--message", "x", *options]
    done = subprocess.run(command, cwd=repo.folder, env=os.environ, capture_output=True, text=True)
    return done.returncode == 0, done.stderr


def test_a_hook_by_hand_adds_the_page_to_the_commit(hooked: Repo) -> None:
    hooked.write("pir/INC-001.yaml", review(impact="All of it"))
    hooked.git("add", ".")
    hooked.write("pir/INC-001.yaml", review(impact="Later"))
    assert save(hooked)[0]
    assert "All of it" in hooked.git("show", f"HEAD:{PAGE}")
    assert save(hooked, "--all")[0], "the index of such a commit is a file of its own"
    assert "Later" in hooked.git("show", f"HEAD:{PAGE}")
    hooked.write("pir/INC-001.yaml", review(severity="P9"))
    passed, said = save(hooked, "--all")
    assert (passed, "`severity` cannot be `P9`" in said) == (False, True)


def test_a_commit_of_named_paths_is_told_to_name_the_pages_too(hooked: Repo) -> None:
    hooked.write("pir/INC-001.yaml", review(impact="All of it"))
    before = hooked.git("ls-files", "--stage")
    passed, said = save(hooked, "pir/INC-001.yaml")
    assert not passed
    assert f"{PAGE}: `git commit` with paths commits these alone" in said
    assert hooked.git("ls-files", "--stage") == before
    hooked.run("render")
    assert save(hooked, "pir/INC-001.yaml", PAGE)[0]


def test_the_first_commit_is_judged_whole(repo: Repo) -> None:
    repo.write("pir/INC-001.yaml", review(severity="P9"))
    repo.git("add", ".")
    done = repo.run("lint", "--staged", "--since", "HEAD")
    assert (done.returncode, "`severity` cannot be `P9`" in done.stdout) == (1, True)
    assert repo.run("lint", "--staged", "--since", "HEAD~1").returncode == 2


def test_options_that_do_not_go_together(repo: Repo) -> None:
    for options in (["--add"], ["--staged", "--check"], ["--staged", "--dashboards", "x"]):
        done = repo.run("render", *options)
        assert (done.returncode, "--staged is about git's index" in done.stderr) == (2, True)


def test_git_is_asked_as_often_for_three_projects_as_for_one(repo: Repo) -> None:
    def asked() -> int:
        trace = repo.folder.parent / "trace"
        trace.unlink(missing_ok=True)
        assert repo.run("render", "--staged", GIT_TRACE=str(trace)).returncode == 1
        lines = [line for line in trace.read_text().splitlines() if "built-in: git" in line]
        return sum("git version" not in line for line in lines)

    repo.write("a/pirgen.yaml", "{}")
    repo.write("a/pir/INC-001.yaml", review())
    repo.git("add", ".")
    once = asked()
    for name in "bc":
        repo.write(f"{name}/pirgen.yaml", "{}")
        repo.write(f"{name}/pir/INC-001.yaml", review())
    repo.git("add", ".")
    assert asked() == once == 5
