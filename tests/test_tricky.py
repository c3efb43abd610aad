"""Odd and broken files, each with its verdict: none may end in a traceback, take long or much memory."""

from __future__ import annotations

import csv
import json
import resource
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from pirgen.diagnostic import Severity
from pirgen.lint import lint
from pirgen.project import Project
from pirgen.text.terminal import printable
from tests.support import DATA

TRICKY = DATA / "tricky"
POLICY = {
    "014-action-missing-due": "invalid",  # the rule action-has-due; off where a project says so
    "045-tab-after-colon": "valid",  # YAML 1.2 allows it
    "050-severity-04": "invalid",  # enumerations are exact; the hint names the value meant
    "060-date-01": "invalid",  # a date has no time
    "060-date-13": "invalid",  # the last year of the calendar has no next day in every zone
    "070-duration-05": "invalid",  # one way to write durations
    "070-duration-09": "valid",  # warned about where the timeline says otherwise
    "070-duration-13": "invalid",  # a duration is derived, so it is never approximate
    "079-duration-contradicts-timeline": "valid",  # a warning: published reviews do it in 23 of 56 cases
    "080-time-03": "valid",  # text by YAML 1.2
    "080-time-07": "invalid",  # 24:00 is 00:00 of the next day
    "080-time-11": "invalid",  # zone names are ambiguous, offsets are not
    "080-time-19": "valid",  # ~14:35 is how an approximate time is written
    "091-midnight": "valid",
    "095-date-differs-from-timeline": "valid",
    "100-owner-02": "valid",  # an owner may be an e-mail address
    "100-owner-14": "valid",
    "110-due-06": "valid",
    "110-due-14": "valid",
    "126-id-1e3": "invalid",  # a number by YAML 1.2; in quotes it would be text
    "134-cr-only": "valid",
    "138-control-escaped": "valid",
    "171-html-attr": "invalid",  # not an owner
    "175-md-link-js": "valid",  # text, and shown as text
    "191-odd-names": "invalid",  # ids become file names and addresses
}
"""Our verdict where the manifest leaves it to us; docs/reference/review.md says the same in words."""


def rows() -> list[dict[str, str]]:
    with (TRICKY / "MANIFEST.tsv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t"))


def limit() -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (4, 4))  # twice what a file may take, on a busy machine


@pytest.mark.parametrize("row", rows(), ids=lambda row: row["file"])
def test_verdict(row: dict[str, str], tmp_path: Path) -> None:
    case, _, file = row["file"].partition("/")
    shutil.copytree(TRICKY / case, tmp_path / case)
    done = subprocess.run(
        [sys.executable, "-m", "pirgen", "lint", "--format", "json", f"./{file}"],
        cwd=tmp_path / case,
        capture_output=True,
        text=True,
        preexec_fn=limit,
    )
    assert "Traceback" not in done.stderr
    assert done.returncode in (0, 1), done.stderr
    assert not (tmp_path / case / "pirgen-was-executed").exists()
    errors = [found for found in json.loads(done.stdout) if found["severity"] == "error"]
    wanted = POLICY[case] if row["certainty"] == "policy" else row["expected"]
    assert ("invalid" if errors else "valid") == wanted, errors
    assert done.returncode == bool(errors)
    assert all(found["file"] == file for found in errors)
    if wanted == "invalid" and row["certainty"] == "must" and row["line"] != "-":
        assert int(row["line"]) in [found["line"] for found in errors]


def test_where_and_what(tmp_path: Path, golden: Callable[[Path, str], None]) -> None:
    lines = []
    for row in rows():
        case, _, file = row["file"].partition("/")
        shutil.copytree(TRICKY / case, tmp_path / case, dirs_exist_ok=True)
        project = Project(tmp_path / case)
        for found in lint(tmp_path / case, project.config, [tmp_path / case / file]).diagnostics:
            if found.severity is not Severity.ADVICE:
                place = f"{found.span.line}:{found.span.column}"
                lines.append(printable(f"{case}:{place}: {found.severity} {found.rule}: {found.message}"))
    golden(DATA / "tricky.txt", "\n".join(lines) + "\n")


def test_every_policy_case_is_decided() -> None:
    cases = {row["file"].split("/")[0] for row in rows() if row["certainty"] == "policy"}
    assert cases == set(POLICY)


HUGE = {
    "deep flow": "a: " + "[" * 400_000,
    "deep block": "".join(" " * i + "a:\n" for i in range(1_000)),
    "long line": "impact: " + "x" * 500_000,
    "many items": "lessons_learned:\n" + "  - x\n" * 80_000,
    "many keys": "".join(f"k{i}: 1\n" for i in range(45_000)),
    "backticks": "impact: '" + "` `` " * 80_000 + "'",
    "digits": "date: " + "9" * 500_000,
    "wide aliases": "a: &a [x]\nb: [" + "*a," * 150_000 + "]",
    "too large": "impact: " + "x" * 3_000_000,
}


@pytest.mark.parametrize("name", HUGE)
def test_size_is_bounded(name: str, tmp_path: Path) -> None:
    (tmp_path / "INC-001.yaml").write_text(HUGE[name], encoding="utf-8")
    code = (
        "import resource, subprocess, sys\n"
        "done = subprocess.run([sys.executable, '-m', 'pirgen', 'lint', 'INC-001.yaml'], capture_output=True)\n"
        "used = resource.getrusage(resource.RUSAGE_CHILDREN)\n"
        "print(done.returncode, used.ru_utime + used.ru_stime, used.ru_maxrss // 1024, b'Traceback' in done.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True)
    status, seconds, megabytes, crashed = done.stdout.split()
    assert (status, crashed) == ("1", "False")
    assert int(megabytes) <= 300
    assert float(seconds) <= 4
