"""`make check` runs what is quick, and says what is not."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support import ROOT

TESTS = """
import subprocess, sys, time
import pytest
from hypothesis import given, strategies

tried = []

@pytest.fixture
def started():
    subprocess.run(["git", "--version"])

def test_a_program(): subprocess.run([sys.executable, "--version"])

def test_git(started): raise AssertionError

def test_nothing(): pass

@pytest.mark.slow
def test_marked(): raise AssertionError

def work():
    begun = time.process_time()
    while time.process_time() - begun < LIMIT + 0.1: pass

@pytest.fixture(scope="session")
def shared(): work()

@pytest.fixture
def own(): work()

def test_first_of_many(shared): pass

def test_own(own): pass

def test_long(): work()

def test_wait(): time.sleep(LIMIT + 0.1)

@given(strategies.integers())
def test_property(number): tried.append(number)

def test_inputs(): assert 0 < len(tried) <= 10
"""


@pytest.mark.slow
def test_what_starts_a_program_or_is_marked_is_left_out_and_what_takes_long_fails(tmp_path: Path) -> None:
    path = tmp_path / "test_some.py"
    path.write_text(f"from tests.quick import LIMIT\n{TESTS}", encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-p", "tests.quick", "-p", "no:cacheprovider", "-vv"]
    done = subprocess.run(
        [*command, "-c", str(ROOT / "pyproject.toml"), "--rootdir", str(tmp_path), str(path)],
        cwd=ROOT, capture_output=True, text=True,
    )  # fmt: skip
    told = re.findall(r"::(\w+) (\w+) .*%\]", done.stdout)
    assert dict(told) == {
        "test_a_program": "SKIPPED",
        "test_git": "SKIPPED",
        "test_nothing": "PASSED",
        "test_first_of_many": "PASSED",
        "test_own": "FAILED",
        "test_long": "FAILED",
        "test_wait": "PASSED",
        "test_property": "PASSED",
        "test_inputs": "PASSED",
    }, done.stdout
    assert "mark it `slow`" in done.stdout
    assert done.returncode == 1
