"""The quick tests, which `make check` runs: `pytest -p tests.quick`.

A test is quick where it starts no program, not even git, and is not marked `slow`. One that is about to start a program
is skipped at that moment, so there is no list to keep. A quick test that needs more than `LIMIT` fails: it is to be
marked. Property tests try 10 inputs, unless they say themselves how many.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Generator
from typing import Any

import pytest
from hypothesis import settings

LIMIT = 2.0
"""Seconds of processor time, of the process and of those that it waited for. A busy machine is nobody's fault, and what
all tests share is not the fault of the first one that asks for it.
"""

running = pytest.StashKey[float]()
"""The processor time when the test began, less what fixtures of the session had taken."""

_is_on = False
_shared = 0.0


def _refuse(event: str, arguments: tuple[Any, ...]) -> None:
    """The audit hook of Python, which is told of each program before it starts."""
    if _is_on and event == "subprocess.Popen":
        pytest.skip("starts a program; `make test` runs it")


def _spent() -> float:
    return sum(os.times()[:4])


def pytest_configure(config: pytest.Config) -> None:
    """Leaves out what is marked, watches the others, and tries properties on few inputs."""
    config.option.markexpr = "not slow"
    settings.register_profile("quick", max_examples=10)  # the rest as in the profile before
    settings.load_profile("quick")
    sys.addaudithook(_refuse)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Refuses programs while a test runs, from its first fixture on, and not to pytest itself."""
    global _is_on
    _is_on = True
    item.stash[running] = _spent() - _shared
    try:
        return (yield)
    finally:
        _is_on = False


@pytest.hookimpl(wrapper=True)
def pytest_fixture_setup(fixturedef: pytest.FixtureDef[object]) -> Generator[None, object, object]:
    """Adds up what fixtures of the whole session take. Raises what the fixture raises."""
    global _shared
    began = _spent()
    try:
        return (yield)
    finally:
        if fixturedef.scope == "session":
            _shared += _spent() - began


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, None, None]:
    """Fails a test that is not quick and not marked. Raises what the test raises."""
    yield
    spent = _spent() - _shared - item.stash[running]
    if spent > LIMIT:
        pytest.fail(f"took {spent:.1f} s of processor time, and a quick test at most {LIMIT:g}: mark it `slow`")
