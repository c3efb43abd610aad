"""Texts that are parsed in parts say what they say when they are parsed whole."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pirgen.document import incremental as blocks
from pirgen.document import load
from pirgen.document.incremental import Blocks
from pirgen.files import Source
from tests.support import DATA, review

FILES = sorted(path for path in (DATA / "tricky").rglob("*") if path.suffix in (".yaml", ".yml"))
BASE = review(impact="much\n\nmore", title="a: b").splitlines()
NASTY = [
    "---", "...", "%YAML 1.2", "--- a: 1", "key:", "key: |", "key: >-", "key: |+", "key: 'x", 'key: "x', "'", '"',
    "key: [1,", "key: {a: 1,", "]", "}", "? key", ": value", "? |", "key: &a 1", "other: *a", "key: &a",
    "key: !x 1", "key: !!str 1", "key: |2", "  - x", "- x", "-", " key: 1", "\tkey: 1", "key:\t1", "key:1",
    "key : 1", "# key: 1", "", " ", "text", "  text: more", "key: a\r", "key: 1\rother: 2", "\ufeffkey: 1",
    "key: \x85x", "k\xe4: 1", "key: a # b", "key: a & b", "key: http://x/?a=1&b=2", "severity: P2", "impact:",
    "1: 2", "key: @x", "key: *x", "<<: {a: 1}", "key: ~",
]  # fmt: skip


def agree(known: Blocks, data: bytes) -> bool:
    """Whether the text could be told by its parts; if so, it says the same."""
    document = load(Source("x", data))
    told = known.data(Source("x", data))
    if told is not None:
        assert not document.problems
        assert told == document.data
        assert list(told) == list(document.data)
    return told is not None


@pytest.mark.parametrize("file", FILES, ids=lambda path: path.stem)
def test_odd_files_say_the_same(file: Path) -> None:
    agree(Blocks(), file.read_bytes())


def test_most_reviews_are_told_by_their_parts_and_only_what_is_new_is_parsed(monkeypatch: pytest.MonkeyPatch) -> None:
    parsed: list[str] = []
    parse = blocks._parse

    def noted(part: str) -> dict[str, Any] | None:
        parsed.append(part)
        return parse(part)

    monkeypatch.setattr(blocks, "_parse", noted)
    known = Blocks()
    for head in ("", "---\n", "# a comment\n\n", "---\n# a comment\n"):
        assert agree(known, f"{head}{review()}".encode())
    every = len(review().split("\n")) - review().count("\n ") - review().count("\n-") - 1
    assert len(parsed) == every + 3, "the first part anew with each head"
    assert agree(known, review().encode())
    parsed.clear()
    assert agree(known, review(severity="P2").encode())
    assert parsed == ["severity: P2\n"]


EDIT = st.tuples(st.integers(0, len(BASE)), st.integers(0, 2), st.lists(st.sampled_from([*NASTY, *BASE]), max_size=3))


@pytest.mark.slow
@given(
    st.lists(st.lists(EDIT, max_size=3), min_size=1, max_size=4),
    st.sampled_from(["\n", "\n", "\r\n", "\r"]),
    st.booleans(),
)
@settings(max_examples=100, deadline=None)
def test_any_text_says_the_same(revisions: list[list[tuple[int, int, list[str]]]], end: str, closed: bool) -> None:
    known = Blocks()
    for edits in revisions:
        lines = list(BASE)
        for place, gone, new in edits:
            lines[place : place + gone] = new
        agree(known, (end.join(lines) + end * closed).encode())
