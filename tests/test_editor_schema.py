"""What an editor makes of the schemas by itself, without pirgen."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zoneinfo import available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pirgen.config import FILE, Config, load_config
from pirgen.files import Source
from pirgen.lint.rules import names as rule_names
from pirgen.schema import FORMATS, Schema, read
from pirgen.text.pattern import matches
from tests.language_client import LanguageClient, language_server
from tests.npm import installed
from tests.support import Cli, review

SERVER = "yaml-language-server@1.25.0"


def parts(schema: Any) -> Iterator[dict[str, Any]]:
    """All mappings in a schema, whatever they stand for."""
    if isinstance(schema, dict):
        yield schema
    for inner in schema.values() if isinstance(schema, dict) else schema if isinstance(schema, list) else ():
        yield from parts(inner)


LOOSE = {
    (part["format"], part["pattern"])
    for name in ("pir", "incident", "config")
    for part in parts(read(name))
    if "format" in part and "pattern" in part
}


def test_each_format_that_editors_do_not_know_has_a_pattern() -> None:
    """But for those that no regular expression describes, such as regular expressions."""
    assert {name for name, _ in LOOSE} == {name for name in FORMATS if name.startswith("pirgen")} - {"pirgen-redaction"}
    assert len(LOOSE) == len({name for name, _ in LOOSE}), "one format has two patterns"


PIECES = st.sampled_from(
    [
        *("2025-10-05", "0002-01-01", "9998-12-31", "T", "t", " ", "14:30", "23:59:59", "00:00:00.123456", "24:00"),
        *("Z", "z", "~", "+02:00", "-14:00", "unknown", "45m", "1h", "2d", "3w", "9s", "P", "PT45M", "999999h", "W"),
        *("1W", "a", "pir/x", "./pir//", "é", "☃", "..", "/", "\\", ".", "#", "\n"),
    ]
)
ZONES = st.sampled_from(sorted(available_timezones()))


@pytest.mark.parametrize(("format_", "pattern"), sorted(LOOSE))
@given(data=st.data())
def test_a_loose_pattern_accepts_all_that_its_format_accepts(format_: str, pattern: str, data: st.DataObject) -> None:
    text = data.draw(
        st.one_of(ZONES, PIECES, st.lists(PIECES, max_size=4).map("".join), st.from_regex(pattern), st.text())
    )
    if FORMATS[format_](text):
        assert matches(pattern, text)
        assert re.search(pattern, text, re.ASCII)


def test_every_zone_of_this_machine_fits_the_pattern() -> None:
    [pattern] = [pattern for name, pattern in LOOSE if name == "pirgen-timezone"]
    assert [name for name in available_timezones() if not matches(pattern, name)] == []


def test_a_value_that_fits_neither_format_nor_pattern_is_told_once() -> None:
    said = Config().review_schema.problems({"incident_id": "INC-1", "status": "draft", "duration": "45 minutes"})
    assert [problem.message for problem in said] == ["`duration` cannot be `45 minutes`"]


def test_examples_and_defaults_fit_their_field_and_each_value_is_described() -> None:
    for name in ("pir", "incident", "config"):
        schema = read(name)
        for part in parts(schema):
            if isinstance(part.get("enumDescriptions"), list):
                assert len(part["enumDescriptions"]) == len(part["enum"])
            examples = part["examples"] if isinstance(part.get("examples"), list) else []
            values = [*examples, *([part["default"]] if "default" in part else [])]
            if values:
                whole = {"definitions": schema["definitions"], "properties": schema.get("properties", {})}
                field = Schema({**whole, **part})
                assert [value for value in values if not field.is_valid(value)] == []


def test_the_defaults_in_the_schema_are_those_of_the_configuration() -> None:
    def defaults(field: dict[str, Any]) -> Any:
        if "default" in field:
            return field["default"]
        return {
            key: told for key, one in field.get("properties", {}).items() if (told := defaults(one)) not in ({}, None)
        }

    told = defaults(read("config"))
    assert {"paths", "timezone", "targets", "intervals", "reminders", "tracker", "enough"} == told.keys()
    level = read("config")["properties"]["severities"]["items"]
    told_levels = [{"name": "P1", **defaults(level)}]

    def config(data: Any) -> Config:
        return load_config(lambda name: Source(name, json.dumps(data).encode()) if name == FILE else None, rule_names)

    made = config(told)
    zone = made.clock._replace(zone_is_stated=False)
    assert made._replace(clock=zone) == Config()
    assert config({"severities": told_levels}) == config({"severities": [{"name": "P1"}]})


@pytest.fixture
def yaml_server(npm: Path) -> Path:
    """The folder of the language server that most editors use for YAML, and of what it needs."""
    node = installed(SERVER, npm)
    if node is None:
        pytest.skip("npm is not installed")
    return node


@pytest.fixture
def editor(yaml_server: Path, cli: Cli) -> Iterator[LanguageClient]:
    """That server in a project with severities of its own, whose schemas `pirgen schema --write` has written."""
    cli.write(
        "pirgen.yaml",
        "# yaml-language-server: $schema=schemas/config.schema.json\n"
        "severities:\n"
        "  - {name: SEV1, label: Critical, criteria: All is down, resolution: 1h}\n"
        "  - {name: SEV2, label: Minor}\n",
    )
    for name in ("pir", "config"):
        assert cli.run("schema", name, "--write").returncode == 0
    settings = {"yaml": {"validate": True, "completion": True, "schemaStore": {"enable": False}}}
    command = [
        shutil.which("node") or "node",
        str(yaml_server / "yaml-language-server/bin/yaml-language-server"),
        "--stdio",
    ]
    with language_server(command, cli.folder, settings) as client:
        yield client


LINE = "# yaml-language-server: $schema=../schemas/pir.schema.json\n"


def test_an_editor_underlines_the_commonest_mistakes(editor: LanguageClient, cli: Cli) -> None:
    mistakes = {"duration": "45 minutes", "timezone": "UTC+2", "meeting": {"at": "Monday 10:00"}}
    entries = [{"time": "2:30 PM", "event": "Alert"}, {"time": "14:32", "event": "Incident resolved"}]
    text = LINE + review(severity="SEV1", timeline=entries, **mistakes)
    editor.open(cli.folder / "pir/INC-001.yaml", text)
    found = editor.wait_for("textDocument/publishDiagnostics")["diagnostics"]
    lines = text.splitlines()
    said = {lines[one["range"]["start"]["line"]].strip(): one["message"] for one in found}
    assert said.pop("duration: 45 minutes").startswith("write a duration such as 45m, 1h30m or 2d4h")
    assert said.pop("timezone: UTC+2") == "write an IANA name such as Europe/Berlin, or an offset such as +02:00"
    assert said.pop("- time: 2:30 PM").startswith("write HH:MM, YYYY-MM-DD HH:MM, ")
    assert said.pop("at: Monday 10:00").startswith("write YYYY-MM-DD HH:MM, or with a zone")
    assert said == {}


def test_an_editor_underlines_nothing_in_a_good_review(editor: LanguageClient, cli: Cli) -> None:
    editor.open(cli.folder / "pir/INC-001.yaml", LINE + review(severity="SEV2", timezone="Europe/Berlin"))
    assert editor.wait_for("textDocument/publishDiagnostics")["diagnostics"] == []


def labels(found: Any) -> dict[str, Any]:
    """The items of a completion, by what is shown."""
    return {item["label"]: item for item in (found["items"] if isinstance(found, dict) else found)}


def test_an_editor_completes_severities_with_their_meaning(editor: LanguageClient, cli: Cli) -> None:
    uri = editor.open(cli.folder / "pir/INC-001.yaml", f"{LINE}incident_id: INC-001\nseverity: \n")
    found = labels(editor.at("textDocument/completion", uri, 2, 10))
    assert {name: item["documentation"] for name, item in found.items()} == {
        "SEV1": "Critical. All is down. Resolve within 1h.",
        "SEV2": "Minor.",
    }


def test_an_editor_has_a_form_for_an_entry_and_for_an_action_item(editor: LanguageClient, cli: Cli) -> None:
    text = f"{LINE}incident_id: INC-001\ntimeline:\n  - \naction_items:\n  - \n"
    uri = editor.open(cli.folder / "pir/INC-001.yaml", text)
    entry = labels(editor.at("textDocument/completion", uri, 3, 4))
    assert {"timeline entry", "milestone"} <= entry.keys()
    assert "${1:14:30}" in entry["timeline entry"]["insertText"]
    action = labels(editor.at("textDocument/completion", uri, 5, 4))
    assert '"${3:@team}"' in action["action item"]["insertText"]


def test_an_editor_completes_the_names_of_rules(editor: LanguageClient, cli: Cli) -> None:
    text = (cli.folder / "pirgen.yaml").read_text(encoding="utf-8") + "rules:\n  \n"
    uri = editor.open(cli.folder / "pirgen.yaml", text)
    found = labels(editor.at("textDocument/completion", uri, text.count("\n") - 1, 2))
    assert {*found} >= {*rule_names()}
    assert "done" in str(found["action-has-owner"]["documentation"])


def test_a_validator_in_strict_mode_knows_every_word_of_the_schemas(yaml_server: Path, cli: Cli) -> None:
    """SchemaStore asks for that; the words that only editors know, and our formats, are named there."""
    words, formats = ["defaultSnippets", "enumDescriptions", "patternErrorMessage"], sorted(FORMATS)
    code = (
        "const ajv = new (require('ajv'))({strict: true, strictTypes: false, strictRequired: false});"
        f"{json.dumps(words)}.forEach(word => ajv.addKeyword(word)); {json.dumps(formats)}.forEach(name => "
        "ajv.addFormat(name, true)); process.argv.slice(1).forEach(file => ajv.compile(require(file)));"
    )
    cli.write("pirgen.yaml", "repository: {file: 'https://example.org/org/repo/blob/main/{path}'}\n")
    files = []
    for name in ("pir", "incident", "config", "report"):
        assert cli.run("schema", name, "--write").returncode == 0
        files.append(cli.folder / f"schemas/{name}.schema.json")
        address = f"https://example.org/org/repo/blob/main/schemas/{name}.schema.json"
        assert json.loads(files[-1].read_text(encoding="utf-8"))["$id"] == address
    node = shutil.which("node") or "node"
    done = subprocess.run([node, "-e", code, *map(str, files)], cwd=yaml_server, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
