"""The schemas and what is said when data does not fit them."""

from __future__ import annotations

import json
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft7Validator

from pirgen.commands.schema import ANSWERS, FILES, SITE
from pirgen.config import Config
from pirgen.schema import FOLDER, FORMATS, Schema, compose, read
from tests.support import review

SCHEMA = Config().review_schema
NAMES = sorted(path.name.removesuffix(".schema.json") for path in FOLDER.glob("*.schema.json"))


def said(data: Any, schema: Schema = SCHEMA) -> list[str]:
    return sorted(f"{problem.message} ({problem.hint})" for problem in schema.problems(data))


def with_(**changes: Any) -> Any:
    return yaml.safe_load(review(**changes))


def test_there_is_a_schema_for_each_kind_of_file_and_of_answer() -> None:
    assert sorted(NAMES) == sorted([*FILES, *ANSWERS, *SITE])


@pytest.mark.parametrize("name", NAMES)
def test_the_schemas_are_sound_and_say_what_every_field_means(name: str) -> None:
    schema = read(name)
    Draft7Validator.check_schema(schema)

    def fields(part: Any) -> list[tuple[str, Any]]:
        if isinstance(part, list):
            return [pair for value in part for pair in fields(value)]
        if not isinstance(part, dict):
            return []
        own = list(part["properties"].items()) if isinstance(part.get("properties"), dict) else []
        return own + [pair for value in part.values() for pair in fields(value)]

    bare = [key for key, field in fields(schema) if "description" not in field and set(field) - {"const", "minItems"}]
    assert bare == []
    formats = set(json.dumps(schema).split('"format": "')[1:])
    assert {text.split('"')[0] for text in formats} <= set(FORMATS)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"severity": "P5"}, "`severity` cannot be `P5` (use one of P1, P2, P3, P4)"),
        ({"severity": "p1"}, "`severity` cannot be `p1` (did you mean `P1`?)"),
        ({"severity": ["P1"]}, "`severity` must be one of P1, P2, P3, P4, not a list ()"),
        ({"root_cause": None}, "`root_cause` is missing (Why it happened.)"),
        ({"timeline": []}, "`timeline` must not be empty ()"),
        ({"impact": " \n"}, "`impact` cannot be ` \n` (write some text)"),
        ({"impact": 30}, '`impact` must be text, not the number 30 (write `"30"`)'),
        ({"incident_id": "a" * 65 + "1"}, "`incident_id` is longer than 64 characters ()"),
        (
            {"lessons_learned": [{"a": "b"}]},
            (
                "`lessons_learned` item 1 must be text, not a mapping "
                "(a colon followed by a blank makes a mapping: put the whole text in quotes)"
            ),
        ),
        (
            {"date": "2025-02-30"},
            "`date` cannot be `2025-02-30` (write a date of the calendar as YYYY-MM-DD)",
        ),
        (
            {"lessons_learned": [{"what": "x", "why": "y"}]},
            (
                "`lessons_learned` item 1 must be text, not a mapping "
                "(write it as text: a `|` after the colon makes text of the indented lines below)"
            ),
        ),
    ],
)
def test_messages_are_in_a_persons_words(changes: dict[str, Any], message: str) -> None:
    assert said(with_(**changes)) == [message]


def test_a_misspelt_field_is_told_once_with_what_it_is_missing() -> None:
    data = {"action-items" if key == "action_items" else key: value for key, value in with_().items()}
    assert said(data) == ["unknown field `action-items` (did you mean `action_items`, which is required and missing?)"]


def test_each_status_has_its_requirements() -> None:
    assert said({"incident_id": "INC-1", "status": "draft"}) == []
    assert said({"incident_id": "INC-1", "status": "withdrawn"}) == [
        "`reason` is missing (Why the review was withdrawn.)"
    ]
    assert len(said({"incident_id": "INC-1", "status": "in_review"})) == 9
    assert len(said({"incident_id": "INC-1"})) == 9


def test_a_project_has_its_own_severities_and_ids() -> None:
    schema = Schema(compose("pir", {"SEV1": "", "SEV2": ""}, "PIR-[0-9]{4}"))
    assert said(with_(incident_id="PIR-0001", severity="SEV1"), schema) == []
    assert said(with_(severity="SEV3"), schema) == [
        "`incident_id` cannot be `INC-001` (this project's ids match PIR-[0-9]{4})",
        "`severity` cannot be `SEV3` (use one of SEV1, SEV2)",
    ]


MUTANTS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=12),
    st.sampled_from(
        [
            "P1\n",
            "INC-001\n",
            "@a",
            "@a/b",
            "@",
            "a@b.c",
            "14:30",
            "unknown",
            "\x1c",
            "https://x\u0085",
            "x\r",
            "http://x",
            "#1",
        ]
    ),
    st.lists(st.text(max_size=3), max_size=2),
    st.dictionaries(st.text(max_size=3), st.text(max_size=3), max_size=2),
)


@given(data=st.data())
def test_the_fast_answer_and_the_authority_agree(data: st.DataObject) -> None:
    value = with_(
        links=[{"title": "x", "url": "https://x"}], services=["a"], timezone="UTC", meeting={"at": "2025-10-06 10:00"}
    )
    place: Any = value
    while True:
        key = data.draw(st.sampled_from(sorted(place) if isinstance(place, dict) else range(len(place))))
        if not (isinstance(place[key], dict | list) and place[key] and data.draw(st.booleans())):
            break
        place = place[key]
    place[key] = data.draw(MUTANTS)
    fast, errors = SCHEMA._fast_is_valid(value), list(SCHEMA._validator.iter_errors(value))
    assert fast == (not errors), (place[key], errors)
