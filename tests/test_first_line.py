"""A review's id is read off its bytes, and is what the parser finds, or left to the parser."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pirgen.config import Config
from pirgen.document import load
from pirgen.files import Source
from pirgen.review import incident_id
from pirgen.review.first_line import stated_id
from pirgen.workspace import Workspace
from tests.support import review


def parsed(data: bytes) -> tuple[str, bool]:
    """The id that the parser finds, and whether the YAML is sound."""
    document = load(Source("pir/INC-001.yaml", data))
    return incident_id(document.data), not document.problems


@pytest.mark.parametrize(
    "text",
    [
        review(),
        "incident_id: INC-001",
        "incident_id: INC-001\n",
        '# yaml-language-server: $schema=x\n\n# more\nincident_id:  "INC-001"   # the third\nseverity: P1\n',
        "incident_id: 'INC-001' \n# more\nseverity: P1\n",
        "incident_id: INC-001\naction_items:\n- id: AI-001\n",
        "incident_id: INC-001\ntitle: Grüße\n",
    ],
)
def test_the_usual_forms_need_no_parser(text: str) -> None:
    assert stated_id(text.encode()) == parsed(text.encode())[0] == "INC-001"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "severity: P1\nincident_id: INC-001\n",
        "incident_id: INC-001\nincident_id: INC-002\n",
        'incident_id: INC-001\n"incident_\\x69d": INC-002\n',
        "incident_id: INC-001\n? incident_id\n: INC-002\n",
        "incident_id: INC-001\n  and more\n",
        "incident_id: INC-001\n\n  and more\n",
        "incident_id: INC-001#1\n",
        "incident_id: INC-001\n---\nincident: INC-002\n",
        "incident_id: &a INC-001\nseverity: *a\n",
        "incident_id: !!str INC-001\n",
        "incident_id: true\n",
        "incident_id: 1e-5\n",
        'incident_id: "INC-\\x30"\n',
        "incident_id: 'INC-001\"\n",
        "incident_id:\n  INC-001\n",
        "{incident_id: INC-001}\n",
        "incident_id: INC-001\rseverity: P1\n",
        "incident_id: INC-001\u2028incident: x\n",
        "incident_id: INC-001\x85a: x\n",
        *(
            f'incident_id: INC-001\na: b{end}"incident_\\x69d": INC-2\n'
            for end in ("\n", "\r", "\x85", "\u2028", "\u2029")
        ),
        "\ufeffincident_id: INC-001\n",
        "incident_id:\tINC-001\n",
    ],
)
def test_what_is_odd_is_left_to_the_parser(text: str) -> None:
    assert stated_id(text.encode()) is None
    source = Source("pir/INC-001.yaml", text.encode())
    assert Workspace(Path(), Config()).incident_id(source) == parsed(text.encode())[0]


KEYS = st.sampled_from(
    ["incident_id", '"incident_id"', "'incident_id'", '"incident\\u005fid"', "? incident_id\n", "a", "<<"]
)
VALUES = st.sampled_from([
    "INC-001", '"INC-002"', "'INC-3'", "INC-001 # x", "INC-001#x", "|\n  INC-001", ">-\n  INC-1", "&a INC-9", "*a", "~",
    "no-1", "2025-01-01", "1e-5", '"a\nincident_id: b"', "[a,\nincident_id: INC-7]", "{incident_id: INC-8}", "",
    "x\n  y", "INC-001\n\n  z", "\n- a-1\n- incident_id", '"INC-001" "x"', "T-1: x", "é-1", "INC-1\u2028b: c",
])  # fmt: skip
BETWEEN = st.sampled_from(
    ["\n", "\n", "\n", "\r\n", "\n\n", "\n# c\n", "\n---\n", "\n...\n", " ", "\n  ", "\u0085", "\n%TAG ! x\n"]
)


@example([("incident_id", "INC-001", "\n"), ('"incident\\u005fid"', "INC-002", "\n")], "# a\n")
@given(
    st.lists(st.tuples(KEYS, VALUES, BETWEEN), min_size=1, max_size=4),
    st.sampled_from(["", "# a\n", "\n", "---\n", "\ufeff"]),
)
def test_any_sound_file_has_the_id_that_the_parser_finds(rows: list[tuple[str, str, str]], start: str) -> None:
    data = (start + "".join(f"{key}: {value}{end}" for key, value, end in rows)).encode()
    said, is_sound = parsed(data)
    assert not is_sound or stated_id(data) in (None, said)
