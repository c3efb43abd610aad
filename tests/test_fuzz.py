"""The recipes that went wrong once go well, and the fuzzer would notice if they did not."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from pirgen.commands import main
from pirgen.lint.rules import date_matches_timeline
from tests import fuzz
from tests.support import review


@pytest.mark.parametrize("path", sorted(fuzz.KEPT.glob("*.json")), ids=lambda path: path.stem)
def test_what_went_wrong_once_goes_well(path: Path, tmp_path: Path) -> None:
    assert fuzz.played(fuzz.read(path), tmp_path) == ""


def test_every_command_is_fuzzed() -> None:
    names = {words[0] for words in fuzz.commands()}
    assert names == {*main.commands, *main.list_commands(None)}  # type: ignore[arg-type]
    assert ("incident", "show") in fuzz.commands()


def test_a_few_odd_projects_go_well(tmp_path: Path) -> None:
    assert [said for number in range(12) if (said := fuzz.tried(fuzz.made(number)))] == []


def test_a_crash_is_noticed_and_made_small(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **how: object) -> Any:
        raise KeyError("x")

    files = {"pir/INC-001.yaml": review("INC-001"), "pir/INC-002.yaml": review("INC-002")}
    recipe = fuzz.Recipe(files, runs=[["projects"], ["lint"], ["rules"]])
    assert fuzz.tried(recipe) == ""
    rule = date_matches_timeline.date_matches_timeline
    monkeypatch.setattr(date_matches_timeline, "date_matches_timeline", rule._replace(check=broken))
    said = fuzz.tried(recipe)
    assert said.startswith("'lint': the rule crashed (KeyError: 'x')")
    small = fuzz.smaller(recipe, said)
    assert (len(small.files), small.runs) == (1, [["lint"]])
    monkeypatch.setattr("pirgen.commands.lint.chosen", broken)
    assert "pirgen: unexpected KeyError: 'x'" in fuzz.tried(recipe)


@pytest.mark.parametrize(
    ("arguments", "out", "what"),
    [
        (["lint", "--format", "json"], b"[", "Expecting"),
        (["lint", "--format", "sarif"], b'"\\udcff"', "surrogates"),
        (["check", "--format", "junit"], b"<a>", "no element"),
        (["lint"], b"\xff", "can't decode"),
    ],
)
def test_answers_that_nobody_can_read_are_noticed(arguments: list[str], out: bytes, what: str) -> None:
    assert what in fuzz.wrong(fuzz.Ran(1, out, ""), arguments, "")


def test_what_is_left_behind_is_noticed(tmp_path: Path) -> None:
    files = {"pir/INC-001.yaml": "a: 1\n", "pir/.INC-001.yaml.0123abcd": ""}
    assert "left the draft" in fuzz.played(fuzz.Recipe(files, runs=[["lint"]]), tmp_path)
    assert "exit code 7" in fuzz.wrong(fuzz.Ran(7, b"", ""), ["lint"], "")
    assert "runs for more" in fuzz.wrong(fuzz.Ran(None, b"", ""), ["lint"], "")
    assert os.environ.get("TMPDIR") != str(tmp_path / "tmp")
