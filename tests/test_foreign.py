"""Files in the formats of others: each unknown field is told once, with the field of ours that it stands for."""

from __future__ import annotations

import json
from typing import Any

import pytest
import yaml

from pirgen.config import Config
from pirgen.diagnostic import Reason, Rename
from pirgen.review.synonyms import FIELDS, VALUES, Synonyms, folded
from pirgen.schema import Schema, compose, places
from tests.support import DATA, Cli, item, review

FILES = sorted((DATA / "foreign").glob("*.yaml"))
SCHEMA = Schema(compose("pir"), Synonyms())
MISSING = ", which is required and missing"
ELSEWHERE = "keep it by `custom_fields` in pirgen.yaml, or say by `mapping` there which field of pirgen it is"
TWICE = ", which is here too: join the two, or keep it by `custom_fields`"


def told(changes: dict[str, Any], schema: Schema = SCHEMA) -> dict[str, str]:
    """The hint for each unknown field of a review with changes, with the edit of its fix."""
    found = {}
    for problem in schema.problems(yaml.safe_load(review(**changes))):
        if problem.message.startswith("unknown field"):
            fix = problem.fix
            safe = {None: "", True: " (fix)", False: " (unsafe)"}[fix and fix.safe]
            found[str(problem.path[-1])] = problem.hint + safe
    return found


def test_every_word_of_the_table_leads_to_a_field_and_to_no_word_of_ours() -> None:
    known = {*places(compose("pir"))}
    for place, fields in FIELDS.items():
        own = {name for name in known if name.rpartition(".")[0] == place}
        for ours, words in fields.items():
            assert ".".join(filter(None, (place, ours))) in known
            assert not {*words} & {name.rpartition(".")[2] for name in own}, ours
            assert [folded(word) for word in words] == [*words]
            assert len({*words}) == len(words), ours
    for name, values in VALUES.items():
        assert name in known
        every = [word for words in values.values() for word in words]
        assert len({*every}) == len(every), "a value has one reading"
        assert not {*every} & {*values}


@pytest.mark.parametrize(
    ("changes", "hint"),
    [
        ({"impact": None, "summary": "API down"}, f"pirgen calls it `impact`{MISSING} (unsafe)"),
        ({"incident_id": None, "id": "INC-1"}, f"pirgen calls it `incident_id`{MISSING} (fix)"),
        ({"id": "INC-1"}, f"pirgen calls it `incident_id`{TWICE}"),
        ({"resolution_time": "45m", "duration": None}, f"pirgen calls it `duration`{MISSING} (fix)"),
        ({"incident_commander": "@ann"}, "write it below `roles`, as `incident_commander`"),
        ({"colour": "red"}, ELSEWHERE),
        ({"what_went_well": []}, "it is empty: remove it"),
        ({"owner": "@ann"}, "it is a field of `action_items`: look for a wrong indentation"),
        ({"sevrity": "P1", "severity": None}, f"did you mean `severity`{MISSING}? (unsafe)"),
        ({"sevrity": ["P1"], "severity": None}, f"did you mean `severity`{MISSING}?"),
        ({"rootcause": "x", "root_cause": None}, f"did you mean `root_cause`{MISSING}? (unsafe)"),
        ({"Root-Cause": "x", "root_cause": None}, f"did you mean `root_cause`{MISSING}? (fix)"),
        ({"resolution_notes": "x"}, ELSEWHERE),
    ],
)
def test_the_hint_names_our_field(changes: dict[str, Any], hint: str) -> None:
    [key] = [key for key, value in changes.items() if value is not None]
    assert told(changes) == {key: hint}


def test_an_action_item_of_another_format_is_told_once(cli: Cli) -> None:
    theirs = {
        "id": "AI-1",
        "description": "Tune it",
        "assignee": "Ann",
        "due_date": "soon",
        "type": "detect",
        "state": "completed",
    }
    cli.write("pir/INC-001.yaml", review(action_items=[{**theirs, "state": "completed"}]))
    done = cli.run("lint", "--advice")
    assert "no due date" not in done.stdout
    assert "no owner" not in done.stdout
    assert done.stdout.count("pirgen calls it `due`") == 1
    assert done.stdout.count("pirgen calls it `owner`") == 1
    cli.run("lint", "--fix")
    [after] = yaml.safe_load((cli.folder / "pir/INC-001.yaml").read_text(encoding="utf-8"))["action_items"]
    assert after == {
        "id": "AI-1",
        "action": "Tune it",
        "owner": "Ann",
        "due": "soon",
        "kind": "detect",
        "status": "done",
    }


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_no_field_with_content_is_to_be_removed(path: Any) -> None:
    data = yaml.load(path.read_text(encoding="utf-8"), yaml.BaseLoader)
    for problem in SCHEMA.problems(data):
        value: Any = data
        for step in problem.path if problem.message.startswith("unknown") else ():
            value = value[step]
        assert problem.hint != "remove it, or look for a wrong indentation"
        assert "remove" not in problem.hint or value == []
        if problem.cause and problem.cause.reason is Reason.RENAMED and problem.fix:
            assert all(isinstance(edit, Rename) for edit in problem.fix.edits)


def test_a_project_has_words_of_its_own(cli: Cli) -> None:
    mine = Schema(compose("pir"), Synonyms({"blurb": "impact", "action_items.squad": "action_items.owner"}))
    items = [{"id": "AI-1", "action": "x", "squad": "@web"}]
    assert told({"blurb": "x", "impact": None, "action_items": items}, mine) == {
        "blurb": "pirgen calls it `impact`, which is required and missing (fix)",
        "squad": "pirgen calls it `owner` (fix)",
    }
    cli.write("pirgen.yaml", "mapping:\n  blurb: impact\n  Sq-uad: action_items.ownr\n")
    done = cli.run("lint")
    assert done.returncode == 2
    assert (
        "pirgen.yaml:3:11: a review has no field `action_items.ownr`; did you mean action_items.owner?" in done.stderr
    )
    assert Config(mapping={"blurb": "impact"}).review_schema.synonyms is not None


def test_items_have_custom_fields_too(cli: Cli) -> None:
    cli.write("pirgen.yaml", "custom_fields: ours.json\n")
    below = {"items": {"properties": {"effort": {"enum": ["S", "M"]}}}}
    cli.write("ours.json", json.dumps({"properties": {"action_items": below}}))
    cli.write("pir/INC-001.yaml", review(action_items=[item("AI-1", "x", effort="S")]))
    assert cli.run("lint").returncode == 0
    cli.write("pir/INC-001.yaml", review(action_items=[item("AI-1", "x", effort="XL")]))
    assert "`effort` cannot be `XL`" in cli.run("lint").stdout
    for text, why in (
        ('{"properties": {"timeline": {"type": "object"}}}', "may say of `timeline` only"),
        (
            '{"properties": {"timeline": {"items": {"properties": {"time": {}}}}}}',
            "gives `time` of `timeline` another meaning",
        ),
    ):
        cli.write("ours.json", text)
        assert why in cli.run("lint").stderr
