"""`pirgen lint -`: a review on stdin is judged as its file would be."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from pirgen.commands import main
from pirgen.files import MAX_READ
from pirgen.lint import Linter
from pirgen.project import Project
from tests.support import Cli, Repo, item, review

TIMELINE = [
    {"time": "14:30", "event": "Alert triggered", "kind": "detected"},
    {"time": "14:32", "event": "On-call looked", "kind": "acknowledged"},
    {"time": "15:15", "event": "All is well", "kind": "resolved"},
]
BAD = review("INC-002", severity="p1", timeline=TIMELINE, lessons_learned=["TODO"], related=["INC-001", "INC-404"])


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Cli:
    """A project with two reviews, of which the second has mistakes, a log, and rules of its own for a folder."""
    cli = Cli(tmp_path_factory.mktemp("project"))
    cli.write(
        "pirgen.yaml", "exclude: [pir/TEMPLATE.yaml]\noverrides: [{paths: [pir/old], rules: {no-placeholder: off}}]\n"
    )
    cli.write("pir/INC-001.yaml", review())
    cli.write("pir/INC-002.yaml", BAD)
    cli.write("operational_audit/incidents/INC-003.yaml", '- {at: "2025-10-05T14:30:00Z", kind: declared}\n')
    return cli


def piped(project: Cli, text: str | bytes, *words: str) -> Result:
    """The command in the folder of a project with a text on stdin, in this process."""
    return CliRunner().invoke(main, ["-C", str(project.folder), "lint", "-", *words], input=text)


def rows(done: Result) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(done.stdout)
    return found


TEXTS = {
    "pir/INC-001.yaml": review("INC-002"),
    "pir/INC-002.yaml": BAD,
    "pir/INC-009.yaml": review("INC-009", related=["INC-009", "INC-010"]),
    "pir/old/INC-010.yaml": review("INC-010", lessons_learned=["TODO"], action_items=[item("AI-1", "x")] * 2),
    "elsewhere/INC-011.yaml": review("INC-001"),
    "pir/INC-012.yaml": "\ufeff" + review("INC-012", severity="p9").replace("\n", "\r\n"),
    "pir/INC-013.yaml": "incident_id: [\n",
    "pir/TEMPLATE.yaml": "incident_id: x\n",
    "operational_audit/incidents/INC-003.yaml": "- {at: soon, kind: declared}\n",
}


@pytest.mark.parametrize("name", TEXTS)
def test_a_text_is_judged_as_its_file_would_be(cli: Cli, project: Cli, name: str) -> None:
    for file in (file for file in project.folder.rglob("*.yaml")):
        cli.write(file.relative_to(project.folder).as_posix(), file.read_bytes())
    cli.write(name, TEXTS[name])
    wanted = CliRunner().invoke(main, ["-C", str(cli.folder), "lint", name, "--format", "json", "--advice"])
    done = piped(project, TEXTS[name].encode(), "--stdin-filename", name, "--format", "json", "--advice")
    assert (done.stdout, done.exit_code) == (wanted.stdout, wanted.exit_code)


@given(
    ids=st.lists(st.sampled_from(["INC-001", "inc-001", "INC-002", ""]), min_size=3, max_size=3),
    related=st.lists(st.sampled_from(["INC-001", "INC-002", "INC-9"]), max_size=2, unique=True),
    there=st.integers(0, 3),
)
def test_any_ids_are_compared_alike(
    tmp_path_factory: pytest.TempPathFactory, ids: list[str], related: list[str], there: int
) -> None:
    cli = Cli(tmp_path_factory.mktemp("ids"))
    for number, name in enumerate(ids[:there]):
        cli.write(f"pir/{number}.yaml", f"incident_id: {name}\n")
    text = f"incident_id: {ids[2]}\nrelated: {json.dumps(related)}\n"
    name = "pir/2.yaml"
    before = Linter(Project(cli.folder).workspace())
    before.learn()
    cli.write(name, text)
    workspace = Project(cli.folder).workspace()
    wanted = Linter(workspace).lint([cli.folder / name]).diagnostics
    assert before.check(workspace.source(name)) == [*wanted]


def test_without_a_name_a_text_belongs_to_the_review_with_its_id(project: Cli) -> None:
    def file(text: str) -> str:
        [name] = {row["file"] for row in rows(piped(project, text, "--format", "json"))}
        return str(name)

    assert file(BAD) == "pir/INC-002.yaml"
    assert "is also the id" not in piped(project, review()).stdout, "it is no duplicate of its own file"
    assert file(review("INC-077", severity="P9")) == "pir/INC-077.yaml"
    assert file(review("../../INC-1")) == "<stdin>"
    assert file("severity: P1\n") == file("- a\n") == file("") == "<stdin>"


def test_a_name_says_which_project_a_text_is_in(repo: Repo) -> None:
    repo.write("pirgen.yaml", "{}\n")
    repo.write("team/pirgen.yaml", "rules: {no-placeholder: off}\n")
    text = review("INC-001", lessons_learned=["TODO"])
    assert piped(repo, text, "--stdin-filename", "pir/INC-001.yaml").exit_code == 1
    done = piped(repo, text, "--stdin-filename", "team/pir/INC-001.yaml", "--format", "sarif", "--advice")
    assert done.exit_code == 0
    broken = piped(repo, "severity: P9\n", "--stdin-filename", "team/pir/INC-001.yaml", "--format", "concise")
    assert broken.stdout.startswith("team/pir/INC-001.yaml:1:1: error[schema]")


def test_a_configuration_is_judged_also_where_its_file_is_broken(cli: Cli) -> None:
    cli.write("pirgen.yaml", "surprise: 1\n")
    done = piped(cli, "rules: {timeline-oder: off}\n", "--stdin-filename", "pirgen.yaml", "--format", "concise")
    assert done.exit_code == 1 and done.stdout.startswith("pirgen.yaml:1:9: error[schema]")
    assert piped(cli, "rules: {timeline-order: off}\n", "--stdin-filename", "pirgen.yaml").exit_code == 0
    fixed = piped(cli, "a: 1\n", "--stdin-filename", "pirgen.yaml", "--fix")
    assert (fixed.stdout, fixed.exit_code) == ("a: 1\n", 1)


def test_a_filter_prints_the_mended_text_alone(project: Cli) -> None:
    done = piped(project, BAD, "--fix")
    assert done.stdout == BAD.replace("severity: p1", "severity: P1")
    assert "pir/INC-002.yaml: 1 fix (schema)" in done.stderr and "error[no-placeholder]" in done.stderr
    assert "schema]" not in done.stderr, "what was mended is not told"
    assert (done.exit_code, piped(project, BAD, "--fix", "--exit-zero").exit_code) == (1, 0)
    assert (project.folder / "pir/INC-002.yaml").read_text(encoding="utf-8") == BAD, "the file stays"
    again = piped(project, done.stdout, "--fix")
    assert again.stdout == done.stdout


@pytest.mark.parametrize(
    "text",
    [b"", b"\xff\xfe", b"a: \xff\r\n", b"\xef\xbb\xbfincident_id: [\r\n", b"- 1\n", review().encode()],
    ids=["empty", "no text", "not UTF-8", "broken", "a list", "sound"],
)
def test_a_filter_leaves_what_it_cannot_mend(project: Cli, text: bytes) -> None:
    assert piped(project, text, "--fix").stdout_bytes == text


def test_findings_beside_the_mended_text_have_any_format(project: Cli, tmp_path: Path) -> None:
    done = piped(project, BAD, "--fix", "--format", "json", "-q")
    assert {row["rule"] for row in json.loads(done.stderr)} == {"no-placeholder", "known-references"}
    into = tmp_path / "found.json"
    done = piped(project, BAD, "--fix", "--format", "json", "--output-file", str(into), "-q")
    assert (done.stderr, done.stdout) == ("", BAD.replace("severity: p1", "severity: P1"))
    assert len(json.loads(into.read_text(encoding="utf-8"))) == 2


def test_a_difference_is_that_of_the_text(project: Cli) -> None:
    done = piped(project, BAD, "--diff")
    assert done.exit_code == 1
    assert done.stdout.splitlines()[:2] == ["--- a/pir/INC-002.yaml", "+++ b/pir/INC-002.yaml"]
    assert [line for line in done.stdout.splitlines() if line[:1] in "+-"][2:] == ["-severity: p1", "+severity: P1"]
    assert piped(project, review(), "--diff").exit_code == 0


def test_only_what_is_new_in_a_text(repo: Repo) -> None:
    repo.commit("2025-10-06", {"pir/INC-002.yaml": BAD})
    assert piped(repo, BAD, "--since", "HEAD", "--format", "concise").stdout == ""
    worse = BAD.replace("INC-404", "INC-405")
    assert "INC-405" in piped(repo, worse, "--since", "HEAD", "--format", "concise").stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["-", "pir"], "`-` reads stdin and goes along with no other path"),
        (["-", "--staged"], "`-` reads stdin, --staged the index"),
        (["pir", "--stdin-filename", "pir/x.yaml"], "--stdin-filename goes along with `-`"),
        (["-", "--stdin-filename", "pir"], "pir is a folder; name the file"),
        (["-", "--since", "nope"], "is not in a git repository"),
    ],
)
def test_what_does_not_go_along_is_refused(project: Cli, words: list[str], said: str) -> None:
    done = CliRunner().invoke(main, ["-C", str(project.folder), "lint", *words], input=review())
    assert (done.exit_code, done.stdout) == (2, "")
    assert said in done.stderr


def test_a_stream_without_end_is_read_up_to_a_limit(project: Cli) -> None:
    endless = subprocess.Popen(
        [sys.executable, "-c", "import sys\nwhile True: sys.stdout.write('a: b\\n' * 999)"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    words = [sys.executable, "-m", "pirgen", "lint", "-", "--format", "concise"]
    done = subprocess.run(words, stdin=endless.stdout, cwd=project.folder, capture_output=True, text=True, timeout=60)
    endless.kill()
    endless.wait()
    assert done.stdout == "<stdin>:1:1: error[yaml] the file is larger than 512 KiB (split it)\n"
    assert piped(project, b"a" * (MAX_READ + 1), "--fix").stdout == "", "what was read is not the whole"


def test_a_closed_stdin_is_a_sentence(project: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pirgen.runtime.environment.stdin", lambda: None)
    done = piped(project, "")
    assert (done.exit_code, done.stderr) == (2, "pirgen: stdin is closed; pipe a review into `pirgen lint -`\n")


def test_what_is_piped_is_not_kept(cli: Cli) -> None:
    """The cache holds what files say. It is used from 50 files on."""
    for number in range(60):
        cli.write(f"pir/INC-{number:03}.yaml", review(f"INC-{number:03}"))
    assert cli.run("lint").returncode == 0
    done = piped(cli, review("INC-001", related=["INC-059"]), "--stdin-filename", "pir/INC-000.yaml")
    assert "is also the id in pir/INC-001.yaml" in done.stdout
    assert cli.run("lint").returncode == 0
