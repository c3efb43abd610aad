"""What a repository may run while it is read: nothing by git's settings, and nothing at all where nobody trusts it."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from pirgen.commands import main
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


def judged(folder: Path, *words: str, trust: str = "none") -> Result:
    """A run in this process."""
    return CliRunner().invoke(main, ["-C", str(folder), *words], env={"PIRGEN_TRUST": trust})


@pytest.fixture
def offered(repo: Repo, tmp_path: Path) -> Repo:
    """A repository beside a folder that has what its links lead to."""
    outside = Cli(tmp_path / "outside")
    outside.write("CODEOWNERS", "* @SECRET\n")
    outside.write("own.json", '{"properties": {"SECRET": {"type": "string"}}}')
    outside.write("INC-001.yaml", review(title="SECRET", severity="P9"))
    outside.write("INC-001.md", "SECRET")
    outside.write("INC-002.yaml", '- {at: "2025-10-05T14:30:00Z", kind: note, text: SECRET}\n')
    repo.write(PIR, review())
    return repo


PLUGIN = "from pathlib import Path\nPath(__file__).with_name('trace').touch()\n"
CODE = (
    ("timezone: UTC\nplugins: [ours]\n", "pirgen.yaml:2:1: `plugins` is code"),
    ("{plugins: [ours], nonsense: 1}\n", "pirgen.yaml:1:2: `plugins` is code"),
    ("plugins: ours\n", "pirgen.yaml:1:1: `plugins` is code"),
    ("timezone: UTC\n\ntemplates: own\n", "pirgen.yaml:3:1: `templates` is code"),
)


@pytest.mark.parametrize(("config", "expected"), CODE)
def test_code_is_refused_where_nobody_trusts_it(
    offered: Repo, monkeypatch: pytest.MonkeyPatch, config: str, expected: str
) -> None:
    offered.write("pirgen.yaml", config)
    offered.write("ours.py", PLUGIN)
    offered.write("own/review.md.j2", "TEMPLATE")
    monkeypatch.syspath_prepend(str(offered.folder))
    for words in (["lint"], ["render"], ["check"], ["report"], ["new"], ["agenda", "INC-001"]):
        done = judged(offered.folder, *words)
        assert (done.exit_code, done.stderr.count("\n")) == (2, 1), (words, done.output)
        assert done.stderr.startswith(f"pirgen: {expected}, and nobody trusts this repository"), words
        assert "where you trust it, run pirgen without these, else take it out" in done.stderr
    assert not (offered.folder / "trace").exists()
    assert "nobody trusts" not in judged(offered.folder, "lint", trust="all").output


def test_the_option_and_the_variable_say_the_same(offered: Repo) -> None:
    offered.write("pirgen.yaml", "plugins: [ours]\n")
    offered.write("ours.py", PLUGIN)
    place = {"PYTHONPATH": str(offered.folder)}
    by_option = offered.run("--untrusted", "lint", **place, PIRGEN_TRUST="all")
    by_variable = offered.run("lint", **place, PIRGEN_TRUST="none")
    assert (by_option.returncode, by_option.stderr) == (by_variable.returncode, by_variable.stderr)
    assert by_option.returncode == 2
    assert not (offered.folder / "trace").exists()
    offered.run("lint", **place)
    assert (offered.folder / "trace").exists()


def test_a_plugin_of_an_earlier_commit_is_refused_too(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    repo.commit("2025-10-06", {"pirgen.yaml": "plugins: [ours]\n", "ours.py": PLUGIN, PIR: review()})
    repo.commit("2025-10-07", {"pirgen.yaml": None, PIR: review(severity="P9")})
    monkeypatch.syspath_prepend(str(repo.folder))
    assert judged(repo.folder, "lint", "--since", "HEAD~1").exit_code == 1
    repo.write("pirgen.yaml", "plugins: [ours]\n")
    repo.git("add", ".")
    assert "`plugins` is code" in judged(repo.folder, "lint", "--staged").output
    assert not (repo.folder / "trace").exists()


WAYS_OUT = {
    "pir": ("", "lint", "pir leads out"),
    "operational_audit": ("", "incident list", "operational_audit/incidents leads out"),
    "docs": ("", "render --check", "docs/ops/pir leads out"),
    "docs/ops/pir/INC-001.md": ("", "render --check", "docs/ops/pir/INC-001.md leads out"),
    ".github": ("", "lint", ".github/CODEOWNERS leads out"),
    "CODEOWNERS": ("", "lint", "CODEOWNERS leads out"),
    "pirgen.yaml": ("", "report", "pirgen.yaml leads out"),
    "past": ("paths:\n  reviews: [pir, past]\n", "lint", "pirgen.yaml:2:18: `past` leads out"),
    "logs": ("paths:\n  incidents:\n    - logs/x\n", "check", "pirgen.yaml:3:7: `logs/x` leads out"),
    "pages": ("paths: {pages: pages/x}\n", "render", "pirgen.yaml:1:16: `pages/x` leads out"),
    "own": ("custom_fields: own/own.json\n", "lint", "pirgen.yaml:1:16: `own/own.json` leads out"),
    "schemas": ("", "new INC-009", "schemas leads out"),
    "linked": ("", "lint linked", "linked leads out"),
}  # fmt: skip


@pytest.mark.parametrize("link", WAYS_OUT)
def test_no_file_outside_is_read_where_nobody_trusts_it(offered: Repo, link: str) -> None:
    config, words, expected = WAYS_OUT[link]
    if config:
        offered.write("pirgen.yaml", config)
    place = offered.folder / link
    place.parent.mkdir(parents=True, exist_ok=True)
    if place.is_dir():
        (offered.folder / PIR).unlink()
        place.rmdir()
    outside = offered.folder.parent / "outside"
    place.symlink_to(outside / place.name if (outside / place.name).exists() else outside)
    offered.commit("2025-10-06", {})
    there = {path: path.read_bytes() for path in outside.iterdir()}
    named = words.replace("linked", str(place)).split()
    done = judged(offered.folder, *named)
    assert (done.exit_code, done.stderr.count("\n")) == (2, 1), done.output
    assert expected in done.stderr
    assert "crashed" not in done.stderr
    assert "where you trust it, run pirgen without these" in done.stderr
    assert "SECRET" not in done.output
    assert {path: path.read_bytes() for path in outside.iterdir()} == there
    assert "nobody trusts" not in judged(offered.folder, *named, trust="").output


def test_attributes_outside_are_not_read(offered: Repo) -> None:
    offered.write("operational_audit/incidents/INC-002.yaml", '- {at: "2025-10-05T14:30:00Z", kind: note, text: x}\n')
    (offered.folder / ".gitattributes").symlink_to(offered.folder.parent / "outside/CODEOWNERS")
    assert "pirgen: .gitattributes leads out" in judged(offered.folder, "lint").stderr


def test_the_settings_of_git_are_outside_too(offered: Repo) -> None:
    (offered.folder / "own").symlink_to(".git")
    offered.write("pirgen.yaml", "custom_fields: own/config\n")
    assert "pirgen.yaml:1:16: `own/config` leads out" in judged(offered.folder, "lint").output


def test_links_that_stay_inside_and_plain_projects_need_no_trust(offered: Repo) -> None:
    offered.write("team/docs/CODEOWNERS", "* @platform\n")
    (offered.folder / ".github").symlink_to("team/docs")
    offered.write("team/pirgen.yaml", "{}\n")
    offered.write(f"team/{PIR}", review())
    assert judged(offered.folder, "render").exit_code == 0
    offered.commit("2025-10-06", {})
    for folder in (offered.folder, offered.folder / "team"):
        for words in (("lint",), ("render", "--check"), ("report",)):
            done = judged(folder, *words)
            assert done.exit_code == 0, done.output


@pytest.mark.parametrize("value", ["None", "no", "0", " none"])
def test_a_value_that_says_neither_is_refused(cli: Cli, value: str) -> None:
    done = judged(cli.folder, "rules", trust=value)
    assert (done.exit_code, done.stderr) == (
        2, f"pirgen: PIRGEN_TRUST is `{value}`; set it to `none` or `all`, or leave it out\n"
    )  # fmt: skip
