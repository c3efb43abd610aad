"""Whatever goes wrong is told in a line, with an exit code that the docs name."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from pirgen.commands import main
from pirgen.text.terminal import address, printable, readable
from tests.support import Cli, Repo, review

NAME = "pir/INC-\udcff1.yaml"


def shell(folder: Path, line: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["bash", "-c", f'"$0" -m pirgen {line}', sys.executable],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )


def test_names_that_are_not_utf8_are_shown_in_one_way() -> None:
    assert readable("é/\udcff\udce9") == "é/\\xff\\xe9"
    assert readable("\ud800") == "\\ud800"
    assert printable(NAME) == "pir/INC-\\xff1.yaml"
    assert address(NAME + " é") == "pir/INC-%FF1.yaml%20%C3%A9"


def test_findings_in_files_with_such_names_reach_every_format(cli: Cli) -> None:
    cli.write(NAME, review("INC-001", foo=1))
    uri = json.loads(cli.run("lint", "--format", "sarif").stdout)["runs"][0]["results"][0]["locations"][0]
    assert uri["physicalLocation"]["artifactLocation"]["uri"] == "pir/INC-%FF1.yaml"
    assert json.loads(cli.run("lint", "--format", "json").stdout)[0]["file"] == "pir/INC-\\xff1.yaml"
    assert json.loads(cli.run("lint", "--format", "gitlab").stdout)[0]["location"]["path"] == "pir/INC-\\xff1.yaml"
    for form in ("text", "junit", "github"):
        assert "pir/INC-\\xff1.yaml" in cli.run("lint", "--format", form).stdout
    cli.run("lint", "--format", "markdown", "--output-file", "told.md")
    assert "INC-\\\\xff1.yaml" in (cli.folder / "told.md").read_text(encoding="utf-8")


def test_programs_get_a_projects_name_as_it_is(repo: Repo) -> None:
    (repo.folder / "\udcff").mkdir()
    (repo.folder / "\udcff/pirgen.yaml").write_text("enough: 3\n")
    done = subprocess.run([sys.executable, "-m", "pirgen", "projects", "-z"], cwd=repo.folder, capture_output=True)
    assert b"\xff" in done.stdout.split(b"\0")
    assert "\\xff\n" in repo.run("projects").stdout


@pytest.mark.parametrize(
    ("line", "code", "told"),
    [
        ("lint >&-", 1, ""),
        ("report >&-", 2, "not in a git repository"),
        ("lint <&- >&- 2>&-", 1, ""),
        ("lint >/dev/full", 2, "No space left on device"),
        ("--help >/dev/full", 2, "No space left on device"),
        ("lint --nope 2>/dev/full", 2, ""),
        ("--help | true", 0, ""),
        ("lint | true", 0, ""),
    ],
)
@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="there is no /dev/full")  # noqa: PTH110
def test_streams_that_are_closed_or_full(cli: Cli, line: str, code: int, told: str) -> None:
    cli.write("pir/INC-001.yaml", review(foo=1))
    done = shell(cli.folder, line)
    assert done.returncode == code, done.stderr
    assert told in done.stderr
    assert "Traceback" not in done.stderr and "ignored" not in done.stderr


def test_a_file_never_gets_the_number_of_a_closed_stream(cli: Cli) -> None:
    code = "import os; from pirgen import __main__; __main__.run.__globals__['sys'].argv[1:] = ['--version']\n"
    code += "try: __main__.run()\nfinally: n = os.open('x', os.O_CREAT); open('number', 'w').write(str(n))"
    subprocess.run(["bash", "-c", f'"$0" -c "{code}" >&-', sys.executable], cwd=cli.folder, check=False)
    assert int((cli.folder / "number").read_text()) > 2


def test_an_interrupt_while_modules_are_imported() -> None:
    code = """
import sys
class Interrupts:
    def find_spec(self, name, *_):
        if name == "pirgen.commands":
            raise KeyboardInterrupt
sys.meta_path.insert(0, Interrupts())
from pirgen.__main__ import run
run()
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (130, "")


def test_an_interrupt_and_an_end_of_answers(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def interrupted(*_: object, **how: object) -> None:
        raise KeyboardInterrupt

    done = CliRunner().invoke(main, ["-C", str(tmp_path), "new", "--interactive"], input="")
    assert (done.exit_code, "nobody to answer" in done.stderr) == (2, True)
    monkeypatch.setattr("pirgen.commands.lint.chosen", interrupted)
    done = CliRunner().invoke(main, ["lint"])
    assert (done.exit_code, done.stderr.strip()) == (130, "")


def test_what_nobody_expects_is_one_line(monkeypatch: pytest.MonkeyPatch, repo: Repo) -> None:
    def broken(*_: object, **how: object) -> None:
        raise KeyError("a\nb")

    monkeypatch.setattr("pirgen.commands.lint.chosen", broken)
    done = CliRunner().invoke(main, ["lint"])
    assert done.exit_code == 2
    assert done.stderr.startswith("pirgen: unexpected KeyError: 'a\\nb'; please report this line (version ")
    assert done.stderr.count("\n") == 1
    monkeypatch.undo()
    monkeypatch.setattr("pirgen.ledger.snapshot.Camera.take", broken)
    monkeypatch.setattr("pirgen.lint.engine.Engine._verdict", broken)
    repo.commit("2025-10-06", {NAME: review()})
    for command in ("lint", "report"):
        done = CliRunner().invoke(main, ["-C", str(repo.folder), command])
        assert "'a\\nb' at pir/INC-\\xff1.yaml; please" in done.stderr
    done = CliRunner().invoke(main, ["-C", str(repo.folder), "lint"], env={"PIRGEN_DEBUG": "1"})
    assert (done.exit_code, "Traceback" in done.stderr) == (2, True)


def test_a_head_without_its_commit_is_missing_history(repo: Repo) -> None:
    repo.commit("2025-10-06", {"pir/INC-001.yaml": review()})
    (repo.folder / ".git/refs/heads/main").write_text("1" * 40 + "\n")
    done = repo.run("lint", "--since", "HEAD")
    assert (done.returncode, "1111 is missing" in done.stderr) == (3, True)


@pytest.mark.parametrize("kind", ["GLOB", "NOGLOB", "ICASE", "LITERAL"])
def test_what_somebody_wishes_for_path_specs_changes_nothing(repo: Repo, kind: str) -> None:
    repo.commit("2025-10-06", {"pir/INC-001.yaml": review(foo=1), "a/pirgen.yaml": "enough: 3\n"})
    repo.write("pir/INC-002.yaml", review("INC-002"))
    for command in (["lint", "--staged"], ["report", "--as-of", "2025-12-01"], ["projects"]):
        usual, done = repo.run(*command), repo.run(*command, **{f"GIT_{kind}_PATHSPECS": "1"})
        assert (done.returncode, done.stdout, done.stderr) == (usual.returncode, usual.stdout, usual.stderr)


def test_code_owners_that_can_be_read_count_beside_those_that_cannot(cli: Cli) -> None:
    cli.write("CODEOWNERS", "[ @b\n* @a\n")
    cli.write("pir/INC-001.yaml", review())
    told = json.loads(cli.run("lint", "--format", "json").stdout)
    assert [(one["rule"], one["message"]) for one in told] == [("owner-known", "nobody is known as `@platform`")]
