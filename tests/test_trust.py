"""What a repository's own settings may run while its history is read: nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support import Cli, Repo, review

PIR = "pir/INC-001.yaml"
READING = (
    ("report", "--no-cache"), ("history", "--no-cache"), ("check", "--no-cache"), ("lint", "--staged"),
    ("lint", "--since", "HEAD~1"), ("history", "--since", "HEAD~1"), ("check", "--touched-since", "HEAD~1"),
    ("render", "--check"), ("new", "--date", "2025-10-09"), ("incident", "list"), ("agenda", "INC-001"),
)  # fmt: skip
SETTINGS = (
    "core.fsmonitor", "core.pager", "pager.log", "pager.diff", "diff.external", "diff.own.command", "diff.own.textconv",
    "core.sshCommand", "core.askPass", "core.editor", "core.gitProxy", "core.alternateRefsCommand", "credential.helper",
    "gpg.program", "gpg.ssh.program", "sequence.editor", "interactive.diffFilter", "uploadpack.packObjectsHook",
    "trailer.sign.command", "browser.x.cmd", "man.x.cmd", "difftool.x.cmd", "mergetool.x.cmd", "merge.own.driver",
)  # fmt: skip
"""The settings of git-config(1) whose value git may run. Filters are not among them: what a file is depends on them."""


def planted(folder: Path) -> tuple[Repo, Path]:
    """A repository whose settings and hooks all name a program that leaves a trace."""
    repo, trace = Repo(folder), folder.parent / "trace"
    repo.commit("2025-10-06", {PIR: review(), ".gitattributes": "*.yaml diff=own merge=own\n"})
    repo.commit("2025-10-07", {PIR: review(impact="Another one"), "pir/INC-002.yaml": review("INC-002")})
    program = repo.write(".git/planted", f"#!/bin/sh\necho $0 >> '{trace}'\nexit 1\n")
    program.chmod(0o755)
    (repo.folder / ".git/hooks").mkdir(exist_ok=True)
    for hook in ("post-index-change", "pre-commit", "reference-transaction", "fsmonitor-watchman", "post-checkout"):
        (repo.folder / ".git/hooks" / hook).symlink_to(program)
    for name in SETTINGS:
        repo.git("config", name, str(program))
    repo.git("config", "log.showSignature", "true")
    repo.git("config", "protocol.ext.allow", "always")
    repo.write(PIR, review(impact="A third one"))
    trace.unlink(missing_ok=True)
    return repo, trace


def test_reading_runs_nothing_that_settings_or_hooks_name(tmp_path: Path) -> None:
    repo, trace = planted(tmp_path / "repo")
    for words in READING:
        assert repo.run(*words).returncode in (0, 1), words
    assert not trace.exists(), trace.read_text(encoding="utf-8")


@pytest.mark.parametrize("url", ["ext::{program}", "git://127.0.0.1:1/x", "ssh://127.0.0.1:1/x"])
def test_a_missing_object_is_fetched_by_no_program_of_the_settings(tmp_path: Path, url: str) -> None:
    repo, trace = planted(tmp_path / "repo")
    blob = repo.git("rev-parse", f"HEAD:{PIR}")
    for key, value in {
        "extensions.partialClone": "origin", "remote.origin.promisor": "true",
        "remote.origin.url": url.format(program=f"{repo.folder}/.git/planted"), "core.repositoryFormatVersion": "1",
    }.items():  # fmt: skip
        repo.git("config", key, value)
    (repo.folder / ".git/objects" / blob[:2] / blob[2:]).unlink()
    trace.unlink(missing_ok=True)
    done = repo.run("report", "--no-cache")
    assert (done.returncode, "missing" in done.stderr) == (3, True), done.stderr
    assert not trace.exists()


@pytest.mark.parametrize("words", READING, ids=" ".join)
def test_a_repository_of_somebody_else_is_refused_in_gits_words(tmp_path: Path, words: tuple[str, ...]) -> None:
    repo, trace = planted(tmp_path / "a b")
    done = repo.run(*words, GIT_TEST_ASSUME_DIFFERENT_OWNER="1")
    assert not trace.exists()
    if words[0] in ("render", "new", "incident", "agenda"):  # they need no history
        assert done.returncode in (0, 1)
        return
    assert (done.returncode, done.stderr) == (
        2,
        f"pirgen: detected dubious ownership in repository at '{repo.folder}'; where you trust it, run "
        f"`git config --global --add safe.directory '{repo.folder}'`\n",
    )


def test_files_are_linted_and_rendered_without_trust(tmp_path: Path) -> None:
    repo, _ = planted(tmp_path / "repo")
    foreign = {"GIT_TEST_ASSUME_DIFFERENT_OWNER": "1"}
    assert Cli(repo.folder).run("lint", PIR, **foreign).returncode == 0
    assert Cli(repo.folder).run("render", **foreign).returncode == 0


def test_a_folder_without_a_repository_hides_none_above_it(tmp_path: Path) -> None:
    repo = Repo(tmp_path)
    repo.commit("2025-10-06", {PIR: review()})
    (tmp_path / "team/.git").mkdir(parents=True)
    repo.commit("2025-10-07", {f"team/{PIR}": review("INC-009")})
    assert "INC-009" in Cli(tmp_path / "team").run("history").stdout
