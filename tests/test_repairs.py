"""Mistakes in the YAML of a file: all are told in one run, each with its fix, and the rest of the file is judged."""

from __future__ import annotations

import re
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from pirgen.config import Config
from pirgen.diagnostic import Diagnostic
from pirgen.document import Document, load
from pirgen.document.edit import apply
from pirgen.document.repairs import MAX_REPAIRS
from pirgen.files import Source
from pirgen.lint import Linter
from pirgen.lint.fix import fix
from pirgen.workspace import Workspace


def document(text: str) -> Document:
    return load(Source("x.yaml", text.encode()))


@pytest.mark.parametrize(
    ("text", "data"),
    [
        ("a: @x\n", {"a": "@x"}),
        ("a: @x  # team\n", {"a": "@x"}),
        ("a:\n  * x\n  * y z\nb: 1\n", {"a": ["x", "y z"], "b": 1}),
        ("```yaml\na: x\n```\n", {"a": "x"}),
        ("a: `x` and %y\n", {"a": "`x` and %y"}),
        ("a: x: y\nb: z: w\n", {"a": "x: y", "b": "z: w"}),
        ("- a: b: c\n- @x: y\n", [{"a": "b: c"}, "@x: y"]),
        ("a: x: y\n  and more\nb: 1\n", {"a": "x: y and more", "b": 1}),
        ("a: it's x: y\n  isn't it\n", {"a": "it's x: y isn't it"}),
        ("a:\n- t: x\n\tb: c\n", {"a": [{"t": "x", "b": "c"}]}),
        ("a: |\n\tone\n\ttwo\nb: 1\n", {"a": "one\ntwo\n", "b": 1}),
        ("a:\n\t- x\n\t- y\n", {"a": ["x", "y"]}),
        ("a:\n\tb: 1\n\tc:\n\t\td: 2\n", {"a": {"b": 1, "c": {"d": 2}}}),
        ('a: "x\nb: c\n', {"a": "x", "b": "c"}),
        ('a: "x\nb: "c"\nd: \'e\'\n', {"a": "x", "b": "c", "d": "e"}),
        ("a: 'x y\nb: c\n", {"a": "x y", "b": "c"}),
        ('a: "x" y\n', {"a": '"x" y'}),
        ("a: 'it's x'\n", {"a": "it's x"}),
        ('a: "he said "no" to it"\n', {"a": 'he said "no" to it'}),
        ('a: "\\d+\\.\\w"\n', {"a": "\\d+\\.\\w"}),
        ("a: [x, y\nb: c\n", {"a": ["x", "y"], "b": "c"}),
        ("a: [\n  x,\n  y\nb: c\n", {"a": ["x", "y"], "b": "c"}),
        ("a: {b: c, d: @e\nf: g\n", {"a": {"b": "c", "d": "@e"}, "f": "g"}),
        ("a: [{b: c, d: [e, f\nx: y\n", {"a": [{"b": "c", "d": ["e", "f"]}], "x": "y"}),
        ("a: [b, c}\n", {"a": ["b", "c"]}),
        ("a: {b: c: d, e: @f}\n", {"a": {"b": "c: d", "e": "@f"}}),
        ("a: [x] y\n", {"a": "[x] y"}),
        ("a: *x* y\nb: & z\nc: > 5\n", {"a": "*x* y", "b": "& z", "c": "> 5"}),
        ("a:b\nc:d\ne: f\n", {"a": "b", "c": "d", "e": "f"}),
        ("a: @é\u2028x\n", {"a": "@é\u2028x"}),
    ],
)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_what_has_one_reading_is_mended(text: str, data: Any, end: str, mark: str) -> None:
    found = document(mark + text.replace("\n", end))
    assert found.data == data
    assert found.problems
    assert all(problem.fix and problem.fix.safe for _, problem in found.problems)
    after = apply(found, tuple(edit for _, problem in found.problems if problem.fix for edit in problem.fix.edits))
    assert after is not None
    assert (after.data, after.problems) == (data, ())
    assert after.source.data.decode().startswith(mark)
    assert after.text.count(end) == text.count("\n")


@pytest.mark.parametrize(
    ("text", "data"),
    [
        ("a: x\n  b: y\n", {"a": "x", "b": "y"}),
        ("a: x\nfoo bar\nb: y\n", {"a": "x foo bar", "b": "y"}),
        ("a: - x\n", {"a": ["x"]}),
        ("a: |\nx\ny\nb: z\n", {"a": "x\ny\n", "b": "z"}),
        ("a: x\n@b said y\nc: z\n", {"a": "x @b said y", "c": "z"}),
        ("a: [down again\nb: c\n", {"a": ["down again"], "b": "c"}),
        ("a: '90s music\nb: c\n", {"a": "90s music", "b": "c"}),
        ('a: "x # y\nb: c\n', {"a": "x # y", "b": "c"}),
        ("a:\n  - x\n - y\n", {"a": ["x", "y"]}),
    ],
)
def test_what_has_two_readings_is_a_guess(text: str, data: Any) -> None:
    found = document(text)
    assert found.data == data
    assert {bool(problem.fix and problem.fix.safe) for _, problem in found.problems} == {False}


def test_what_nothing_mends_hides_no_other_mistake() -> None:
    found = document("a: @x\n- b\nc: @y\n")
    assert [(span.line, bool(problem.fix)) for span, problem in found.problems] == [(1, True), (2, False), (3, True)]
    assert found.data is None, "nobody knows what the second line says, so that nothing is missing for sure"


def test_places_are_those_of_the_file() -> None:
    text = "a: {b: @x, c: 'no', d: @y}\ne: x: y\nf: {\nb: 1}\na: 2\n"
    found = document(text)
    places = [(span[:2], problem.message.partition(": ")[0]) for span, problem in found.problems]
    assert places == [((1, 8), "not valid YAML"), ((1, 24), "not valid YAML"), ((2, 4), "not valid YAML"),
                      ((5, 1), "the key `a` is here twice")]  # fmt: skip
    assert found.span(("a", "c"))[:2] == (1, 15)
    assert found.excerpt(found.span(("a", "c")), 99)[1] == "a: {b: @x, c: 'no', d: @y}"
    assert found.span(("e",)) == (2, 4, 2, 8)


def test_no_more_than_so_many_are_told() -> None:
    found = document("".join(f"k{number}: @x\n" for number in range(MAX_REPAIRS + 20)))
    assert len(found.problems) == MAX_REPAIRS + 1
    assert found.data is None


GOOD = """\
incident_id: INC-001
title: "Search was down"
severity: P1
date: 2025-10-05
duration: 45m
impact: "API: 30 % of requests failed"
detected_by: "@oncall"
timeline:
  - time: "14:05"
    event: "Alert triggered: errors"
    kind: detected
  - {time: "14:10", event: "On-call: acknowledged", kind: acknowledged, by: "@ann"}
  - time: "14:50"
    event: Incident resolved
    kind: resolved
root_cause: 'The pattern "\\d: b" never ends'
contributing_factors:
  - No alert
services: [api, db]
action_items:
  - id: AI-1
    action: Add metrics
    owner: "@platform"
    due: "2025-10-12"
lessons_learned:
  - Watch saturation
colour: red
"""
MISTAKES = {
    'title: "Search was down"': ['title: "Search was down'],
    "severity: P1": ["severity:P1", "severity: sev1", "severity: P1 - critical", "severity: critical"],
    "date: 2025-10-05": ["date: 5 October 2025", "date: 2025/10/05", "date: 2025-10-05T14:05:00Z", "date:2025-10-05"],
    "duration: 45m": ["duration: 45 minutes", "duration: 0:45:00"],
    'impact: "API: 30 % of requests failed"': ["impact: API: 30 % of requests failed"],
    'detected_by: "@oncall"': ["detected_by: @oncall"],
    '- time: "14:05"': ["- time: 2:05 PM", "- time: 14.05", "- time:14:05"],
    '    event: "Alert triggered: errors"': [
        "    event: Alert triggered: errors",
        '\tevent: "Alert triggered: errors"',
    ],
    'event: "On-call: acknowledged"': ["event: On-call: acknowledged"],
    'by: "@ann"': ["by: @ann"],
    "    event: Incident resolved": ["\tevent: Incident resolved", '    event: "Incident resolved'],
    """'The pattern "\\d: b" never ends'""": ['The pattern "\\d: b" never ends'],
    "[api, db]": ["[api, db", "api, db"],
    'owner: "@platform"': ["owner: @platform"],
    'due: "2025-10-12"': ["due: 12 Oct 2025", 'due: "2025-10-12'],
    "lessons_learned:\n  - Watch saturation": ["lessons_learned: Watch saturation"],
}
SLIPS = st.lists(
    st.sampled_from([(good, bad) for good, some in MISTAKES.items() for bad in some]),
    min_size=1,
    unique_by=lambda slip: slip[0],
)
GOOD_DATA = document(GOOD).data


def found_in(text: str, folder: Path) -> tuple[Source, Linter, list[Diagnostic]]:
    source, linter = Source("pir/INC-001.yaml", text.encode()), Linter(Workspace(folder, Config()))
    return source, linter, linter.check(source)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=50)
@given(slips=SLIPS)
def test_every_slip_is_told_at_its_line_and_mended(slips: list[tuple[str, str]], tmp_path: Path) -> None:
    text = GOOD
    for good, bad in slips:
        assert text.count(good) == 1
        text = text.replace(good, bad)
    expected = {text[: text.index(bad)].count("\n") + 1 for _, bad in slips} | {text.count("\n")}
    source, linter, found = found_in(text, tmp_path)
    told = {one.span.line for one in found if one.rule in ("yaml", "schema")}
    assert told == expected
    assert [one.message for one in found if one.span.line == text.count("\n")] == ["unknown field `colour`"]
    after, _ = fix(source, linter.check, unsafe=False)
    assert load(after).data == GOOD_DATA
    assert not load(after).problems


PIECES = st.sampled_from(
    [*"\"'[]{}:,@`#%&*!|>?-\t\n\r \\\0é\u2028", ": ", "- ", "\n\t", "\n- ", "a: ", "@x", "key:value"]
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(parts=st.lists(st.tuples(st.integers(0, len(GOOD)), PIECES), max_size=12))
def test_no_text_breaks_the_reading(parts: list[tuple[int, str]], tmp_path: Path) -> None:
    text = GOOD
    for place, piece in parts:
        text = text[:place] + piece + text[place:]
    source, linter, found = found_in(text, tmp_path)
    lines = re.split(r"\r\n|\n|\r", text)
    for one in found:
        assert 1 <= one.span.line <= len(lines)
        assert 1 <= one.span.column <= len(lines[one.span.line - 1]) + 1
        assert one.excerpt in lines[one.span.line - 1]
    for unsafe in (False, True):
        after, fixed = fix(source, linter.check, unsafe=unsafe)
        assert (after.data != source.data) == bool(fixed)
        assert len(load(after).problems) <= len(load(source).problems)


@settings(deadline=None)
@given(parts=st.lists(st.one_of(PIECES, st.text(max_size=3)), max_size=40))
def test_a_document_that_is_valid_is_read_as_it_is(parts: list[str]) -> None:
    text = "".join(parts)
    assume(text.isprintable() or text)
    found = document(text)
    if not found.problems:
        assert found.written == found.text
        assert found.changes is None


@pytest.mark.parametrize(
    "piece", ["a: b: c\n", '"', "\ta: b\n", "- [\n", "a: 'x\n", "@\n", "a: [@b, \n", '- "a\n  b: c\n']
)
@pytest.mark.slow
def test_hostile_text_is_read_in_bounded_time(piece: str) -> None:
    text = piece * (500_000 // len(piece))
    start = time.process_time()
    assert document(text).problems
    assert time.process_time() - start < 15
