"""Files in the formats of others: each unknown field is told once, with the field of ours that it stands for."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from pirgen.config import Config
from pirgen.diagnostic import Cause, Diagnostic, Reason, Rename, Severity, Span
from pirgen.lint.formats._groups import groups
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
    known = dict(places(compose("pir")))
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
    assert "5 fields have another name here" in cli.run("lint").stdout
    done = cli.run("lint", "--advice", "--format", "full")
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


def test_a_project_has_words_for_values_of_its_own(cli: Cli) -> None:
    cli.write("pirgen.yaml", 'mapping:\n  severity.SEV2: P3\n  action_items.status.on ice: declined\n'
                             '  action_items.owner.Team v1.2: "@web"\n  tags.k8s: kubernetes\n')  # fmt: skip
    items = [item("AI-1", "x", owner="team V1.2", status="On Ice", reason="y")]
    path = cli.write("pir/INC-001.yaml", review(severity="SEV2", action_items=items))
    said = cli.run("lint").stdout
    assert "help: write `P3`\n" in said, "although SEV2 looks like P2"
    assert "help: write `@web`" in said
    assert "help: write `declined`\n" in said
    cli.run("lint", "--fix")
    assert cli.run("lint").returncode == 0
    [after] = yaml.safe_load(path.read_text(encoding="utf-8"))["action_items"]
    assert (after["owner"], after["status"]) == ("@web", "declined")
    cli.write("old/INC-2.yaml", "sev: SEV2\nlabels: [K8s, dns]\n")
    cli.run("adopt", "old/INC-2.yaml")
    adopted = yaml.safe_load((cli.folder / "pir/INC-2.yaml").read_text(encoding="utf-8"))
    assert (adopted["severity"], adopted["tags"]) == ("P3", ["kubernetes", "dns"])


@pytest.mark.parametrize(
    ("mapping", "why"),
    [
        ("severity.SEV2: P9", "`severity` cannot be `P9`; use one of P1, P2, P3, P4"),
        ("action_items.prio: high", "2:22: a review has no field `high`"),
        ("action_items.status.fixed: don", "`action_items.status` cannot be `don`; use one of open, in_progress, done"),
        ("status: ''", "`status` is empty"),
    ],
)
def test_a_mapping_leads_to_what_is_there(cli: Cli, mapping: str, why: str) -> None:
    cli.write("pirgen.yaml", f"mapping:\n  {mapping}\n")
    done = cli.run("lint")
    assert done.returncode == 2
    assert why in done.stderr


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


@pytest.fixture
def strangers(cli: Cli) -> Cli:
    """A project whose reviews are the files of others."""
    for path in FILES:
        cli.write(f"pir/{path.name}", path.read_bytes())
    return cli


def blocks(text: str) -> int:
    """How many findings a person counts on the terminal."""
    return len(re.findall(r"^(?:error|warning)\[", text, re.MULTILINE))


def test_the_first_contact_fits_on_a_screen(strangers: Cli, golden: Callable[[Path, str], None]) -> None:
    done = strangers.run("lint")
    assert done.returncode == 1
    golden(DATA / "foreign.txt", done.stdout)
    counts = [blocks(strangers.run("lint", f"pir/{path.name}").stdout) for path in FILES]
    assert median(counts) <= 2
    assert max(counts) <= 5


def test_values_are_told_together_each_with_its_line(cli: Cli) -> None:
    wrong = {"severity": "sev1", "date": "2025/10/05", "duration": "45 minutes", "lessons_learned": "x"}
    cli.write("pir/INC-001.yaml", review(**{**wrong, "lessons_learned": ["x"]}))
    assert blocks(cli.run("lint").stdout) == 3, "few are told one by one"
    cli.write("pir/INC-001.yaml", review(**wrong, action_items=[item("AI-1", "x", owner=7)]))
    said = cli.run("lint").stdout
    assert blocks(said) == 2
    assert "error[schema]: values that have one meaning\n --> pir/INC-001.yaml\n" in said
    assert "  = line 3: `date` cannot be `2025/10/05`: write `2025-10-05`\n" in said
    for number in range(2, 14):
        cli.write(f"pir/INC-{number:03}.yaml", review(f"INC-{number:03}", **wrong))
    said = cli.run("lint").stdout
    assert said.count("values that have one meaning") == 1
    assert "  = pir/INC-001.yaml:3: `date` cannot be `2025/10/05`: write `2025-10-05`\n" in said
    assert "and 10 more\n" in said


def test_every_finding_is_in_the_formats_of_programs(strangers: Cli) -> None:
    found = json.loads(strangers.run("lint", "--format", "json").stdout)
    assert blocks(strangers.run("lint", "--format", "full").stdout) == len(found) > 100
    told = json.loads(strangers.run("lint", "--format", "json", "--statistics").stdout)
    assert sum(row["count"] for row in told) == len(found)
    [schema] = [row for row in told if row["rule"] == "schema"]
    assert sum(cause["count"] for cause in schema["causes"]) == schema["count"]
    due = next(cause for cause in schema["causes"] if cause["field"] == "action_items.due_date")
    assert due == {"reason": "renamed", "field": "action_items.due_date", "ours": "due", "count": 2, "files": 2}
    assert "`action_items.due_date` is `due`\n" in strangers.run("lint", "--statistics").stdout


def test_many_such_files_end_in_one_screen(cli: Cli) -> None:
    for number in range(330):
        path = FILES[number % len(FILES)]
        cli.write(f"pir/{number}.yaml", path.read_bytes())
    lines = cli.run("lint", "--no-cache").stdout.splitlines()
    assert lines[0] == "error[schema]: 180 files are reviews in another format"
    assert len(lines) < 200


def test_a_file_of_ours_is_told_in_full(cli: Cli) -> None:
    cli.write("pir/INC-001.yaml", review(impact=None, root_cause=None, due_date="x", severity="P9"))
    said = cli.run("lint").stdout
    assert "error[schema]: `impact` and `root_cause` are missing\n" in said
    assert said.count("unknown field") == 1
    assert "help: `impact`: Who was affected, how, and how much. `root_cause`: Why it happened." in said


@given(found=st.lists(st.builds(
    Diagnostic,
    file=st.sampled_from(["a", "b", "c", "d", "e"]), span=st.builds(Span, *[st.integers(1, 9)] * 4),
    rule=st.sampled_from(["schema", "yaml", "owner-known"]), severity=st.sampled_from(Severity),
    message=st.sampled_from(["x", "y"]), hint=st.sampled_from(["x", ""]),
    cause=st.none() | st.builds(Cause, st.sampled_from(Reason), st.sampled_from([*"abcdefgh", "a.b"]), st.just(("x",))),
), max_size=60))  # fmt: skip
def test_no_finding_gets_lost_in_a_group(found: list[Diagnostic]) -> None:
    found.sort(key=lambda one: (one.file, one.span))
    assert Counter(one for group in groups(found) for one in group.found) == Counter(found)
    assert [one for group in groups(found) for one in [group.severity] if one is Severity.ERROR] or not any(
        one.severity is Severity.ERROR for one in found
    )
