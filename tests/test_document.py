"""YAML to data and spans."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from pirgen.diagnostic import Span
from pirgen.document import Document, load
from pirgen.files import Source


def document(text: str | bytes) -> Document:
    return load(Source("x.yaml", text.encode() if isinstance(text, str) else text))


def shown(text: str, path: tuple[str | int, ...], *, at_key: bool = False) -> str:
    """The characters that a span covers, by lines counted as editors do."""
    found = document(text)
    span = found.span(path, at_key=at_key)
    lines = [found.excerpt(Span(number, 1, number, 1))[1] for number in range(span.line, span.end_line + 1)]
    lines[-1] = lines[-1][: span.end_column - 1]
    lines[0] = lines[0][span.column - 1 :]
    return "\n".join(lines)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("14:30", "14:30"),
        ("no", "no"),
        ("on", "on"),
        ("014", "014"),
        ("0o14", "0o14"),
        ("1_000", "1_000"),
        ("2025-10-05", "2025-10-05"),
        ("2025-02-30", "2025-02-30"),
        ("=", "="),
        ("9" * 5_000, "9" * 5_000),
        (".inf", ".inf"),
        ("1e999", "1e999"),
        ("12", 12),
        ("-3", -3),
        ("2.5", 2.5),
        ("1e3", 1000.0),
        ("true", True),
        ("FALSE", False),
        ("~", None),
        ("", None),
        ("'12'", "12"),
        ("!!str 12", "12"),
        ("!!int 12", 12),
    ],
)
def test_scalars_follow_the_core_schema_of_yaml_1_2(text: str, value: object) -> None:
    found = document(f"a: {text}\n")
    assert not found.problems
    assert found.data == {"a": value}
    assert type(found.data["a"]) is type(value)


@pytest.mark.parametrize(
    ("text", "line", "column", "message"),
    [
        ("a: @platform\n", 1, 4, "a value needs quotes"),
        ("a: b: c\n", 1, 4, "a value needs quotes"),
        ("a: 1\n\tb: 2\n", 2, 1, "a tab is used as indentation"),
        ("a: 1\nb: 2\na: 3\n", 3, 1, "the key `a` is here twice"),
        ("a: !custom x\n", 1, 4, "the tag `!custom` is not supported"),
        ("a: !!timestamp 2025-10-05\n", 1, 4, "the tag `!!timestamp` is not supported"),
        ("a: 1\n---\nb: 2\n", 2, 1, "found another document"),
        ("a: x\0y\n", 1, 5, "the character U+0000 is not allowed"),
        ("", 1, 1, "the file is empty"),
        ("a: *b\n", 1, 4, "a value needs quotes"),
        ("a: 'x\nb: 1\n", 1, 4, "a quote is opened and not closed"),
        ("? [a]\n: b\n", 1, 3, "a key must be text"),
        ("a: " + "[" * 100_000, 1, 1, "nests values more than 100 deep"),
        ("&a [*a]\n", 1, 1, "with its aliases written out"),
        ("# x\n%TAG ! y\n---\na: 1\n", 2, 1, "directives other than %YAML"),
        ("null\n", 1, 1, "the file is empty"),
        ("a: 1\nb: 2\n<<<<<<< HEAD\nc: 1\n=======\nc: 2\n>>>>>>> topic\n", 3, 1, "git's conflict marker"),
        ("<<<<<<< HEAD\na: b: c\n=======\n>>>>>>> topic\n", 1, 1, "git's conflict marker"),
        ("a: 'x\n<<<<<<< HEAD\n  y\n=======\n>>>>>>> topic\n  '\n", 2, 1, "git's conflict marker"),
        ("a: 1\r\n=======\r\nb: 2\r\n", 2, 1, "git's conflict marker"),
        ("a: 1\n======= x\n", 2, 1, "could not find expected ':'"),
    ],
)
def test_what_is_wrong_has_a_place(text: str, line: int, column: int, message: str) -> None:
    [(span, problem)] = document(text).problems
    assert message in problem.message
    assert (span.line, span.column) == (line, column)


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("- {at: 1, text: Issue #42 broke it}\n- {at: 2}\n", "a # after a blank starts a comment"),
        ("a: Issue #42 broke\n  more\nb: 1\n", "a # after a blank starts a comment"),
        ("a: {b: 1 # 42\nc: 1\n", "write `{b: 1}`"),
        ("---\na: 1\n---\n# A head\n\nText: with: colons\n", "of front matter only the fields are read"),
        ("---\na: 1\n---\n", "one file holds one document"),
        ("a: 1\n---\nb: 1\n", "one file holds one document"),
    ],
)
def test_a_hint_names_the_cause(text: str, hint: str) -> None:
    [(_, problem)] = document(text).problems
    assert problem.hint.startswith(hint)
    assert bool(problem.hint) == bool(hint)


def test_a_chain_of_aliases_cannot_nest_deeper_than_a_file_may() -> None:
    links = [f"k{i}: &k{i} {'[' * 60}*k{i - 1}{']' * 60}" for i in range(1, 200)]
    [(_, problem)] = document("\n".join(["k0: &k0 x", *links])).problems
    assert "aliases" in problem.message


def test_other_encodings_are_named_with_their_place() -> None:
    [(span, problem)] = document("ä: 1\nb: f\xfcr".encode("latin-1").replace(b"\xe4", "ä".encode())).problems
    assert problem.message == "the file is not UTF-8"
    assert (span.line, span.column) == (2, 5)
    [(_, problem)] = document("a: 1\n".encode("utf-16")).problems
    assert problem.message == "the file is not UTF-8"


def test_a_byte_order_mark_takes_no_column() -> None:
    assert document("\ufeffa: 1\n".encode()).span(("a",)).column == 4
    assert document("\ufeff\ufeffa: 1\nb: 2\n".encode()).span(("b",)) == (2, 4, 2, 5)
    [(span, _)] = document("\ufeffa: ".encode() + b"\xe9\n").problems
    assert (span.line, span.column) == (1, 4)


def test_a_text_that_uses_every_private_character_is_read() -> None:
    text = "# " + "".join(map(chr, range(0xE000, 0xF8FF))) + "\na: x\u2028y\n"
    assert document(text).data == {"a": "x\u2028y"}
    assert document('"foo\u2028bar": 1\nb: 2\n').span(("foo\u2028bar",)).column == 12


def test_line_separators_of_yaml_1_1_are_ordinary_characters() -> None:
    text = "a: x\u2028y\u0085z\nb: 'w'\n"
    assert document(text).data == {"a": "x\u2028y\u0085z", "b": "w"}
    assert document(text).span(("b",)) == (2, 4, 2, 7)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_are_counted_on_every_line_end(end: str) -> None:
    text = end.join(["a: |", "  one", "  two", "", "# note", "b:", "  - c: d", ""])
    assert shown(text, ("a",)) == "|\n  one\n  two"
    assert document(text).span(("b", 0, "c")) == (7, 8, 7, 9)


def test_a_value_that_is_not_there_is_shown_at_its_nearest_ancestor() -> None:
    text = "a:\n  - id: x\n    due: y\n"
    assert shown(text, ("a", 0, "owner")) == "id"
    assert shown(text, ("nothing",)) == "a"
    assert shown(text, ("a", 0, "due"), at_key=True) == "due"


KEYS = st.text(alphabet="abcdefgh_", min_size=1, max_size=8)
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**17), 10**17),
    st.text(max_size=40),
    st.sampled_from(["14:30", "no", "014", "2025-10-05", "a: b", "- x", "# y", "é\u2028ü", "🎉", " lead", "trail "]),
)
DATA = st.dictionaries(
    KEYS,
    st.recursive(
        SCALARS,
        lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(KEYS, inner, max_size=3)),
        max_leaves=12,
    ),
    min_size=1,
    max_size=6,
)


def paths(data: Any, path: tuple[str | int, ...] = ()) -> list[tuple[tuple[str | int, ...], Any]]:
    found = [(path, data)]
    if isinstance(data, dict):
        found += [pair for key, value in data.items() for pair in paths(value, (*path, key))]
    if isinstance(data, list):
        found += [pair for index, value in enumerate(data) for pair in paths(value, (*path, index))]
    return found


@given(data=DATA, flow=st.booleans(), style=st.sampled_from([None, '"', "'"]))
def test_every_span_reads_as_its_value(data: Any, flow: bool, style: str | None) -> None:
    text = yaml.dump(data, Dumper=yaml.CSafeDumper, allow_unicode=True, default_flow_style=flow, default_style=style)
    found = document(text)
    if found.problems:  # PyYAML writes some characters that YAML does not allow
        return
    if style == '"':  # in the other styles PyYAML writes YAML 1.1
        assert found.data == data
    for path, value in paths(found.data):
        if isinstance(value, str) and value.strip() and "\n" not in shown(text, path):
            assert document(f"a: {shown(text, path)}\n").data["a"] == value


@given(st.binary(max_size=300))
def test_any_bytes_give_a_document_or_a_place(raw: bytes) -> None:
    found = document(raw)
    for span, problem in found.problems:
        assert problem.message
        assert span.line >= 1
        assert span.column >= 1
    assert found.problems or found.data is not None or raw


@given(st.text(alphabet="ab:-[]{}&*!|>'\"%@`#?,~ \t\n\r\x85\u2028", max_size=60))
def test_any_yaml_like_text_gives_a_document_or_a_place(text: str) -> None:
    found = document(text)
    for span, _ in found.problems:
        assert 1 <= span.line <= text.count("\n") + text.count("\r") + 1
        found.excerpt(span)
