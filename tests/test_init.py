"""pirgen init: what it writes, what it keeps, what it refuses, and that it writes all or nothing."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from pirgen.errors import PirgenError
from pirgen.files import write
from pirgen.project import Project
from pirgen.review.timeline import Clock
from pirgen.setup import init
from pirgen.setup.files import Around, extended, pre_commit
from pirgen.setup.files.gitignore import PAGES
from pirgen.setup.init import Answers, carry_out, plan
from tests.support import DATA, ROOT, Cli, Repo, review

ALL = [
    ".gitattributes", ".github/workflows/reviews.yml", ".gitignore", ".pre-commit-config.yaml", "docs/index.md",
    "mkdocs.yml", "operational_audit/incidents/.gitkeep", "pir/.gitkeep", "pir/INC-000.yaml", "pirgen.yaml",
    "schemas/config.schema.json", "schemas/pir.schema.json",
]  # fmt: skip
HOOKS = ["pirgen-lint", "pirgen-render"]


def files(folder: Path) -> dict[str, bytes]:
    """All files below a folder but git's own, and all its folders, which are empty texts."""
    found = (path for path in sorted(folder.rglob("*")) if ".git" not in path.relative_to(folder).parts)
    return {path.relative_to(folder).as_posix(): b"" if path.is_dir() else path.read_bytes() for path in found}


def said_of(done: Any) -> dict[str, str]:
    """What was done to each file."""
    lines = done.stdout.split("\n\n")[0].splitlines()
    return dict(line.split(": ", 1) for line in lines)


def test_what_is_said_and_what_pirgen_yaml_says(repo: Repo, golden: Callable[[Path, str], None]) -> None:
    repo.git("remote", "add", "origin", "git@github.com:org/shop.git")
    repo.write(".github/CODEOWNERS", "* @org/ops @ann # @nobody\n")
    done = repo.run("init", "--example", "--timezone", "Europe/Berlin")
    assert (done.returncode, done.stderr) == (0, "")
    assert sorted(name for name, text in files(repo.folder).items() if text or name.endswith(".gitkeep")) == sorted(
        [*ALL, ".github/CODEOWNERS"]
    )
    config = (repo.folder / "pirgen.yaml").read_text(encoding="utf-8")
    golden(DATA / "init.txt", f"{done.stdout}\n{config}")


def test_a_dry_run_says_the_same_and_writes_nothing(repo: Repo) -> None:
    told = repo.run("init", "--dry-run", "--example")
    assert told.returncode == 0
    assert files(repo.folder) == {}
    done = repo.run("init", "--example")
    assert told.stdout.replace("would be ", "") == done.stdout
    assert "would be" not in done.stdout


def test_nothing_is_overwritten_and_a_second_run_changes_nothing(repo: Repo) -> None:
    mine = {name: f"# {name} is mine\n".encode() for name in ALL if name != ".pre-commit-config.yaml"}
    mine["mkdocs.yml"] = b"site_name: mine\n"
    for name, text in mine.items():
        repo.write(name, text)
    done = repo.run("init", "--example", "--ci", "github")
    now = files(repo.folder)
    assert {name for name, text in mine.items() if not now[name].startswith(text)} == set()
    assert {name for name, text in mine.items() if now[name] != text} == {".gitattributes", ".gitignore"}
    said = said_of(done)
    assert said["pirgen.yaml"] == said["mkdocs.yml"] == said[".github/workflows/reviews.yml"] == "kept"
    assert said[".gitattributes"] == "1 line added"
    assert "- mkdocs.yml: add `pirgen` to `plugins`" in done.stdout
    again = repo.run("init", "--example", "--ci", "github")
    assert files(repo.folder) == now
    assert {*said_of(again).values()} == {"kept"}


def test_outside_of_a_repository_it_is_said(cli: Cli) -> None:
    done = cli.run("init")
    assert (done.returncode, done.stdout, files(cli.folder)) == (2, "", {})
    assert done.stderr == f"pirgen: {cli.folder} is not in a git repository; run `git init` there first\n"


def test_a_broken_configuration_is_told_at_its_line(repo: Repo) -> None:
    repo.write("pirgen.yaml", "rules: {x: off}\n")
    done = repo.run("init")
    assert (done.returncode, {*files(repo.folder)}) == (2, {"pirgen.yaml"})
    assert done.stderr.startswith("pirgen: pirgen.yaml:1:9: unknown field `x`")


@pytest.mark.parametrize(
    ("zone", "stated"),
    [("", Clock()), ("UTC", Clock(zone_is_stated=True)), ("+02:00", Clock("+02:00", zone_is_stated=True))],
)
def test_the_time_zone_is_stated_only_where_somebody_chose_it(repo: Repo, zone: str, stated: Clock) -> None:
    done = repo.run("init", *(["--timezone", zone] if zone else []))
    assert Project(repo.folder).config.clock == stated
    assert ("until then UTC is assumed" in done.stdout) == (not zone)


def test_a_zone_that_does_not_exist_is_refused(repo: Repo) -> None:
    done = repo.run("init", "--timezone", "Mars/Base")
    assert (done.returncode, files(repo.folder)) == (2, {})
    assert done.stderr == "pirgen: there is no time zone `Mars/Base`; write one such as Europe/Berlin, or +02:00\n"


def test_on_a_terminal_it_asks_until_the_zone_exists(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    from click.testing import CliRunner

    from pirgen.commands import main
    from pirgen.runtime import environment

    monkeypatch.setattr(environment, "stdin_is_terminal", lambda: True)
    done = CliRunner().invoke(main, ["-C", str(repo.folder), "init"], input="here\nAsia/Tokyo\n")
    assert done.exit_code == 0
    assert "there is no time zone `here`" in done.output
    again = CliRunner().invoke(main, ["-C", str(repo.folder), "init"])
    assert (again.exit_code, "time zone" in again.output) == (0, False), "there is nothing to ask"
    assert Project(repo.folder).config.clock.zone == "Asia/Tokyo"


def test_existing_attributes_that_say_so_are_enough(repo: Repo) -> None:
    repo.write(".gitattributes", "operational_audit/** merge=union")
    repo.write(".gitignore", b"/build/\r\nsite/")
    assert {said_of(repo.run("init"))[name] for name in (".gitattributes", ".gitignore")} == {"kept"}
    repo.write(".gitignore", b"/build/\r\n/x/")
    assert said_of(repo.run("init"))[".gitignore"] == "1 line added"
    assert (repo.folder / ".gitignore").read_bytes() == b"/build/\r\n/x/\r\n/site/\r\n"


@given(st.binary(max_size=60) | st.text("ab/#\r\n\u2028 ", max_size=30).map(str.encode))
def test_any_file_keeps_its_bytes_and_gets_the_line_once(
    tmp_path_factory: pytest.TempPathFactory, before: bytes
) -> None:
    folder = tmp_path_factory.getbasetemp()
    (folder / ".gitignore").write_bytes(before)
    for first in (True, False):
        step = extended(Around(Project(folder, folder)), ".gitignore", ["/site/"])
        if step.text is None:
            assert not first or step.left or b"site" in before
        else:
            assert first, "the second time there is nothing to add"
            after = step.text.encode()
            assert after.startswith(before)
            assert re.fullmatch(rb"(\r?\n)?/site/\r?\n", after[len(before) :])
            assert not before or before.endswith(b"\n") or after[len(before) :].startswith((b"\r", b"\n"))
            (folder / ".gitignore").write_bytes(after)


def test_git_understands_what_is_added(repo: Repo) -> None:
    repo.write(".gitignore", "/build/")
    repo.write(".gitattributes", "*.png binary")
    repo.run("init")
    assert repo.git("check-attr", "merge", "operational_audit/incidents/INC-001.yaml").endswith(": union")
    assert repo.git("check-attr", "merge", "x.png").endswith(": unset")
    assert repo.git("check-ignore", "build/x", "site/index.html") == "build/x\nsite/index.html"


def test_own_folders_and_severities_are_followed(repo: Repo) -> None:
    repo.write("pirgen.yaml", "paths: {reviews: [ops/reviews], incidents: [ops/log], pages: docs/reviews}\n"
                              "severities: [{name: SEV1}]\n")  # fmt: skip
    done = repo.run("init", "--example")
    assert done.returncode == 0
    assert said_of(done)["ops/reviews/INC-000.yaml"] == said_of(done)["ops/log/.gitkeep"] == "written"
    assert (repo.folder / ".gitattributes").read_text(encoding="utf-8") == "ops/log/*.yaml merge=union\n"
    first, *rest = (repo.folder / "ops/reviews/INC-000.yaml").read_text(encoding="utf-8").splitlines()
    assert first == "# yaml-language-server: $schema=../../schemas/pir.schema.json"
    assert "severity: SEV1" in rest
    assert '"SEV1"' in (repo.folder / "schemas/pir.schema.json").read_text(encoding="utf-8")
    assert "reviews/index.md" in (repo.folder / "mkdocs.yml").read_text(encoding="utf-8")
    assert repo.run("lint", "--strict").returncode == 0


def test_a_project_in_a_folder_has_its_files_there_and_the_hosts_at_the_top(repo: Repo) -> None:
    repo.write("svc/shop/pir/INC-001.yaml", review())
    done = repo.run("-C", "svc/shop", "init", "--here", "--ci", "github")
    assert done.returncode == 0
    said = said_of(done)
    assert {name for name in said if not name.startswith("svc/shop/")} == {
        ".pre-commit-config.yaml", ".github/workflows/reviews.yml"
    }  # fmt: skip
    workflow = yaml.safe_load((repo.folder / ".github/workflows/reviews.yml").read_text(encoding="utf-8"))
    check = workflow["jobs"]["check"]["steps"][-1]
    assert (check["env"]["PROJECT"], check["run"][:26]) == ("svc/shop", 'pirgen -C "$PROJECT" check')
    assert (repo.folder / "svc/shop/.gitattributes").exists()
    (repo.folder / "svc/shop/.gitattributes").unlink()
    repo.write(".gitattributes", "*.yaml merge=union\n")
    again = said_of(repo.run("-C", "svc/shop", "init"))
    assert "svc/shop/.gitattributes" not in again, "nothing is said of a file that nobody needs"
    assert "1 of your reviews and logs are in no commit" in done.stdout, "no baseline can stand for these"


def test_a_configuration_by_hand_is_told_the_baseline_until_it_is_committed(repo: Repo) -> None:
    head = repo.commit("2025-10-06", {"ops/INC-001.yaml": review()})
    repo.write("pirgen.yaml", "paths: {reviews: [ops]}\n")
    said = f"- pirgen.yaml: hold nobody to what was wrong before, by\n  baseline: {head}\n"
    assert said in repo.run("init").stdout
    repo.write("pirgen.yaml", f"paths: {{reviews: [ops]}}\nbaseline: {head}\n")
    assert "hold nobody" not in repo.run("init").stdout
    repo.commit("2025-10-07", {"pirgen.yaml": "paths: {reviews: [ops]}\n"})
    assert "hold nobody" not in repo.run("init").stdout


@pytest.mark.parametrize("link", ["pir", "schemas", ".gitignore", "mkdocs.yml", ".github", ".pre-commit-config.yaml"])
@pytest.mark.parametrize("exists", [True, False])
def test_a_link_out_of_the_repository_is_refused(repo: Repo, tmp_path: Path, link: str, exists: bool) -> None:
    outside = tmp_path / "outside"
    if exists and Path(link).suffix:
        outside.write_text("mine", encoding="utf-8")
    elif exists:
        outside.mkdir()
    (repo.folder / link).symlink_to(outside)
    done = repo.run("init", "--ci", "github")
    assert done.returncode == 2, done.stdout
    assert "leads out of the project" in done.stderr
    assert {path.name for path in repo.folder.iterdir()} == {".git", link}
    assert outside.exists() == exists
    if exists:
        assert (outside.is_dir() and not any(outside.iterdir())) or outside.read_text(encoding="utf-8") == "mine"


def test_a_file_that_cannot_be_added_to_is_left_with_what_to_add(repo: Repo) -> None:
    repo.write("shared", "*.log\n")
    for name in (".gitignore", ".gitattributes"):
        (repo.folder / name).symlink_to("shared")
    done = repo.run("init")
    assert done.returncode == 0
    assert (repo.folder / "shared").read_text(encoding="utf-8") == "*.log\n"
    assert re.search(r"- \.gitignore is a symbolic link.*; add to it by hand\n  /site/\n", done.stdout)
    assert "  operational_audit/incidents/*.yaml merge=union\n" in done.stdout


@pytest.mark.parametrize("at", range(12))
@pytest.mark.parametrize("interrupted", [False, True])
def test_whatever_goes_wrong_all_is_as_it_was(
    repo: Repo, monkeypatch: pytest.MonkeyPatch, at: int, interrupted: bool
) -> None:
    repo.write(".gitignore", "/build/\n")
    repo.write(".pre-commit-config.yaml", "repos:\n- repo: meta\n  hooks: [{id: identity}]\n")
    before, calls = files(repo.folder), iter(range(99))

    def failing(*arguments: Any, **options: Any) -> None:
        if next(calls) == at:
            raise KeyboardInterrupt if interrupted else OSError(28, "No space left on device", str(arguments[0]))
        write(*arguments, **options)

    made = plan(Project(repo.folder), Answers(ci="github", with_example=True))
    assert sum(step.text is not None for step in made.steps) == 12
    monkeypatch.setattr("pirgen.setup.init.write", failing)
    with pytest.raises(KeyboardInterrupt if interrupted else PirgenError) as caught:
        carry_out(made)
    assert interrupted or str(caught.value).endswith(": No space left on device; nothing was written")
    assert files(repo.folder) == before


def test_what_others_write_meanwhile_stays(repo: Repo) -> None:
    repo.write(".gitignore", "/build/\n")
    made = plan(Project(repo.folder), Answers())
    repo.write(".gitignore", "/build/\n/theirs/\n")
    before = files(repo.folder)
    with pytest.raises(PirgenError, match="another program wrote it meanwhile; nothing was written"):
        carry_out(made)
    assert files(repo.folder) == before
    made = plan(Project(repo.folder), Answers())
    repo.write("mkdocs.yml", "site_name: theirs\n")
    before = files(repo.folder)
    with pytest.raises(PirgenError, match=r"mkdocs\.yml: another program"):
        carry_out(made)
    assert files(repo.folder) == before


EXISTING = {
    "a comment at the end": "repos:\n  - repo: https://x.example\n    rev: v1\n    hooks:\n      - id: x # x\n# end\n",
    "no margin, and more after it": "repos:\n- repo: meta\n  hooks: [{id: identity}]\ndefault_stages: [pre-commit]\n",
    "lines end as on Windows": "repos:\r\n  - repo: meta\r\n    hooks:\r\n      - {id: identity}\r\n",
    "no line end": "a: &a [x]\nrepos:\n    -   repo: local\n        hooks:\n        -   {id: x, name: x, args: *a}",
    "a literal, and a mark": "\ufeffrepos:\n  - repo: local\n    hooks:\n      - id: |\n          x\n\n\ni18n: x\n",
    "a start of the document": "---\nrepos:\n  - repo: meta\n    hooks: [{id: identity}]\n",
}


@pytest.mark.parametrize("text", EXISTING.values(), ids=EXISTING)
def test_hooks_join_those_that_are_there(repo: Repo, text: str) -> None:
    file = repo.write(".pre-commit-config.yaml", text)
    done = repo.run("init")
    assert said_of(done)[".pre-commit-config.yaml"] == "hooks added"
    after = file.read_bytes().decode()
    was, now = yaml.safe_load(text), yaml.safe_load(after)
    assert {**now, "repos": now["repos"][:-1]} == was
    assert [hook["id"] for hook in now["repos"][-1]["hooks"]] == HOOKS
    assert not Counter(text.splitlines()) - Counter(after.splitlines()), "every line stays"
    assert ("\r\n" in text) == ("\r\n" in after)
    assert said_of(repo.run("init"))[".pre-commit-config.yaml"] == "kept"


@pytest.mark.parametrize(
    "text", ["repos: []\n", "repos: [{repo: meta, hooks: [{id: identity}]}]\n", "", "- a\n", "a: [b\n", "repos: x\n"]
)
def test_hooks_that_have_no_sure_place_are_shown(repo: Repo, text: str) -> None:
    file = repo.write(".pre-commit-config.yaml", text)
    done = repo.run("init")
    assert file.read_text(encoding="utf-8") == text
    place = r"- \.pre-commit-config\.yaml: add this to `repos`\n((?:  .*\n)+)  `pre-commit install`"
    shown = re.search(place, done.stdout)
    assert shown
    assert [hook["id"] for hook in yaml.safe_load(shown[1])[0]["hooks"]] == HOOKS


WORDS = st.text("ab:#'\"-@ \n|>&*é", max_size=8)
HOOK = st.fixed_dictionaries({"id": WORDS}, optional={"args": st.lists(WORDS, max_size=2), "name": WORDS})
REPOS = st.lists(st.fixed_dictionaries({"repo": WORDS, "hooks": st.lists(HOOK, max_size=2)}), min_size=1, max_size=3)


@given(REPOS, st.dictionaries(WORDS, WORDS, max_size=2), st.integers(2, 6), st.booleans())
def test_any_configuration_keeps_what_it_says(repos: Any, more: Any, width: int, sort: bool) -> None:
    from pirgen.document import load
    from pirgen.files import Source

    data = {**more, "repos": repos}
    text = yaml.safe_dump(data, indent=width, sort_keys=sort, allow_unicode=True)
    hooks = "- repo: local\n  hooks:\n    - id: pirgen-lint\n"
    after = pre_commit._added(load(Source("x", text.encode())), hooks)
    if after is not None:
        assert yaml.safe_load(after) == {**data, "repos": [*repos, *yaml.safe_load(hooks)]}


def test_the_hooks_are_those_of_the_manifest() -> None:
    manifest = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    ours = yaml.safe_load((ROOT / "pirgen/templates/setup/pre-commit.yaml.j2").read_text(encoding="utf-8"))[0]["hooks"]
    for hook in (*manifest, *ours):
        del hook["language"]
        hook.pop("description", None)
        hook["entry"] = hook["entry"].removesuffix(" --add")
    assert ours == manifest


def test_what_is_ignored_is_what_is_written_beside_the_pages(repo: Repo) -> None:
    repo.commit("2025-10-06", {"pir/INC-001.yaml": review()})
    done = repo.run("render", "--dashboards", "docs/ops/pir", "--site-url", "https://x.example/")
    made = {line.split(": ")[0].removeprefix("docs/ops/pir/") for line in done.stdout.splitlines() if "written" in line}
    several = {r"^report-[0-9-]+": "report-*", r".+(?=\.json$)": "*", r"^due/.+": "due/"}
    for pattern, kind in several.items():
        made = {re.sub(pattern, kind, name) for name in made}
    assert made == {*PAGES, "INC-001.md"} - {"years/"}


@pytest.mark.parametrize(
    ("remote", "file", "expected"),
    [
        ("https://gitlab.com/g/shop.git", "", ".gitlab-ci.yml"),
        ("git@gitlab.example.org:g/shop.git", "", ".gitlab-ci.yml"),
        ("https://codeberg.org/g/shop", ".github/x", ""),
        ("", ".github/x", ".github/workflows/reviews.yml"),
        ("", "", ""),
    ],
)
def test_ci_is_that_of_the_host(repo: Repo, remote: str, file: str, expected: str) -> None:
    if remote:
        repo.git("remote", "add", "origin", remote)
    if file:
        repo.write(file, "")
    written = {name for name, said in said_of(repo.run("init")).items() if said == "written"}
    assert written & {".gitlab-ci.yml", ".github/workflows/reviews.yml"} == ({expected} if expected else set())


def test_pushes_are_checked_on_the_branch_that_others_start_from(repo: Repo) -> None:
    repo.commit("2025-10-01", {})
    repo.git("switch", "--quiet", "--create", "set-pirgen-up")
    for known, expected in ((False, "set-pirgen-up"), (True, "trunk")):
        if known:
            repo.git("symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/trunk")
        made = plan(Project(repo.folder), Answers(ci="github"))
        [text] = [step.text for step in made.steps if step.path.endswith("reviews.yml")]
        assert f'branches: ["{expected}"]' in str(text)


def test_a_gitlab_job_is_shown_where_there_are_others(repo: Repo) -> None:
    file = repo.write(".gitlab-ci.yml", "build: {script: [make]}\n")
    done = repo.run("init")
    assert file.read_text(encoding="utf-8") == "build: {script: [make]}\n"
    assert "- .gitlab-ci.yml: add this job\n" in done.stdout
    assert "  reviews:\n    image: python:3.12\n" in done.stdout


def test_a_generator_that_is_configured_is_told_what_it_lacks(repo: Repo) -> None:
    repo.write("zensical.toml", '[project]\nsite_name = "x"\n')
    done = repo.run("init")
    assert "mkdocs.yml" not in files(repo.folder)
    assert "- zensical.toml: add extra_css: [ops/pir/pirgen.css]" in done.stdout
    assert "/docs/ops/pir/index.md" in (repo.folder / ".gitignore").read_text(encoding="utf-8").splitlines()


def test_docs_that_are_there_stay_in_the_navigation(repo: Repo) -> None:
    repo.write("docs/guide.md", "# Guide\n")
    repo.run("init")
    assert "nav" not in yaml.safe_load((repo.folder / "mkdocs.yml").read_text(encoding="utf-8"))


def test_what_a_build_needs_besides_is_said(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "- `pirgen render --dashboards docs/ops/pir`: before each" in repo.run("init", "--site", "zensical").stdout
    monkeypatch.setattr("pirgen.setup.files.site.is_installed", lambda name: False)
    (repo.folder / "mkdocs.yml").unlink()
    left = plan(Project(repo.folder), Answers(site="mkdocs")).left
    assert '`pip install "pirgen[site]"`: MkDocs is not installed beside pirgen' in left


def test_an_example_that_would_not_be_valid_is_left_out(repo: Repo) -> None:
    repo.write("pirgen.yaml", "id_pattern: 'OPS-[0-9]+'\n")
    done = repo.run("init", "--example")
    assert said_of(done)["pir/INC-000.yaml"] == "left out: reviews have ids or fields of their own here"
    assert not (repo.folder / "pir/INC-000.yaml").exists()
    assert repo.run("lint").returncode == 0


def test_the_schemas_are_those_that_pirgen_prints(repo: Repo) -> None:
    repo.run("init", "--timezone", "Asia/Tokyo")
    for name in ("pir", "config"):
        text = (repo.folder / f"schemas/{name}.schema.json").read_text(encoding="utf-8")
        assert text == repo.run("schema", name).stdout


@pytest.mark.parametrize("name", ["pir", "schemas", "docs"])
def test_a_file_in_the_place_of_a_folder_is_said(repo: Repo, name: str) -> None:
    repo.write(name, "mine")
    done = repo.run("init")
    assert (done.returncode, done.stdout) == (2, "")
    assert (
        done.stderr.removesuffix("; nothing was written\n").strip() == f"pirgen: {repo.folder}/{name}: Not a directory"
    )
    assert {*files(repo.folder)} == {name}


def test_what_ci_installs_is_a_release_or_a_commit(monkeypatch: pytest.MonkeyPatch) -> None:
    import importlib.metadata

    class Package:
        version = "1.2.3"
        told: str | None = None

        def read_text(self, name: str) -> str | None:
            return self.told

    package = Package()
    monkeypatch.setattr(importlib.metadata, "distribution", lambda name: package)
    assert init._requirement() == "pirgen==1.2.3"
    package.told = '{"url": "file:///home/x", "dir_info": {"editable": true}}'
    assert init._requirement() == ""
    package.told = '{"url": "https://x.example/pirgen.git", "vcs_info": {"vcs": "git", "commit_id": "4be11a9"}}'
    assert init._requirement() == "pirgen @ git+https://x.example/pirgen.git@4be11a9"
    package.told = '{"url": "https://me:secret@x.example/p.git", "vcs_info": {"vcs": "git", "commit_id": "4be11a9"}}'
    assert init._requirement() == ""


def test_hostile_names_reach_no_file_as_they_are(repo: Repo) -> None:
    repo.write("CODEOWNERS", "* @a\x1b[31m @b\u202e\n")
    done = repo.run("init", "--requirement", 'x"\n    evil: 1', "--ci", "github")
    assert done.returncode == 0
    config = (repo.folder / "pirgen.yaml").read_text(encoding="utf-8")
    assert not re.search("[\x1b\u202e]", config + done.stdout)
    workflow = yaml.safe_load((repo.folder / ".github/workflows/reviews.yml").read_text(encoding="utf-8"))
    assert workflow["jobs"]["check"]["steps"][2]["env"] == {"PIRGEN": 'x"\n    evil: 1'}
