"""How far long work is: for a person at a terminal, and for nobody else."""

from __future__ import annotations

import io
from types import SimpleNamespace

import pytest

from pirgen.runtime import environment, progress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def _direct(monkeypatch: pytest.MonkeyPatch, stderr: io.StringIO) -> None:
    for module in (progress, environment):  # pytest sets the real one anew for each test
        monkeypatch.setattr(module, "sys", SimpleNamespace(stderr=stderr))


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Terminal:
    stderr = Terminal()
    _direct(monkeypatch, stderr)
    monkeypatch.setattr(progress, "PATIENCE", -1)
    monkeypatch.setattr(progress, "STEP", -1)
    monkeypatch.setenv("TERM", "xterm")
    return stderr


def test_a_terminal_is_told_and_the_line_is_gone_at_the_end(terminal: Terminal) -> None:
    assert list(progress.watched("abcd", 4, "reading")) == list("abcd")
    told = "".join(f"\rreading: {percent}%\x1b[K" for percent in (0, 25, 50, 75))
    assert terminal.getvalue() == told + "\r\x1b[K"


def test_the_line_is_gone_when_work_fails(terminal: Terminal) -> None:
    with pytest.raises(LookupError):
        for number in progress.watched("ab", 2, "reading"):
            raise LookupError(number)
    assert terminal.getvalue().endswith("\r\x1b[K")


def test_nobody_else_is_told(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patched:
        patched.setenv("TERM", "dumb")
        assert list(progress.watched("ab", 2, "reading")) == ["a", "b"]
    with monkeypatch.context() as patched:
        patched.setattr(progress, "PATIENCE", 60)
        assert list(progress.watched("ab", 2, "reading")) == ["a", "b"]
    assert terminal.getvalue() == ""
    pipe = io.StringIO()
    _direct(monkeypatch, pipe)
    assert list(progress.watched("ab", 2, "reading")) == ["a", "b"]
    assert pipe.getvalue() == ""
